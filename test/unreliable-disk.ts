import type { Random } from '../packages/core/src/math/random.ts'
import type { Disk, DiskFile } from '../packages/edge/src/box-file/disk.ts'

const PAGE = 512

type Content = { cached: Uint8Array; durable: Uint8Array }

/**
 * A disk in memory that tells what a real one hides: what was only written from what is on the
 * medium. It fills up, fails at random, and stops for good after a number of operations, as at a
 * power cut, after which any part of what was not flushed may have reached it, in any order.
 */
export class UnreliableDisk implements Disk {
  capacity = Number.POSITIVE_INFINITY
  /** Probability that an operation fails. */
  failing = 0
  operationsLeft = Number.POSITIVE_INFINITY
  syncs = 0
  private readonly files = new Map<string, Content>()
  private readonly random: Random

  constructor(random: Random) {
    this.random = random
  }

  async create(path: string): Promise<DiskFile> {
    await this.operation()
    if (this.files.has(path)) throw failure('EEXIST')
    const content = { cached: new Uint8Array(0), durable: new Uint8Array(0) }
    this.files.set(path, content)
    return {
      write: (bytes, position) => this.write(content, bytes, position),
      truncate: (length) => this.truncate(content, length),
      sync: () => this.sync(content),
      close: () => this.operation(),
    }
  }

  async cut(path: string, length: number): Promise<void> {
    const content = this.files.get(path)
    if (content === undefined) throw failure('ENOENT')
    await this.truncate(content, length)
    await this.sync(content)
  }

  async remove(path: string): Promise<boolean> {
    return this.files.delete(path)
  }

  /** What is surely on the medium. */
  durable(): Uint8Array[] {
    return [...this.files.values()].map(({ durable }) => durable)
  }

  /** Bytes that were written and not flushed. */
  unsynced(): number {
    let bytes = 0
    for (const { cached, durable } of this.files.values()) bytes += cached.length - durable.length
    return bytes
  }

  /** What is found when the power is back: of each page not flushed, the old or the new. */
  afterPowerCut(): Uint8Array[] {
    return [...this.files.values()].map((content) => this.found(content))
  }

  private found({ cached, durable }: Content): Uint8Array {
    const longest = this.random.uniform() < 0.5 ? cached.length : durable.length
    const bytes = new Uint8Array(Math.max(longest, durable.length))
    bytes.set(durable)
    for (let at = 0; at < bytes.length; at += PAGE) {
      if (this.random.uniform() < 0.5)
        bytes.set(cached.subarray(at, at + PAGE).subarray(0, bytes.length - at), at)
    }
    return bytes
  }

  private async write(content: Content, bytes: Uint8Array, position: number): Promise<number> {
    await this.operation()
    let used = 0
    for (const { cached } of this.files.values()) used += cached.length
    const room = Math.max(0, this.capacity - used + content.cached.length - position)
    const length = Math.min(bytes.length, room)
    const grown = new Uint8Array(Math.max(content.cached.length, position + length))
    grown.set(content.cached)
    grown.set(bytes.subarray(0, length), position)
    content.cached = grown
    if (length === 0 && bytes.length > 0) throw failure('ENOSPC')
    return length
  }

  private async truncate(content: Content, length: number): Promise<void> {
    await this.operation()
    content.cached = content.cached.slice(0, length)
  }

  private async sync(content: Content): Promise<void> {
    this.syncs++
    await this.operation()
    content.durable = content.cached
  }

  /** After the power cut nothing ever answers. */
  private async operation(): Promise<void> {
    if (this.operationsLeft <= 0) return new Promise(() => undefined)
    this.operationsLeft--
    await Promise.resolve()
    if (this.random.uniform() < this.failing) throw failure('EIO')
  }
}

function failure(code: string): Error {
  return Object.assign(new Error(`${code}, as asked for`), { code })
}
