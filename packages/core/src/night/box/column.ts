import type { ByteCursor, ByteSink } from './byte-sink.ts'
import type { Lattice } from './record.ts'
import { riceBytes, riceValues } from './rice.ts'

/** Forms of a column, the lowest two bits of its first byte; the others are the predictor. */
const MISSING = 0
const WHOLE = 1
const FLOAT = 2
/** Polynomial predictors of order 0 to 3. Source: Robinson, CUED/F-INFENG/TR.156 (1994). */
const ORDERS = [0, 1, 2, 3] as const
type Order = (typeof ORDERS)[number]

/** The NaN that a Float32Array keeps when NaN is put into it. */
const MISSING_BITS = 0x7fc00000
/** Whole numbers below this have residuals of order 3 that fit in 32 bits. */
const MOST_WHOLE = 1 << 26
const ZERO_ORDINAL = 0x80000000

/**
 * Writes a column so that every bit comes back, that of a NaN too. Samples that lie on `lattice`
 * become whole numbers, the others keep their float32 bits as places in the order of all floats;
 * both are predicted from the samples before, and what is left is Rice coded.
 */
export function putColumn(sink: ByteSink, samples: Float32Array, lattice?: Lattice): void {
  const bits = bitsOf(samples)
  const whole = lattice && wholeNumbers(samples, bits, lattice)
  if (bits.every((word) => word === MISSING_BITS)) {
    sink.byte(MISSING)
  } else if (whole) {
    putWhole(sink, whole, bits, lattice)
  } else {
    const [few, fewBits] = [samples.subarray(0, TRIED_SAMPLES), bits.subarray(0, TRIED_SAMPLES)]
    const order = bestOrder((p) => floatResiduals(few, fewBits, p))
    sink.byte(FLOAT | (order << 2))
    putResiduals(sink, floatResiduals(samples, bits, order))
  }
}

/** Reads `count` samples that `putColumn` wrote; undefined where the bytes are none of its. */
export function takeColumn(cursor: ByteCursor, count: number): Float32Array | undefined {
  const head = cursor.byte()
  const order = (head >>> 2) as Order
  if (order > 3) return undefined
  if ((head & 3) === MISSING) {
    const samples = new Float32Array(count)
    bitsOf(samples).fill(MISSING_BITS)
    return samples
  }
  if ((head & 3) === WHOLE) return takeWhole(cursor, count, order)
  const residuals = riceValues(cursor.slice(cursor.varint()), count)
  return residuals && floats(residuals, order)
}

function bitsOf(samples: Float32Array): Uint32Array {
  // A copy where the samples do not begin on a word; in a Float32Array they always do.
  return new Uint32Array(samples.buffer, samples.byteOffset, samples.length)
}

/** The whole numbers of the samples that are there, or undefined when one is off the lattice. */
function wholeNumbers(
  samples: Float32Array,
  bits: Uint32Array,
  { gain, offset }: Lattice,
): Int32Array | undefined {
  const whole = new Int32Array(samples.length)
  const trial = new Float32Array(1)
  const trialBits = bitsOf(trial)
  let n = 0
  for (let i = 0; i < samples.length; i++) {
    if (bits[i] === MISSING_BITS) continue
    const step = Math.round((samples[i]! - offset) / gain)
    trial[0] = step * gain + offset
    if (!(Math.abs(step) < MOST_WHOLE) || trialBits[0] !== bits[i]) return undefined
    whole[n++] = step
  }
  return whole.subarray(0, n)
}

function putWhole(
  sink: ByteSink,
  whole: Int32Array,
  bits: Uint32Array,
  { gain, offset }: Lattice,
): void {
  const few = whole.subarray(0, TRIED_SAMPLES)
  const order = bestOrder((p) => wholeResiduals(few, p))
  sink.byte(WHOLE | (order << 2))
  sink.float64(gain)
  sink.float64(offset)
  const runs = missingRuns(bits)
  sink.varint(runs.length)
  for (const run of runs) sink.varint(run)
  putResiduals(sink, wholeResiduals(whole, order))
}

/** Lengths of what is there, missing, there, missing ...; empty when all is there. */
function missingRuns(bits: Uint32Array): number[] {
  const runs: number[] = []
  let from = 0
  let missing = false
  for (let i = 0; i < bits.length; i++) {
    if ((bits[i] === MISSING_BITS) === missing) continue
    runs.push(i - from)
    from = i
    missing = !missing
  }
  if (runs.length > 0) runs.push(bits.length - from)
  return runs
}

