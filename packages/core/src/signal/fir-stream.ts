import { assert } from '../math/assert.ts'
import { log2 } from '../math/elementary.ts'
import { complexFft } from '../math/fft.ts'
import type { Samples } from '../math/samples.ts'

/**
 * A causal filter with a memory: what it gives does not depend on how the signal is cut into
 * pieces.
 */
export type StreamingFir = {
  /** How many samples the output lags behind a zero-phase filter: (taps - 1) / 2. */
  readonly delaySamples: number
  /** Takes the next samples and gives as many filtered ones. */
  push(x: Samples): Float64Array
  /** Forgets everything: as new. */
  reset(): void
}

/**
 * Pieces of at least this many times log2 of the block pay for a transform; shorter ones are
 * summed.
 */
const DIRECT_FACTOR = 8

/**
 * Filters a signal as it comes, from rest: piece by piece equal (to about 1e-13 of the signal's
 * size) to `filterFir(x, taps, { zeroPhase: false })` over the whole, whatever the pieces. Each
 * output is given at once, `delaySamples` late against zero phase and no more. A missing sample
 * gives a missing one, while the filter holds the last sample that was there (0 before the first);
 * the batch filter, which knows the future, draws a line instead.
 */
export function streamingFir(taps: Samples): StreamingFir {
  assert(taps.length > 0, 'a filter needs taps')
  const h = Float64Array.from(taps)
  const memory = h.length - 1
  let past = new Float64Array(memory) // the inputs before the next one, oldest first
  let held = 0
  const block = blockFilter(h)
  const push = (x: Samples): Float64Array => {
    const joined = new Float64Array(memory + x.length)
    joined.set(past)
    let missing = false
    for (let i = 0; i < x.length; i++) {
      const v = x[i]!
      if (Number.isNaN(v)) missing = true
      else held = v
      joined[memory + i] = held
    }
    past = joined.slice(x.length)
    const short = x.length < DIRECT_FACTOR * log2(h.length + 1)
    const out = short ? direct(joined, h, x.length) : block(joined, x.length)
    if (missing) for (let i = 0; i < x.length; i++) if (Number.isNaN(x[i]!)) out[i] = NaN
    return out
  }
  const reset = (): void => {
    past = new Float64Array(memory)
    held = 0
  }
  return { delaySamples: memory / 2, push, reset }
}

function direct(joined: Float64Array, h: Float64Array, count: number): Float64Array {
  const out = new Float64Array(count)
  const memory = h.length - 1
  for (let i = 0; i < count; i++) {
    let sum = 0
    for (let k = 0, at = i + memory; k <= memory; k++, at--) sum += h[k]! * joined[at]!
    out[i] = sum
  }
  return out
}

/** Overlap-save with blocks of the least power of two that is four times the taps. */
function blockFilter(h: Float64Array): (joined: Float64Array, count: number) => Float64Array {
  let size = 64
  while (size < 4 * h.length) size *= 2
  const memory = h.length - 1
  const step = size - memory
  let spectrum: [Float64Array, Float64Array] | undefined
  return (joined, count) => {
    const plan = complexFft(size)
    spectrum ??= spectrumOf(h, size)
    const [hr, hi] = spectrum
    const out = new Float64Array(count)
    const re = new Float64Array(size)
    const im = new Float64Array(size)
    for (let start = 0; start < count; start += 2 * step) {
      fill(re, joined, start)
      fill(im, joined, start + step)
      plan.forward(re, im)
      for (let k = 0; k < size; k++) {
        const ar = re[k]!
        const ai = im[k]!
        re[k] = ar * hr[k]! - ai * hi[k]!
        im[k] = ar * hi[k]! + ai * hr[k]!
      }
      plan.forward(im, re) // the inverse: the parts exchanged, the scale already in the spectrum
      take(out, start, re, memory)
      take(out, start + step, im, memory)
    }
    return out
  }
}

function spectrumOf(h: Float64Array, size: number): [Float64Array, Float64Array] {
  const hr = new Float64Array(size)
  const hi = new Float64Array(size)
  for (let k = 0; k < h.length; k++) hr[k] = h[k]! / size
  complexFft(size).forward(hr, hi)
  return [hr, hi]
}

function fill(block: Float64Array, x: Float64Array, start: number): void {
  const n = Math.max(0, Math.min(block.length, x.length - start))
  for (let k = 0; k < n; k++) block[k] = x[start + k]!
  block.fill(0, n)
}

function take(out: Float64Array, at: number, block: Float64Array, from: number): void {
  const n = Math.min(block.length - from, out.length - at)
  for (let k = 0; k < n; k++) out[at + k] = block[from + k]!
}
