import { describe, expect, it } from 'vitest'
import { seededRandom } from '../math/random.ts'
import { resampleTo } from './resample.ts'
import { streamingResampler } from './resample-stream.ts'

const RATES = [
  [256, 100],
  [100, 256],
  [250, 256],
  [62.5, 128],
  [512, 256],
  [199.9, 200],
] as const

/** A stretch from input `first` on, pushed in pieces of random lengths. */
function streamed(x: Float64Array, fromHz: number, toHz: number, first = 0, seed = 1) {
  const random = seededRandom(seed)
  const resampler = streamingResampler(fromHz, toHz)
  resampler.start(first)
  const runs = []
  for (let at = 0; at < x.length; ) {
    const to = Math.min(x.length, at + random.integer(90))
    runs.push(resampler.push(x.subarray(at, to)))
    at = to
  }
  runs.push(resampler.end())
  const samples = runs.flatMap((run) => [...run.samples])
  let next = runs[0]!.first
  for (const run of runs) {
    expect(run.first).toBe(next)
    next += run.samples.length
  }
  return { first: runs[0]!.first, samples }
}

function noise(n: number, seed: number): Float64Array {
  const random = seededRandom(seed)
  return Float64Array.from({ length: n }, () => random.normal())
}

describe('a streaming resampler', () => {
  it.each(RATES)('from %s to %s Hz gives the batch resampler inside, however it is cut', (a, b) => {
    const x = noise(1500, 3)
    const batch = Float32Array.from(resampleTo(x, a, b))
    const { first, samples } = streamed(x, a, b)
    expect(first).toBe(0)
    expect(samples.length).toBe(batch.length)
    const edge = Math.ceil((12 * Math.max(a, b)) / a)
    expect(samples.slice(edge, -edge)).toEqual([...batch.slice(edge, -edge)])
    expect(streamed(x, a, b, 0, 99).samples).toEqual(samples)
  })

  it.each(RATES)('from %s to %s Hz keeps an offset up to both ends', (a, b) => {
    const { samples } = streamed(new Float64Array(400).fill(1000), a, b)
    for (const v of samples) expect(Math.abs(v - 1000)).toBeLessThan(2)
  })

  it('puts a stretch that starts later on the same axis', () => {
    const sine = (at: number): number => 50 * Math.sin(2 * Math.PI * 1.3 * at)
    const first = 12_345
    const x = Float64Array.from({ length: 2000 }, (_, i) => sine((first + i) / 250))
    const { first: at, samples } = streamed(x, 250, 256, first)
    expect(at).toBe(Math.ceil((first * 256) / 250))
    for (let k = 40; k < samples.length - 40; k++) {
      expect(Math.abs(samples[k]! - sine((at + k) / 256))).toBeLessThan(0.1)
    }
  })

  it('marks the outputs next to missing samples and holds over them', () => {
    const x = new Float64Array(600).fill(7)
    x.fill(Number.NaN, 200, 230)
    const { samples } = streamed(x, 100, 200)
    const missing = samples.flatMap((v, k) => (Number.isNaN(v) ? [k] : []))
    expect(missing[0]).toBeGreaterThanOrEqual(399)
    expect(missing.at(-1)).toBeLessThanOrEqual(459)
    expect(missing.length).toBeGreaterThanOrEqual(59)
    for (const v of samples) if (!Number.isNaN(v)) expect(Math.abs(v - 7)).toBeLessThan(0.02)
  })

  it('gives each output within its latency', () => {
    const resampler = streamingResampler(250, 256)
    resampler.start(0)
    const given = resampler.push(noise(2500, 4))
    const behindS = 10 - (given.first + given.samples.length) / 256
    expect(behindS).toBeLessThanOrEqual(resampler.latencyS)
    expect(resampler.latencyS).toBeLessThan(0.05)
  })

  it('passes equal rates through at once', () => {
    const x = noise(10, 5)
    const resampler = streamingResampler(256, 256)
    resampler.start(40)
    expect(resampler.push(x)).toEqual({ first: 40, samples: Float32Array.from(x) })
    expect(resampler.latencyS).toBe(0)
  })
})
