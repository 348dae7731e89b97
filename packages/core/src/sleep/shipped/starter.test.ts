import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { hasShared, SHARED_MISSING, sharedPath } from '#test/shared.ts'
import { bytesOfBase64 } from '../../math/base64.ts'
import { exp, sin } from '../../math/elementary.ts'
import { seededRandom } from '../../math/random.ts'
import { combinedHash, sha256 } from '../../math/sha256.ts'
import type { Channel } from '../../signal/recording.ts'
import { agreementOfStages } from '../hypnogram/agreement.ts'
import { mostProbableStages } from '../stage/model.ts'
import { bandPowers } from './band-features.ts'
import { readBandPowers } from './band-power-file.ts'
import { electrodePlace, starterFromBandPowers, starterModel } from './starter.ts'
import * as liveWeights from './starter-live-weights.ts'
import * as offlineWeights from './starter-weights.ts'

/** Something like a night: slow and large, fast and small, in turns of 20 epochs. */
function madeUpChannel(epochs: number, label = 'Fpz-Cz'): Channel {
  const random = seededRandom(5)
  let brown = 0
  const samples = Float32Array.from({ length: epochs * 3000 }, (_, i) => {
    const depth = 1 + sin(i / 9000)
    brown = 0.97 * brown + random.normal() * exp(depth)
    return 2 * brown + 4 * random.normal()
  })
  return { label, unit: 'uV', rateHz: 100, samples }
}

describe('the starter', () => {
  const channel = madeUpChannel(120)

  it('gives one row of probabilities and one quality an epoch, with its name and hash', async () => {
    for (const variant of ['offline', 'live'] as const) {
      const model = starterModel(variant)
      const { probabilities, quality, model: said } = await model.stage({ eeg: [channel] })
      expect(probabilities).toHaveLength(600)
      expect(quality).toHaveLength(120)
      for (let e = 0; e < 120; e++) {
        const sum = probabilities.subarray(e * 5, e * 5 + 5).reduce((a, b) => a + b, 0)
        expect(sum).toBeCloseTo(1, 5)
      }
      expect(said.hash).toBe(model.card.hash)
    }
  })

  it('ships the weights that its card names', () => {
    for (const [variant, weights] of [
      ['offline', offlineWeights],
      ['live', liveWeights],
    ] as const) {
      const parts = [
        weights.FRONTAL_WIDE,
        weights.FRONTAL_SLOW,
        weights.POSTERIOR_WIDE,
        weights.POSTERIOR_SLOW,
      ].map((text) => sha256(bytesOfBase64(text)))
      expect(combinedHash(parts)).toBe(starterModel(variant).card.hash)
    }
  })

  it('stages a signal of half or twice or a millionth the size the same', async () => {
    const reference = await starterModel('offline').stage({ eeg: [channel] })
    for (const gain of [0.5, 2, 1e-6]) {
      const samples = channel.samples.map((x) => x * gain)
      const scaled = await starterModel('offline').stage({ eeg: [{ ...channel, samples }] })
      const same = mostProbableStages(scaled.probabilities).filter(
        (stage, e) => stage === mostProbableStages(reference.probabilities)[e],
      )
      expect(same).toHaveLength(120)
    }
  })

  it('hardly minds a slow drift ten times as large as the signal', async () => {
    const reference = await starterModel('offline').stage({ eeg: [channel] })
    const samples = channel.samples.map((x, i) => x + 500 * sin(i / 4000) + i / 100)
    const drifting = await starterModel('offline').stage({ eeg: [{ ...channel, samples }] })
    const { accuracy } = agreementOfStages(
      mostProbableStages(reference.probabilities),
      mostProbableStages(drifting.probabilities),
    )
    expect(accuracy).toBeGreaterThan(0.97)
  })

  it('knows only the past when live: an epoch does not change with what follows it', async () => {
    const powers = bandPowers(channel.samples, 100)
    const whole = await starterFromBandPowers([{ label: 'Fpz', powers }], 'live')
    for (const epochs of [1, 7, 50]) {
      const part = { epochs, values: powers.values.slice(0, epochs * 7) }
      const live = await starterFromBandPowers([{ label: 'Fpz', powers: part }], 'live')
      expect(Array.from(live.probabilities)).toEqual(
        Array.from(whole.probabilities.subarray(0, epochs * 5)),
      )
      expect(Array.from(live.quality)).toEqual(Array.from(whole.quality.subarray(0, epochs)))
    }
  })

  it('says something of a single epoch, with low quality', async () => {
    const powers = bandPowers(channel.samples.subarray(0, 3000), 100)
    const one = await starterFromBandPowers([{ label: 'Fpz', powers }], 'offline')
    expect(Array.from(one.probabilities).every((p) => p >= 0 && p <= 1)).toBe(true)
    expect(one.quality[0]).toBeLessThan(0.2)
  })

  it('skips what was not recorded, and stages the rest', async () => {
    const samples = channel.samples.slice()
    samples.fill(NaN, 60_000, 90_000)
    const result = await starterModel('offline').stage({ eeg: [{ ...channel, samples }] })
    const stages = mostProbableStages(result.probabilities)
    expect(stages.map((stage) => stage === '?').indexOf(true)).toBe(20)
    expect(stages.filter((stage) => stage === '?')).toHaveLength(10)
    expect(result.quality[25]).toBe(0)
  })

  it('explains each epoch by six groups of measures', async () => {
    const { explanations, probabilities } = await starterModel('offline').stage({ eeg: [channel] })
    expect(explanations?.groups).toHaveLength(6)
    expect(explanations?.contributions).toHaveLength((probabilities.length / 5) * 30)
    expect(explanations?.contributions.some((c) => Math.abs(c) > 0.1)).toBe(true)
  })

  it('knows where an electrode sits by the names in use', () => {
    for (const label of ['Fpz-Cz', 'EEG Fpz-Cz', 'F4-M1', 'AF7', 'fpz', 'EEG F3-A2', 'Fp1']) {
      expect(electrodePlace(label), label).toBe('frontal')
    }
    for (const label of ['Pz-Oz', 'EEG Pz-Oz', 'O2-M1', 'pz', 'PO7', 'P4-A1']) {
      expect(electrodePlace(label), label).toBe('posterior')
    }
    for (const label of ['C3-A1', 'CZ-A1', 'EEG', 'TP9', 'signal 1', 'Fcz', 'HB_1']) {
      expect(electrodePlace(label), label).toBe('central')
    }
  })
})

