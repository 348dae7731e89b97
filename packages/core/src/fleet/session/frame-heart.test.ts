import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../math/random.ts'
import { beatValue } from '../../sleep/synthetic/heart-plan.ts'
import { syntheticSleeper } from '../../sleep/synthetic/sleeper.ts'
import { FrameHeart } from './frame-heart.ts'

const HZ = 128

/** Rates of the frames of a column, one each 30 s. */
function ratesOf(x: Float32Array, rateHz = HZ): number[] {
  const heart = new FrameHeart(0, rateHz)
  const rates: number[] = []
  for (let s = 1; s * rateHz <= x.length; s++) {
    heart.take((s - 1) * rateHz, [x.subarray((s - 1) * rateHz, s * rateHz)], s * 1000)
    if (s % 30 === 0) rates.push(heart.rate(s * 1000))
  }
  return rates
}

type Made = { readonly x: Float32Array; readonly truth: readonly number[] }

/** Four minutes of the ECG of a made-up sleeper with a heart of its own, and its true rates. */
function sleeperOf(heartBpm: number, rateHz = HZ): Made {
  const hours = 0.07
  const options = { seed: 3, hours, rateHz, channels: ['ECG'], clean: true }
  const sleeper = syntheticSleeper({ ...options, person: { heartBpm } })
  const truth = Array.from({ length: 8 }, (_, k) => {
    const beats = sleeper.beatsS.filter((at) => at >= 30 * k && at < 30 * (k + 1))
    return (60 * (beats.length - 1)) / (beats.at(-1)! - beats[0]!)
  })
  return { x: sleeper.next(240)[0]!, truth }
}

/** A signal of two minutes, sample by sample. */
function signal(valueAt: (seconds: number, i: number) => number, seconds = 120): Float32Array {
  return Float32Array.from({ length: seconds * HZ }, (_, i) => valueAt(i / HZ, i))
}

const random = seededRandom(7)

/** Two minutes of an ECG whose beats have these intervals in turn, s. */
function beating(intervalsS: readonly number[]): Float32Array {
  const x = signal(() => 5 * random.normal())
  for (let at = 0.5, k = 0; at < 119; at += intervalsS[k++ % intervalsS.length]!) {
    for (let i = Math.ceil((at - 0.25) * HZ); i < (at + 0.45) * HZ; i++) {
      x[i]! += 1000 * beatValue(i / HZ - at)
    }
  }
  return x
}

const hum = (s: number, uv: number): number => uv * Math.sin(2 * Math.PI * 50 * s)

