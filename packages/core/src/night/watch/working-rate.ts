import { polyphase, simplestRatio } from '../../signal/resample.ts'

/** Brings one channel to another rate, sample by sample, without making anything new. */
export type WorkingRate = {
  /** How many outputs are waiting after this sample. NaN is missing. */
  push(x: number): number
  /** Output `k` of those of the last push. */
  output(k: number): number
  /** Begins again with input `first` of the night, whose level is held backwards. */
  start(first: number): void
  /** Index of the first output of the last push. */
  first(): number
  /** How long after its moment an output is given, input samples. */
  readonly latency: number
}

/**
 * The outputs of `resampleTo` (the same filter, to the last bit between gaps), each as soon as the
 * input that it needs is there: .1 s late at 256 to 100 Hz. A missing sample is held over, and an
 * output is missing when the input nearest to it is. After a start, or a gap as long as the filter,
 * the first sample is held backwards, so that an offset does not ring. Equal rates pass through.
 */
export function workingRate(fromHz: number, toHz: number): WorkingRate {
  const [up, down] = simplestRatio(toHz / fromHz)
  return up === down ? samePace() : polyphasePace(up, down)
}

function samePace(): WorkingRate {
  const own = { value: 0 }
  let next = 0
  return {
    push: (x) => {
      own.value = x
      next++
      return 1
    },
    output: () => own.value,
    start: (first) => {
      next = first
    },
    first: () => next - 1,
    latency: 0,
  }
}

function polyphasePace(up: number, down: number): WorkingRate {
  const { width, first, taps } = polyphase(up, down)
  const size = width + 1
  // The last `size` inputs twice over, so that they lie in a row; and which of them are missing.
  const kept = new Float64Array(2 * size)
  const missing = new Uint8Array(2 * size)
  const out = new Float64Array(Math.ceil(up / down) + 1)
  const own = { held: 0 }
  let next = 0 // the next input, and its place
  let place = 0
  let due = 0 // the next output, its phase, and the input that it waits for
  let phase = 0
  let awaited = 0
  let gave = 0
  let lostRun = size // missing inputs in a row
  const start = (at: number): void => {
    next = at
    place = at % size
    due = Math.max(0, Math.floor(((at - width) * up) / down))
    while (newestOf(due) < at) due++
    phase = due % up
    awaited = newestOf(due)
    lostRun = size
  }
  const newestOf = (m: number): number => Math.floor(m / up) * down + first[m % up]! + width - 1
  const output = (): number => {
    const nearest = Math.min(Math.round((due * down) / up), awaited)
    if (missing[nearest % size] === 1) return NaN
    // The input that was awaited is the newest: the row begins `width` before the place after it.
    const from = place + size - width
    const row = phase * width
    let sum = 0
    for (let j = 0; j < width; j++) sum += kept[from + j]! * taps[row + j]!
    return sum
  }
  const push = (x: number): number => {
    const lost = Number.isNaN(x)
    if (!lost) {
      own.held = x
      if (lostRun >= size) kept.fill(x)
    }
    lostRun = lost ? lostRun + 1 : 0
    kept[place] = kept[place + size] = own.held
    missing[place] = missing[place + size] = lost ? 1 : 0
    next++
    place = place + 1 === size ? 0 : place + 1
    gave = 0
    while (awaited < next) {
      out[gave++] = output()
      due++
      phase = phase + 1 === up ? 0 : phase + 1
      awaited = newestOf(due)
    }
    return gave
  }
  const latency = width - Math.floor(width / 2)
  start(0)
  return { push, output: (k) => out[k]!, start, first: () => due - gave, latency }
}
