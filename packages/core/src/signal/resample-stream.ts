import { assert } from '../math/assert.ts'
import type { Samples } from '../math/samples.ts'
import { polyphase, simplestRatio } from './resample.ts'

/** Samples in a row from index `first` of their rate on. */
export type Run = { readonly first: number; readonly samples: Float32Array }

/**
 * A resampler with a memory: how the signal is cut into pieces changes nothing. Input and output
 * have one time axis, on which both have a sample 0, so that output m belongs to input m x down /
 * up, whatever gaps lie before it.
 */
export type StreamingResampler = {
  /** How long after its own time an output can be given, seconds: half the filter. */
  readonly latencyS: number
  /** Begins a stretch without gaps at this input sample; what came before is forgotten. */
  start(first: number): void
  /** Takes the next inputs of the stretch and gives the outputs that are settled by them. */
  push(x: Samples): Run
  /** The stretch has ended: gives the outputs up to its end; the next call is `start`. */
  end(): Run
}

/**
 * Resamples from one rate to another (Hz) as the signal comes, with the filter and the ratio of
 * `resampleTo`: away from the ends of a stretch equal to it to the last bit of a Float32. Beyond
 * its ends a stretch is held at its first and last sample, so that an offset does not ring. A
 * missing sample is held over (0 before the first); an output is missing when the input nearest to
 * it is. Equal rates pass through at once.
 */
export function streamingResampler(fromHz: number, toHz: number): StreamingResampler {
  assert(fromHz > 0 && toHz > 0, `rates ${fromHz} and ${toHz} Hz`)
  const [up, down] = simplestRatio(toHz / fromHz)
  return up === down ? passThrough() : polyphaseStream(up, down, fromHz)
}

function passThrough(): StreamingResampler {
  let next = 0
  return {
    latencyS: 0,
    start: (first) => {
      next = first
    },
    push: (x) => {
      const first = next
      next += x.length
      return { first, samples: Float32Array.from(x) }
    },
    end: () => ({ first: next, samples: new Float32Array(0) }),
  }
}

/**
 * The inputs that outputs to come may need, from input `base` on, and which of them are missing.
 */
type History = {
  base: number
  samples: Float64Array<ArrayBuffer>
  missing: Uint8Array<ArrayBuffer>
  /** The last sample that was there. */
  held: number
}

function polyphaseStream(up: number, down: number, fromHz: number): StreamingResampler {
  const { width, first, taps } = polyphase(up, down)
  let history = emptyHistory(0)
  let next = 0 // the next output
  let startsAt = 0
  let fresh = true // no sample of this stretch has come
  const from = (m: number): number => Math.floor(m / up) * down + first[m % up]!
  const give = (end: number): Run => {
    const { base, samples, missing } = history
    const have = base + samples.length
    const at = next
    const most = Math.max(0, Math.ceil(((have - from(at)) * up) / down) + up)
    const out = new Float32Array(most)
    const lastKnown = missing.length - 1
    let count = 0
    for (let start = from(next); start + width <= have && next * down < end * up; ) {
      const nearest = Math.min(Math.round((next * down) / up) - base, lastKnown)
      out[count++] =
        missing[nearest] === 1
          ? Number.NaN
          : product(samples, start - base, taps, (next % up) * width, width)
      next++
      start = from(next)
    }
    forget(history, from(next))
    return { first: at, samples: out.slice(0, count) }
  }
  return {
    latencyS: Math.ceil(width / 2) / fromHz,
    start: (at) => {
      startsAt = at
      next = Math.ceil((at * up) / down)
      history = emptyHistory(Math.min(from(next), at))
      fresh = true
    },
    push: (x) => {
      if (x.length === 0) return { first: next, samples: new Float32Array(0) }
      if (fresh) holdBefore(history, x[0]!, startsAt)
      fresh = false
      append(history, x)
      return give(Number.POSITIVE_INFINITY)
    },
    end: () => {
      if (fresh) return { first: next, samples: new Float32Array(0) }
      const end = history.base + history.samples.length
      // `missing` keeps its length: what is nearest to an output past the end is the last sample.
      history.samples = padded(history.samples, width + down, history.held)
      return give(end)
    },
  }
}

function product(
  x: Float64Array,
  from: number,
  taps: Float64Array,
  row: number,
  width: number,
): number {
  let sum = 0
  for (let j = 0; j < width; j++) sum += x[from + j]! * taps[row + j]!
  return sum
}

function emptyHistory(base: number): History {
  return { base, samples: new Float64Array(0), missing: new Uint8Array(0), held: 0 }
}

/** Puts the first sample of a stretch in the places before it that a filter reaches. */
function holdBefore(history: History, sample: number, startsAt: number): void {
  history.held = Number.isNaN(sample) ? 0 : sample
  history.samples = new Float64Array(startsAt - history.base).fill(history.held)
  history.missing = new Uint8Array(startsAt - history.base)
}

function append(history: History, x: Samples): void {
  const at = history.samples.length
  history.samples = padded(history.samples, x.length, 0)
  const missing = new Uint8Array(at + x.length)
  missing.set(history.missing)
  for (let i = 0; i < x.length; i++) {
    if (Number.isNaN(x[i]!)) missing[at + i] = 1
    else history.held = x[i]!
    history.samples[at + i] = history.held
  }
  history.missing = missing
}

/** Drops what lies before an input. */
function forget(history: History, before: number): void {
  const drop = Math.max(0, Math.min(history.samples.length, before - history.base))
  history.base += drop
  history.samples = history.samples.slice(drop)
  history.missing = history.missing.slice(drop)
}

function padded(x: Float64Array, by: number, value: number): Float64Array<ArrayBuffer> {
  const out = new Float64Array(x.length + by).fill(value)
  out.set(x)
  return out
}
