import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../math/random.ts'
import { logMeanExp, RATIOS } from '../anomaly/rate-gain.ts'
import {
  addCounts,
  eventsNeeded,
  logHigherE,
  noEvidence,
  type RateEvidence,
  ratioShownBelow,
} from './rate-evidence.ts'

const STOP = Math.log(1000)

function counts(canaryEvents: number, baselineEvents: number, share = 0.1) {
  return { canaryEvents, baselineEvents, canaryExposure: share, baselineExposure: 1 - share }
}

/** Events one by one, `share` of the exposure in the canary arm, until the rule stops. */
function run(seed: number, ratio: number, share: number, most: number) {
  const random = seededRandom(seed)
  const chance = (ratio * share) / (ratio * share + 1 - share)
  let evidence: RateEvidence = noEvidence()
  let canary = 0
  for (let n = 1; n <= most; n++) {
    const isCanary = random.uniform() < chance
    if (isCanary) canary++
    evidence = addCounts(evidence, counts(isCanary ? 1 : 0, isCanary ? 0 : 1, share))
    if (logHigherE(evidence) >= STOP) return { events: n, canary, evidence }
  }
  return { events: Number.POSITIVE_INFINITY, canary, evidence }
}

describe('evidence of a ratio of rates', () => {
  it('is the mean of the likelihood ratios of the arms, computed here in another way', () => {
    let evidence = noEvidence()
    for (const [canary, baseline, share] of [
      [1, 3, 0.1],
      [2, 0, 0.2],
      [0, 5, 0.05],
    ] as const) {
      evidence = addCounts(evidence, counts(canary, baseline, share))
    }
    const products = RATIOS.map((ratio) => {
      const factor = (canary: number, baseline: number, w: number): number => {
        const p = (ratio * w) / (ratio * w + 1 - w)
        return (p / w) ** canary * ((1 - p) / (1 - w)) ** baseline
      }
      return factor(1, 3, 0.1) * factor(2, 0, 0.2) * factor(0, 5, 0.05)
    })
    const mean = products.reduce((sum, product) => sum + product, 0) / products.length
    expect(Math.exp(logHigherE(evidence))).toBeCloseTo(mean, 12)
    expect(evidence).toMatchObject({ canaryEvents: 3, baselineEvents: 8 })
  })

  it('does not depend on whether events of the same share come together or one by one', () => {
    const together = addCounts(noEvidence(), counts(4, 9))
    let apart = noEvidence()
    for (let k = 0; k < 4; k++) apart = addCounts(apart, counts(1, 0))
    for (let k = 0; k < 9; k++) apart = addCounts(apart, counts(0, 1))
    expect(logHigherE(together)).toBeCloseTo(logHigherE(apart), 10)
  })

  it('has a mean of at most 1 when the release is no worse, over every outcome of six events', () => {
    for (const ratio of [1, 0.5]) {
      for (const share of [0.001, 0.1, 0.5]) {
        const chance = (ratio * share) / (ratio * share + 1 - share)
        let mean = 0
        for (let outcome = 0; outcome < 64; outcome++) {
          let evidence = noEvidence()
          let probability = 1
          for (let bit = 0; bit < 6; bit++) {
            const isCanary = (outcome >> bit) % 2 === 1
            probability *= isCanary ? chance : 1 - chance
            evidence = addCounts(evidence, counts(isCanary ? 1 : 0, isCanary ? 0 : 1, share))
          }
          mean += probability * Math.exp(logHigherE(evidence))
        }
        if (ratio === 1) expect(mean).toBeCloseTo(1, 9)
        else expect(mean).toBeLessThanOrEqual(1)
      }
    }
  })

  it('stops a release that is no worse in at most one of a thousand runs, looked at always (F42)', () => {
    const runs = process.env.NOCTURNE_NIGHTLY ? 5000 : 100
    let stops = 0
    for (let seed = 0; seed < runs; seed++) if (run(seed, 1, 0.1, 300).events <= 300) stops++
    expect(stops).toBeLessThanOrEqual(2 + runs / 1000)
  })

  it('stops at the information limit: within 1.25 x ln(1/alpha)/KL events on average (target C1)', () => {
    for (const [ratio, share] of [
      [3, 0.1],
      [2, 0.5],
      [10, 0.01],
    ] as const) {
      const runs = Array.from({ length: 101 }, (_, seed) => run(seed, ratio, share, 20_000))
      const mean = runs.reduce((sum, { events }) => sum + events, 0) / runs.length
      expect(mean / eventsNeeded(ratio, share, 0.001)).toBeLessThan(1.4)
      const sorted = runs.map(({ events }) => events).sort((a, b) => a - b)
      expect(sorted[50]! / eventsNeeded(ratio, share, 0.001)).toBeLessThan(1.25)
    }
    expect(eventsNeeded(3, 0.1, 0.001)).toBeCloseTo(75, -1)
  })

  it('shows a ratio of 1 to be below 1.25 in time, and never one of 1.25 below it', () => {
    let [shown, wrong] = [0, 0]
    for (let seed = 0; seed < 100; seed++) {
      const same = addCounts(run(seed, 1, 0.5, 0).evidence, binomial(seed, 1, 0.5, 2500))
      const worse = addCounts(noEvidence(), binomial(seed, 1.25, 0.5, 2500))
      if (ratioShownBelow(same, 0.05) <= 1.25) shown++
      if (ratioShownBelow(worse, 0.05) <= 1.25) wrong++
    }
    expect(shown).toBeGreaterThan(90)
    expect(wrong).toBeLessThanOrEqual(5)
    expect(ratioShownBelow(noEvidence(), 0.05)).toBe(Number.POSITIVE_INFINITY)
  })

  it('learns nothing where one of the arms was not there', () => {
    const before = addCounts(noEvidence(), counts(1, 2))
    const after = addCounts(before, counts(3, 0, 0))
    expect(logHigherE(after)).toBe(logHigherE(before))
    expect(after.canaryEvents).toBe(4)
  })

  it('is the same for numbers too large for a product', () => {
    const evidence = addCounts(noEvidence(), counts(100_000, 100_000))
    expect(logHigherE(evidence)).toBeGreaterThan(1e5)
    expect(logMeanExp([])).toBe(Number.NEGATIVE_INFINITY)
  })

  it('takes half events and a time below nothing for a mistake', () => {
    expect(() => addCounts(noEvidence(), counts(0.5, 1))).toThrow('0.5 events')
    expect(() => addCounts(noEvidence(), counts(1, 1, -1))).toThrow('exposure of -1')
  })
})

function binomial(seed: number, ratio: number, share: number, n: number) {
  const random = seededRandom(seed + 0.5)
  const chance = (ratio * share) / (ratio * share + 1 - share)
  let canary = 0
  for (let k = 0; k < n; k++) if (random.uniform() < chance) canary++
  return counts(canary, n - canary, share)
}
