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
    let quotient = 0
    while (quotient < ESCAPE_ONES && bits.take(1) === 1) quotient++
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
    let value = 0
    for (let left = width; left > 0; ) {
      const used = this.at & 7
      const part = Math.min(8 - used, left)
      const byte = this.bytes[this.at >>> 3] ?? 0
      value = (value << part) | ((byte >>> (8 - used - part)) & ((1 << part) - 1))
      this.at += part
      left -= part
    }
    return value >>> 0
  }

  /** True when every byte was used and none was missing. */
  spent(): boolean {
    return Math.ceil(this.at / 8) === this.bytes.length
  }
}