describe("the heart of a night's frames", () => {
  it('is that of the sleeper within two beats a minute, from 38 to 130', () => {
    for (const [bpm, rateHz] of [[38], [56], [90, 256], [115], [130]] as const) {
      const { x, truth } = sleeperOf(bpm, rateHz)
      const rates = ratesOf(x, rateHz)
      expect(rates).toHaveLength(8)
      for (const [k, rate] of rates.entries()) {
        expect(Math.abs(rate - truth[k]!), `${bpm} in frame ${k}`).toBeLessThan(2)
      }
    }
  })

  it('is missing in what is no heart: noise, hum, a loose electrode, a flat line, nothing', () => {
    let drift = 0
    const none: Record<string, (s: number) => number> = {
      noise: () => 100 * random.normal(),
      muscle: (s) => (1 + Math.sin(s)) * 100 * random.normal(),
      drift: () => (drift = 0.99 * drift + 30 * random.normal()),
      pops: () => random.normal() + (random.uniform() < 1 / HZ ? 1000 : 0),
      'heavy noise': () => 100 * random.normal() ** 3,
      hum: (s) => hum(s, 1000),
      'loose electrode': (s) => hum(s, 24) + 6 * random.normal(),
      tremor: (s) => 200 * Math.sin(2 * Math.PI * 10 * s),
      swings: (s) => 3000 * Math.sin(2 * Math.PI * 1.1 * s),
      'flat line': () => 0,
      rail: (s) => (Math.floor(s / 3) % 2 === 0 ? 187_500 : -187_500),
      nothing: () => Number.NaN,
      nonsense: () => Number.POSITIVE_INFINITY,
    }
    for (const [what, valueAt] of Object.entries(none)) {
      expect(ratesOf(signal(valueAt)), what).toEqual(Array(4).fill(Number.NaN))
    }
  })

  it('is missing while an electrode is off, and right again after half a minute', () => {
    const { x, truth } = sleeperOf(60)
    for (let i = 60 * HZ; i < 150 * HZ; i++) x[i] = hum(i / HZ, 24) + 6 * random.normal()
    const rates = ratesOf(x)
    expect(rates.slice(2, 5)).toEqual(Array(3).fill(Number.NaN))
    for (const k of [0, 1, 5, 6, 7]) expect(Math.abs(rates[k]! - truth[k]!)).toBeLessThan(2)
  })

  it('is missing or right while the sleeper moves', () => {
    const { x, truth } = sleeperOf(60)
    const moves = seededRandom(11)
    for (let at = 40; at < 180; at += 3 + 9 * moves.uniform()) {
      const [from, lasts] = [Math.round(at * HZ), Math.round((0.5 + 3 * moves.uniform()) * HZ)]
      let swing = 0
      for (let i = from; i < from + lasts; i++) {
        swing = 0.95 * swing + 600 * moves.normal()
        x[i]! += swing
      }
    }
    const rates = ratesOf(x)
    expect(rates.slice(2, 6).some((rate) => Number.isNaN(rate))).toBe(true)
    for (const [k, rate] of rates.entries()) {
      if (!Number.isNaN(rate)) expect(Math.abs(rate - truth[k]!)).toBeLessThan(4)
    }
  })

  it('is missing for a heart without a rhythm, whose mean nobody could rely on', () => {
    const beats = seededRandom(2)
    const x = signal(() => 5 * beats.normal())
    for (let at = 0.5; at < 119; at += 0.35 + 1.1 * beats.uniform()) {
      for (let k = -5; k <= 5; k++) x[Math.round(at * HZ) + k]! += 1000 * (1 - Math.abs(k) / 5)
    }
    expect(ratesOf(x)).toEqual(Array(4).fill(Number.NaN))
  })

  it('is missing, and not half of it, where the watch hears every other beat: 240 a minute', () => {
    for (const bpm of [20, 26, 210, 240, 245, 250]) {
      expect(ratesOf(beating([60 / bpm])), `${bpm}`).toEqual(Array(4).fill(Number.NaN))
    }
  })

  it('is missing where one beat in three comes early, and there where one in eight does', () => {
    expect(ratesOf(beating([1, 1, 0.5]))).toEqual(Array(4).fill(Number.NaN))
    for (const rate of ratesOf(beating([1, 1, 1, 1, 1, 1, 1, 0.6]))) expect(rate).toBeCloseTo(60, 0)
  })

  it('is missing 10 s after the last beat, also when no sample comes at all', () => {
    const { x } = sleeperOf(60)
    const heart = new FrameHeart(0, HZ)
    heart.take(0, [x.subarray(0, 60 * HZ)], 60_000)
    expect(heart.rate(69_000)).toBeGreaterThan(40)
    expect(heart.rate(72_000)).toBeNaN()
    heart.take(75 * HZ, [x.subarray(75 * HZ, 80 * HZ)], 80_000)
    expect(heart.rate(80_000)).toBeNaN()
    heart.take(80 * HZ, [x.subarray(80 * HZ, 120 * HZ)], 120_000)
    expect(heart.rate(120_000)).toBeGreaterThan(40)
  })

  it('needs half of the half minute', () => {
    const { x } = sleeperOf(60)
    const heart = new FrameHeart(0, HZ)
    heart.take(0, [x.subarray(0, 14 * HZ)], 14_000)
    expect(heart.rate(14_000)).toBeNaN()
    heart.take(14 * HZ, [x.subarray(14 * HZ, 20 * HZ)], 20_000)
    expect(heart.rate(20_000)).toBeGreaterThan(40)
  })

  it('is that of a montage with an ECG alone', () => {
    const montage = { rateHz: HZ, channels: [{ label: 'Cz', role: 'eeg' }] } as const
    expect(FrameHeart.of(montage)).toBeUndefined()
  })
})
