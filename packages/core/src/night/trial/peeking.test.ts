import { describe, expect, it } from 'vitest'
import { exp, log } from '../../math/elementary.ts'
import { seededRandom } from '../../math/random.ts'
import { Capital, evidenceOf } from './betting.ts'
import { knownBlocks, nightDifferences, pairDifferences } from './block-analysis.ts'
import { trialPower, USUAL_SLEEPER } from './power.ts'

const LONG = process.env.NOCTURNE_NIGHTLY !== undefined
const TRIALS = LONG ? 20_000 : 1000

describe('a trial that is looked at every morning', () => {
  it.each([0.05, 0.12, 0.4])(
    'claims a difference that is not there in at most 5 % of trials, nights spread by %f',
    (nightSd) => {
      const { byNights } = trialPower(
        { ...USUAL_SLEEPER, gain: 0, nightSd },
        'nights',
        200,
        TRIALS,
        31,
      )
      expect(byNights.at(-1)!.share).toBeLessThanOrEqual(0.05)
      expect(byNights.at(-1)!.share).toBeGreaterThan(0)
    },
  )

  it('claims none either by the pairs of windows inside its nights', () => {
    const sleeper = { ...USUAL_SLEEPER, gain: 0 }
    const { byNights } = trialPower(sleeper, 'windows', LONG ? 200 : 60, LONG ? 5000 : 400, 31)
    expect(byNights.at(-1)!.share).toBeLessThanOrEqual(0.05)
    expect(byNights.at(-1)!.share).toBeGreaterThan(0)
  })

  it('sees +10 % by pairs of windows in a fifth of the nights that arms alone take', () => {
    const [windows, nights] = (['windows', 'nights'] as const).map(
      (by) => trialPower(USUAL_SLEEPER, by, 200, 200, 8).nightsFor80,
    )
    expect(windows).toBeLessThan(nights! / 5)
    expect(windows).toBeGreaterThan(14)
  })

  it('claims none by blocks within nights that drift and share a level, with arms of the sealed draw (N84)', () => {
    const [random, trials] = [seededRandom(7), LONG ? 1000 : 100]
    let claimed = 0
    for (let trial = 0; trial < trials; trial++) {
      const seed = trial.toString(16).padStart(64, '0')
      const nights = Array.from({ length: 20 }, (_, night) => {
        const [level, drift] = [random.normal(), 0.3 * random.normal()]
        const blocks = [0, 1, 2, 3, 4, 5].map((block) => {
          const swa = level + drift * block + 0.3 * random.normal() ** 3
          const wholeUv2 = exp(swa + 0.2 * random.normal())
          return { block, markers: 1 + random.integer(20), swaUv2: exp(swa), wholeUv2 }
        })
        return { night, blocks }
      })
      const pairs = pairDifferences(knownBlocks(nights, seed), ({ swaUv2 }) => log(swaUv2!))
      if (evidenceOf(nightDifferences(pairs), 0.15).anytimeP <= 0.05) claimed++
    }
    // Of 100, five at most are expected; more than eleven had one in a hundred at that.
    expect(claimed / trials).toBeLessThanOrEqual(LONG ? 0.05 : 0.11)
  })

  it('claims none by blocks, and sees +10 % by short ones sooner than by nights, later than by windows', () => {
    const none = { ...USUAL_SLEEPER, gain: 0 }
    const share = trialPower(none, 'blocks', 200, TRIALS, 31, 10).byNights.at(-1)!.share
    expect(share).toBeLessThanOrEqual(0.05)
    expect(share).toBeGreaterThan(0)
    const need = (by: 'blocks' | 'windows', blockMin: number): number =>
      trialPower(USUAL_SLEEPER, by, 200, 200, 8, blockMin).nightsFor80!
    const nights = trialPower(USUAL_SLEEPER, 'nights', 200, 200, 8).nightsFor80!
    expect(need('blocks', 5)).toBeLessThan(need('blocks', 10))
    expect(need('blocks', 10)).toBeLessThan(nights)
    expect(need('windows', 5)).toBeLessThan(need('blocks', 5))
  })

  it('is not fooled by heavy tails or by nights that drift', () => {
    const random = seededRandom(5)
    let claimed = 0
    for (let trial = 0; trial < 1000; trial++) {
      const capital = new Capital(0.15)
      let most = 0
      for (let block = 0; block < 40; block++) {
        const size = (0.05 + 0.01 * block) / (0.05 + random.uniform())
        capital.bet(random.uniform() < 0.5 ? size : -size)
        most = Math.max(most, capital.e)
      }
      if (most >= 20) claimed++
    }
    expect(claimed / 1000).toBeLessThanOrEqual(0.05)
  })

  it('holds the truth in its interval at all looks together in 95 % of trials', () => {
    const random = seededRandom(6)
    const [trials, every] = LONG ? [150, 1] : [60, 5]
    let missed = 0
    for (let trial = 0; trial < trials; trial++) {
      const differences: number[] = []
      let out = false
      for (let block = 0; block < 30; block++) {
        differences.push(0.1 + 0.15 * random.normal())
        if (block < 5 || block % every !== 0) continue
        const { low, high } = evidenceOf(differences, 0.15)
        out ||= low > 0.1 || high < 0.1
      }
      if (out) missed++
    }
    expect(missed / trials).toBeLessThanOrEqual(0.05)
  })

  it('needs more nights for smaller effects, and says when none is enough', () => {
    const nights = (gain: number): number | undefined =>
      trialPower({ ...USUAL_SLEEPER, gain }, 'nights', 200, 300, 8).nightsFor80
    expect(nights(0.4)).toBeLessThan(nights(0.2)!)
    expect(nights(0.2)).toBeLessThan(nights(0.1)!)
    expect(nights(0.01)).toBeUndefined()
  })
})
