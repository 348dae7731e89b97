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

function polyphaseStream(up: number, down: number, fromHz: number): StreamingResampler {
  const { width, first, taps } = polyphase(up, down)
  // The inputs that outputs to come may need, from input `base` on, and which of them are missing.
  let [base, kept, missing] = [0, new Float64Array(0), new Uint8Array(0)]
  let next = 0 // the next output
  let held = 0
  let fresh = true // no sample of this stretch has come
  let startsAt = 0
  const from = (m: number): number => Math.floor(m / up) * down + first[m % up]!

  const give = (end: number): Run => {
    const outputs: number[] = []
    const at = next
    for (; outputFits(next, end); next++) outputs.push(output(next))
    const drop = Math.max(0, Math.min(kept.length, from(next) - base))
    base += drop
    kept = kept.slice(drop)
    missing = missing.slice(drop)
    return { first: at, samples: Float32Array.from(outputs) }
  }
  const outputFits = (m: number, end: number): boolean =>
    from(m) + width <= base + kept.length && m * down < end * up
  const output = (m: number): number => {
    const nearest = Math.round((m * down) / up) - base
    if (missing[Math.min(nearest, missing.length - 1)] === 1) return Number.NaN
    const offset = from(m) - base
    const row = (m % up) * width
    let sum = 0
    for (let j = 0; j < width; j++) sum += kept[offset + j]! * taps[row + j]!
    return sum
  }
  const keep = (x: Samples): void => {
    const at = kept.length
    const joined = new Float64Array(at + x.length)
    const holes = new Uint8Array(at + x.length)
    joined.set(kept)
    holes.set(missing)
    for (let i = 0; i < x.length; i++) {
      if (Number.isNaN(x[i]!)) holes[at + i] = 1
      else held = x[i]!
      joined[at + i] = held
    }
    ;[kept, missing] = [joined, holes]
  }
  return {
    latencyS: Math.ceil(width / 2) / fromHz,
    start: (at) => {
      startsAt = at
      next = Math.ceil((at * up) / down)
      base = Math.min(from(next), at)
      ;[kept, missing, held, fresh] = [new Float64Array(0), new Uint8Array(0), 0, true]
    },
    push: (x) => {
      if (x.length === 0) return { first: next, samples: new Float32Array(0) }
      if (fresh) {
        fresh = false
        held = Number.isNaN(x[0]!) ? 0 : x[0]!
        kept = new Float64Array(startsAt - base).fill(held)
        missing = new Uint8Array(startsAt - base)
      }
      keep(x)
      return give(Number.POSITIVE_INFINITY)
    },
    end: () => {
      if (fresh) return { first: next, samples: new Float32Array(0) }
      const end = base + kept.length
      // `missing` keeps its length: what is nearest to an output past the end is the last sample.
      kept = padded(kept, width + down, held)
      return give(end)
    },
  }
}

function padded(x: Float64Array, by: number, value: number): Float64Array<ArrayBuffer> {
  const out = new Float64Array(x.length + by).fill(value)
  out.set(x)
  return out
}
