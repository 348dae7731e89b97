/** Ones after which a number is written out, because it is too large for the parameter. */
const ESCAPE_ONES = 24
const MAX_PARAMETER = 31

/**
 * Rice code of unsigned 32-bit numbers: the quotient by 2^k in ones, a zero, then k bits; after 24
 * ones, the number itself. The parameter k (first byte) is the one that fits their mean. The most
 * significant bit comes first. Source: Rice, JPL publication 91-22 (1991).
 */
export function riceBytes(values: Uint32Array): Uint8Array {
  const k = parameterOf(values)
  const bits = new BitSink(1 + Math.ceil((values.length * (ESCAPE_ONES + 32)) / 8))
  bits.put(k, 8)
  for (const value of values) {
    const quotient = value >>> k
    if (quotient < ESCAPE_ONES) {
      bits.put((1 << (quotient + 1)) - 2, quotient + 1)
      bits.put(value, k)
    } else {
      bits.put((1 << ESCAPE_ONES) - 1, ESCAPE_ONES)
      bits.put(value, 32)
    }
  }
  return bits.taken()
}

/**
 * The `count` numbers of `riceBytes`; undefined where the bytes are too few or too many for them.
 */
export function riceValues(bytes: Uint8Array, count: number): Uint32Array | undefined {
  const bits = new BitCursor(bytes)
  const k = bits.take(8)
  if (k > MAX_PARAMETER || count > bytes.length * 8) return undefined
  const values = new Uint32Array(count)
  for (let i = 0; i < count; i++) {
    const quotient = bits.ones(ESCAPE_ONES)
    values[i] = quotient === ESCAPE_ONES ? bits.take(32) : (quotient << k) | bits.take(k)
  }
  return bits.spent() ? values : undefined
}

/** The largest k whose power of two does not exceed the mean. */
function parameterOf(values: Uint32Array): number {
  let sum = 0
  for (const value of values) sum += value
  const mean = values.length === 0 ? 0 : sum / values.length
  let k = 0
  for (let power = 2; k < MAX_PARAMETER && mean >= power; power *= 2) k++
  return k
}

class BitSink {
  private readonly bytes: Uint8Array
  private at = 0
  private pending = 0
  private width = 0

  constructor(capacity: number) {
    this.bytes = new Uint8Array(capacity)
  }

  /** The lowest `width` bits of a number, 0 to 32 of them. */
  put(value: number, width: number): void {
    for (let left = width; left > 0; ) {
      const part = Math.min(8 - this.width, left)
      left -= part
      this.pending = (this.pending << part) | ((value >>> left) & ((1 << part) - 1))
      this.width += part
      if (this.width < 8) continue
      this.bytes[this.at++] = this.pending
      this.pending = 0
      this.width = 0
    }
  }

  /** The bytes, the last one filled up with zeros. */
  taken(): Uint8Array {
    if (this.width > 0) this.put(0, 8 - this.width)
    return this.bytes.subarray(0, this.at)
  }
}

class BitCursor {
  private readonly bytes: Uint8Array
  private at = 0

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }

  /** The next 0 to 32 bits; zeros past the end. */
  take(width: number): number {
    if (width === 0) return 0
    const shift = this.at & 7
    const head = this.word(this.at >>> 3)
    this.at += width
    const rest = 32 - width
    if (shift <= rest) return (head << shift) >>> rest
    // The last bits, at most seven, are in the byte after the four.
    const more = this.bytes[((this.at - width) >>> 3) + 4] ?? 0
    return ((head << shift) | (more >>> (8 - shift))) >>> rest
  }

  /** How many ones come next, at most 24; the zero after fewer is taken too. */
  ones(most: number): number {
    const next = this.word(this.at >>> 3) << (this.at & 7)
    const count = Math.clz32(~next)
    // Of the four bytes 25 bits at least are here: 24 ones and the zero after fewer.
    if (count >= most) {
      this.at += most
      return most
    }
    this.at += count + 1
    return count
  }

  /** True when every byte was used and none was missing. */
  spent(): boolean {
    return Math.ceil(this.at / 8) === this.bytes.length
  }

  /** Four bytes, the first one highest; zeros past the end. */
  private word(at: number): number {
    const { bytes } = this
    if (at + 4 <= bytes.length) {
      return (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!
    }
    const [a = 0, b = 0, c = 0] = bytes.subarray(at)
    return (a << 24) | (b << 16) | (c << 8)
  }
}
