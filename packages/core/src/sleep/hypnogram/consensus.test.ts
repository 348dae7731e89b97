import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { hasShared, SHARED_MISSING, sharedJson, sharedPath } from '#test/shared.ts'
import type { Stage } from '../stage/stage.ts'
import { agreementOfStages, pooledAgreement } from './agreement.ts'
import { consensus, leaveOneOut, pairwise, scoredByAll } from './consensus.ts'
import { type Hypnogram, sliceHypnogram, stageAt } from './hypnogram.ts'
import { countVotes, fleissKappa } from './vote.ts'

const STAGE_OF: Record<string, Stage> = {
  W: 'W',
  '1': 'N1',
  '2': 'N2',
  '3': 'N3',
  R: 'R',
  '?': '?',
}

function scorer(letters: string): Hypnogram {
  return { epochS: 30, stages: [...letters].map((letter) => STAGE_OF[letter]!) }
}

describe('agreement', () => {
  it('equals scikit-learn: accuracy, kappa, F1, Matthews', () => {
    const { accuracy, kappa, f1, matthews, confusion } = agreementOfStages(
      scorer('WW12223RR2').stages,
      scorer('W112233R22').stages,
    )
    expect(accuracy).toBeCloseTo(0.7, 12)
    expect(kappa).toBeCloseTo(0.605263157894737, 12)
    expect(matthews).toBeCloseTo(0.6216216216216216, 12)
    expect(f1.N2).toBeCloseTo(0.75, 12)
    expect(f1.R).toBeCloseTo(2 / 3, 12)
    expect(confusion[4]).toEqual([0, 0, 1, 0, 1])
  })

  it('leaves out and counts epochs that either side did not score', () => {
    const result = agreementOfStages(scorer('W?22').stages, scorer('WW2?').stages)
    expect(result.n).toBe(2)
    expect(result.unscored).toBe(2)
    expect(result.accuracy).toBe(1)
  })

  it('gives null in JSON for what has no meaning', () => {
    const result = agreementOfStages(scorer('WW').stages, scorer('WW').stages)
    expect(JSON.parse(JSON.stringify(result))).toMatchObject({
      accuracy: 1,
      kappa: null,
      f1: { W: 1, N1: null, N2: null, N3: null, R: null },
    })
    expect(agreementOfStages([], []).accuracy).toBeNaN()
  })

  it('adds counts when nights are pooled', () => {
    const one = agreementOfStages(scorer('W12?').stages, scorer('W122').stages)
    const two = agreementOfStages(scorer('3R').stages, scorer('RR').stages)
    const both = agreementOfStages(scorer('W12?3R').stages, scorer('W122RR').stages)
    expect(pooledAgreement([one, two])).toEqual(both)
  })
})

describe('consensus', () => {
  it('takes the majority; a tie goes to the scorer who agrees most with the others', () => {
    const scorers = ['WW222', 'WW223', 'W1333', 'W1322'].map(scorer)
    const { hypnogram, ranking } = consensus(scorers)
    expect(ranking[0]).toBe(0)
    expect(hypnogram.stages).toEqual(scorer('WW222').stages)
  })

  it('is the scorer itself when there is one', () => {
    expect(consensus([scorer('W2?')]).hypnogram.stages).toEqual(['W', 'N2', '?'])
  })

  it('does not depend on the order of the scorers unless two are equally good', () => {
    const scorers = ['WW2223RR', 'WW2233RR', 'W12322R2'].map(scorer)
    const turned = [scorers[2]!, scorers[0]!, scorers[1]!]
    expect(consensus(turned).hypnogram.stages).toEqual(consensus(scorers).hypnogram.stages)
  })
})

describe('votes', () => {
  it('become shares and an entropy in bit', () => {
    const { probabilities, entropyBits } = countVotes(['W2?', 'W3?'].map((s) => scorer(s).stages))
    expect([...probabilities.slice(0, 10)]).toEqual([1, 0, 0, 0, 0, 0, 0, 0.5, 0.5, 0])
    expect(entropyBits[0]).toBe(0)
    expect(entropyBits[1]).toBe(1)
    expect(entropyBits[2]).toBeNaN()
  })

  it("give Fleiss' kappa of 1 for equals and the textbook value for two scorers", () => {
    const same = ['W123R', 'W123R', 'W123R'].map((s) => scorer(s).stages)
    expect(fleissKappa(same)).toBeCloseTo(1, 12)
    // Scott's pi by hand: observed 3/4, shares 5/8 and 3/8, chance 34/64.
    const two = ['WW22', 'WW2W'].map((s) => scorer(s).stages)
    expect(fleissKappa(two)).toBeCloseTo((0.75 - 34 / 64) / (1 - 34 / 64), 12)
  })
})