function takeWhole(cursor: ByteCursor, count: number, order: Order): Float32Array | undefined {
  const gain = cursor.float64()
  const offset = cursor.float64()
  const runs: number[] = []
  const nRuns = cursor.varint()
  for (let k = 0; k < nRuns && !cursor.overrun; k++) runs.push(cursor.varint())
  if (runs.length === 0) runs.push(count)
  let present = 0
  for (let k = 0; k < runs.length; k += 2) present += runs[k]!
  if (cursor.overrun || runs.reduce((a, b) => a + b, 0) !== count) return undefined
  const residuals = riceValues(cursor.slice(cursor.varint()), present)
  if (!residuals) return undefined
  const whole = wholeOfResiduals(residuals, order)
  const samples = new Float32Array(count)
  bitsOf(samples).fill(MISSING_BITS)
  let at = 0
  let n = 0
  for (const [k, run] of runs.entries()) {
    for (let i = 0; i < run && k % 2 === 0; i++) samples[at + i] = whole[n++]! * gain + offset
    at += run
  }
  return samples
}

function putResiduals(sink: ByteSink, residuals: Uint32Array): void {
  const bytes = riceBytes(residuals)
  sink.varint(bytes.length)
  sink.append(bytes)
}

/** Samples from which the predictor is chosen; the first of a column stand for it. */
const TRIED_SAMPLES = 96

/** The order whose residuals are least in sum over the first samples. */
function bestOrder(residualsOf: (order: Order) => Uint32Array): Order {
  let best: Order = 0
  let least = Number.POSITIVE_INFINITY
  for (const order of ORDERS) {
    const sum = sumOf(residualsOf(order))
    if (sum < least) {
      best = order
      least = sum
    }
  }
  return best
}

function sumOf(values: Uint32Array): number {
  let sum = 0
  for (const value of values) sum += value
  return sum
}

function wholeResiduals(whole: Int32Array, order: Order): Uint32Array {
  const residuals = new Uint32Array(whole.length)
  let [a, b, c] = [0, 0, 0]
  for (let i = 0; i < whole.length; i++) {
    const value = whole[i]!
    residuals[i] = zigzag((value - extrapolated(order, a, b, c)) | 0)
    c = b
    b = a
    a = value
  }
  return residuals
}

function wholeOfResiduals(residuals: Uint32Array, order: Order): Int32Array {
  const whole = new Int32Array(residuals.length)
  let [a, b, c] = [0, 0, 0]
  for (let i = 0; i < whole.length; i++) {
    const value = (extrapolated(order, a, b, c) + unzigzag(residuals[i]!)) | 0
    whole[i] = value
    c = b
    b = a
    a = value
  }
  return whole
}

function floatResiduals(samples: Float32Array, bits: Uint32Array, order: Order): Uint32Array {
  const scratch = scratchWord()
  const residuals = new Uint32Array(bits.length)
  for (let i = 0; i < bits.length; i++) {
    const predicted = predictedOrdinal(samples, bits, i, order, scratch)
    residuals[i] = zigzag((ordinal(bits[i]!) - predicted) | 0)
  }
  return residuals
}

function floats(residuals: Uint32Array, order: Order): Float32Array {
  const scratch = scratchWord()
  const samples = new Float32Array(residuals.length)
  const bits = bitsOf(samples)
  for (let i = 0; i < bits.length; i++) {
    const predicted = predictedOrdinal(samples, bits, i, order, scratch)
    bits[i] = bitsOfOrdinal((predicted + unzigzag(residuals[i]!)) >>> 0)
  }
  return samples
}

type Scratch = { readonly float: Float32Array; readonly bits: Uint32Array }

function scratchWord(): Scratch {
  const float = new Float32Array(1)
  return { float, bits: bitsOf(float) }
}

/** Where the polynomial would go on; where that is no number, the sample before again. */
function predictedOrdinal(
  samples: Float32Array,
  bits: Uint32Array,
  i: number,
  order: Order,
  { float, bits: floatBits }: Scratch,
): number {
  const before = extrapolated(order, samples[i - 1] ?? 0, samples[i - 2] ?? 0, samples[i - 3] ?? 0)
  float[0] = before
  // Checked after rounding: a double may be finite where its float32 is not.
  if (Number.isFinite(float[0])) return ordinal(floatBits[0]!)
  return i === 0 ? ZERO_ORDINAL : ordinal(bits[i - 1]!)
}

function extrapolated(order: Order, a: number, b: number, c: number): number {
  if (order === 0) return 0
  if (order === 1) return a
  return order === 2 ? 2 * a - b : 3 * a - 3 * b + c
}

/** The place of a float's bits in the order of all floats, -NaN first: unsigned 32 bits. */
function ordinal(bits: number): number {
  return bits >= ZERO_ORDINAL ? ~bits >>> 0 : (bits | ZERO_ORDINAL) >>> 0
}

function bitsOfOrdinal(place: number): number {
  return place >= ZERO_ORDINAL ? (place & ~ZERO_ORDINAL) >>> 0 : ~place >>> 0
}

function zigzag(value: number): number {
  return ((value << 1) ^ (value >> 31)) >>> 0
}

function unzigzag(value: number): number {
  return (value >>> 1) ^ -(value & 1)
}
