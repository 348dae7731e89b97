import { assert } from '../../math/assert.ts'

/** Bytes that grow at the end; numbers are little-endian. */
export class ByteSink {
  private bytes = new Uint8Array(4096)
  private view = new DataView(this.bytes.buffer)
  length = 0

  /** The bytes so far, as a copy. */
  taken(): Uint8Array {
    return this.bytes.slice(0, this.length)
  }

  clear(): void {
    this.length = 0
  }

  byte(value: number): void {
    this.room(1)
    this.bytes[this.length++] = value
  }

  /** Seven bits a byte, the lowest first; whole numbers from 0 to 2^53 - 1. */
  varint(value: number): void {
    assert(Number.isSafeInteger(value) && value >= 0, `a varint must be whole, got ${value}`)
    let rest = value
    while (rest >= 128) {
      this.byte((rest % 128) | 128)
      rest = Math.floor(rest / 128)
    }
    this.byte(rest)
  }

  /** A whole number of either sign: 0 -1 1 -2 2 ... as 0 1 2 3 4. */
  signed(value: number): void {
    this.varint(value < 0 ? -2 * value - 1 : 2 * value)
  }

  float64(value: number): void {
    this.room(8)
    this.view.setFloat64(this.length, value, true)
    this.length += 8
  }

  append(bytes: Uint8Array): void {
    this.room(bytes.length)
    this.bytes.set(bytes, this.length)
    this.length += bytes.length
  }

  private room(more: number): void {
    if (this.length + more <= this.bytes.length) return
    const grown = new Uint8Array(Math.max(2 * this.bytes.length, this.length + more))
    grown.set(this.bytes.subarray(0, this.length))
    this.bytes = grown
    this.view = new DataView(grown.buffer)
  }
}

/**
 * Bytes read from the front. Reading past the end gives zeros and sets `overrun`, so that a reader
 * of damaged bytes ends by itself and is asked once, at its end, whether it was ever out.
 */
export class ByteCursor {
  at = 0
  overrun = false
  private readonly bytes: Uint8Array
  private readonly view: DataView

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  }

  byte(): number {
    if (this.at < this.bytes.length) return this.bytes[this.at++]!
    this.overrun = true
    return 0
  }

  varint(): number {
    let value = 0
    let unit = 1
    // Eight bytes carry 56 bits: more than a safe whole number has.
    for (let k = 0; k < 8; k++) {
      const byte = this.byte()
      value += (byte & 127) * unit
      unit *= 128
      if (byte < 128) break
    }
    if (!Number.isSafeInteger(value)) this.overrun = true
    return value
  }

  signed(): number {
    const value = this.varint()
    return value % 2 === 1 ? -(value + 1) / 2 : value / 2
  }

  float64(): number {
    const from = this.taken(8)
    return from < 0 ? 0 : this.view.getFloat64(from, true)
  }

  /** The next `length` bytes, not copied; fewer, with `overrun`, where there are not so many. */
  slice(length: number): Uint8Array {
    const from = this.taken(length)
    return from < 0 ? new Uint8Array(0) : this.bytes.subarray(from, from + length)
  }

  private taken(length: number): number {
    if (this.at + length > this.bytes.length) {
      this.overrun = true
      this.at = this.bytes.length
      return -1
    }
    this.at += length
    return this.at - length
  }
}