/** Epochs of lights off and on that Dreem's evaluation uses for three records. */
const LIGHTS: Record<string, { off?: number; on?: number }> = {
  '5bf0f969': { off: 60 },
  b5d5785d: { off: 60 },
  '3e842aa8': { on: 620 },
}

const DOD = 'data/hypnograms/dod/scorers-dodh'

describe.skipIf(!hasShared(DOD) || !hasShared('golden/eeg'))(
  `five experts on the 25 nights of DOD-H (${SHARED_MISSING})`,
  () => {
    type Figures = { acc: number; kappa: number; mf1: number; confusion: number[][] }
    const nights = hasShared(DOD) ? dodNights() : []

    it('reproduces each expert against the other four, every count of the confusion', () => {
      const golden = sharedJson<Record<string, Figures>>('golden/eeg/dod_agreement.json')
      const each = nights.map((night) => leaveOneOut(night).map(({ agreement }) => agreement))
      for (let i = 0; i < 5; i++) {
        const expected = golden[`dodh/scorer_${i + 1} vs 4 others`]!
        const own = each.map((night) => night[i]!)
        expect(pooledAgreement(own).confusion).toEqual(expected.confusion)
        expect(mean(own.map(({ kappa }) => kappa))).toBeCloseTo(expected.kappa, 3)
        expect(mean(own.map(({ accuracy }) => accuracy))).toBeCloseTo(expected.acc, 3)
      }
    })

    it('reproduces human pairwise accuracy .791 and kappa .703 [.632 to .769]', () => {
      const pairs = nights.map((night) => pairwise(night).map(({ agreement }) => agreement))
      const pooled = Array.from({ length: 10 }, (_, k) =>
        pooledAgreement(pairs.map((night) => night[k]!)),
      )
      expect(mean(pooled.map(({ accuracy }) => accuracy))).toBeCloseTo(0.791, 3)
      expect(mean(pooled.map(({ kappa }) => kappa))).toBeCloseTo(0.703, 3)
      expect(Math.min(...pooled.map(({ kappa }) => kappa))).toBeCloseTo(0.632, 3)
      expect(Math.max(...pooled.map(({ kappa }) => kappa))).toBeCloseTo(0.769, 3)
    })

    it('finds 24 896 epochs scored by all five: 58.67 % unanimous, .3692 bit a night', () => {
      const entropies = dodNights(false).map((night) => {
        const votes = countVotes(night.map(({ stages }) => stages))
        const all = night[0]!.stages.map((_, i) => night.every(({ stages }) => stages[i] !== '?'))
        return [...votes.entropyBits].filter((_, i) => all[i])
      })
      const pooled = entropies.flat()
      expect(pooled.length).toBe(24896)
      expect(mean(entropies.map(mean))).toBeCloseTo(0.36918, 5)
      expect(pooled.filter((bits) => bits === 0).length / pooled.length).toBeCloseTo(0.58668, 5)
    })
  },
)

function dodNights(lights = true): Hypnogram[][] {
  return readdirSync(sharedPath(`${DOD}/scorer_1`))
    .sort()
    .map((file) => {
      const scorers = [1, 2, 3, 4, 5].map((i) =>
        sharedJson<number[]>(`${DOD}/scorer_${i}/${file}`).map(stageAt),
      )
      const { from, to } = scoredByAll(scorers)
      const marks = Object.entries(LIGHTS).find(([id]) => lights && file.startsWith(id))?.[1]
      return scorers.map((stages) =>
        sliceHypnogram(
          { epochS: 30, stages },
          Math.max(from, marks?.off ?? 0),
          Math.min(to, marks?.on ?? stages.length),
        ),
      )
    })
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
