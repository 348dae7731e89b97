import type { ByteSource } from '../../signal/source.ts'

/** Bytes fetched at once: memory stays the same for a box of any size. */
const WINDOW_BYTES = 1 << 18

/** Reads small ranges of a source in rising order through one window. */
export class ByteWindow {
  readonly source: ByteSource
  private bytes: Uint8Array = new Uint8Array(0)
  private from = 0

  constructor(source: ByteSource) {
    this.source = source
  }

  /** A copy of `length` bytes from `offset`; fewer where the source ends. */
  async read(offset: number, length: number): Promise<Uint8Array> {
    const held = offset >= this.from && offset + length <= this.from + this.bytes.length
    if (!held) {
      this.from = offset
      this.bytes = await this.source.read(offset, Math.max(length, WINDOW_BYTES))
    }
    return this.bytes.slice(offset - this.from, offset - this.from + length)
  }

  /** The first offset from `from` on at which `word` stands; undefined when none does. */
  async find(word: Uint8Array, from: number): Promise<number | undefined> {
    const step = WINDOW_BYTES - word.length
    for (let at = from; at < this.source.size; at += step) {
      const bytes = await this.read(at, WINDOW_BYTES)
      const hit = indexOfWord(bytes, word)
      if (hit >= 0) return at + hit
    }
    return undefined
  }
}

function indexOfWord(bytes: Uint8Array, word: Uint8Array): number {
  for (let i = bytes.indexOf(word[0]!); i >= 0; i = bytes.indexOf(word[0]!, i + 1)) {
    if (word.every((byte, k) => bytes[i + k] === byte)) return i
  }
  return -1
}