const NIGHT = 'data/sleep-eeg/sleep-edf-bandpower/SC4001.csv.gz'

describe.skipIf(!hasShared(NIGHT))(
  `a day and night of Sleep-EDF (${SHARED_MISSING} when skipped)`,
  () => {
    const read = readBandPowers(new Uint8Array(readFileSync(sharedPath(NIGHT))))
    if (!read.ok) throw new Error(read.problem.got)
    const { channels, stages } = read.value

    it('is staged much the same from 22 hours as from the night alone', async () => {
      const [channel] = channels
      const [from, to] = [961, 1802]
      const values = channel!.powers.values.slice(from * 7, to * 7)
      const night = { label: 'fpz', powers: { epochs: to - from, values } }
      const whole = await starterFromBandPowers([channel!], 'offline')
      const part = await starterFromBandPowers([night], 'offline')
      const wholeStages = mostProbableStages(whole.probabilities).slice(from, to)
      const partStages = mostProbableStages(part.probabilities)
      expect(agreementOfStages(wholeStages, partStages).accuracy).toBeGreaterThan(0.93)
      // The weights have learnt from this night: this is not its accuracy, see scripts/evaluate.
      expect(agreementOfStages(stages!.slice(from, to), partStages).kappa).toBeGreaterThan(0.75)
    })
    it('is staged much the same behind a 30-Hz low-pass, and through mains and a noisy amplifier', async () => {
      const [channel] = channels
      const night = channel!.powers.values.slice(961 * 7, 1802 * 7)
      const stagesOf = async (change: (value: number, measure: number) => number) => {
        const values = night.map((value, i) => change(value, i % 7))
        const powers = { epochs: values.length / 7, values }
        const { probabilities } = await starterFromBandPowers([{ label: 'fpz', powers }], 'offline')
        return mostProbableStages(probabilities)
      }
      const reference = await stagesOf((value) => value)
      const lowPassed = await stagesOf((value, k) => (k === 4 ? value / 1000 : value))
      const mains = await stagesOf((value, k) => value + (k === 4 ? 3 : k === 6 ? 30 : 0))
      expect(agreementOfStages(reference, lowPassed).accuracy).toBeGreaterThan(0.8)
      expect(agreementOfStages(reference, mains).accuracy).toBeGreaterThan(0.8)
    })
  },
)
