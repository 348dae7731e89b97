import { webcrypto } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readPieceMessage, signPieceConsent } from '@nocturne/core/fleet'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { PieceAsks } from './piece-asks.ts'
import { PieceSender } from './piece-sender.ts'

const ASK = { incident: 'i-1', fromMs: 1000, toMs: 2000 }
const PIECE = Uint8Array.from({ length: 150_000 }, (_, k) => k % 251)

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nocturne-sender-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** A device whose sleeper said yes; a start of its program is a new one on the same folder. */
async function granted(): Promise<void> {
  const asks = new PieceAsks(folder)
  asks.hear({ ...ASK, aheadMs: 0 })
  const [ask] = asks.list()
  const yes = { ...ASK, device: 'bed-1' }
  asks.grant(ask!, await signPieceConsent(webcrypto.subtle, yes, '5e'.repeat(32)), PIECE)
}

class Bed {
  readonly sent: Uint8Array[] = []
  readonly told: string[] = []
  nowS = 0
  readonly asks = new PieceAsks(folder)
  readonly sender = new PieceSender({
    ...{ asks: this.asks, aheadMs: 0, tellAnswer: () => undefined },
    send: (bytes) => this.sent.push(bytes),
    nowS: () => this.nowS,
    tell: (text) => this.told.push(text),
  })

  /** Where the parts begin that were sent. */
  get begins(): number[] {
    return this.sent.map((bytes) => {
      const read = readPieceMessage(bytes)
      return read.ok ? read.value.at : -1
    })
  }

  get status(): string | undefined {
    return this.asks.list()[0]?.status
  }

  over(kept: boolean): void {
    this.sender.over(this.sent.at(-1)!, kept)
  }
}

describe('a piece on its way to the centre', () => {
  it('goes part by part, and is kept here until the last is durable there (F94)', async () => {
    await granted()
    const bed = new Bed()
    bed.sender.look()
    expect(bed.begins).toEqual([0])
    bed.over(true)
    bed.sender.look()
    bed.over(true)
    expect([bed.begins, bed.status]).toEqual([[0, 60_000, 120_000], 'granted'])
    bed.over(true)
    bed.sender.look()
    expect([bed.begins.length, bed.status]).toEqual([3, 'told'])
  })

  it('goes again from its begin when the program ended in the middle (F94)', async () => {
    await granted()
    const before = new Bed()
    before.sender.look()
    before.over(true)
    const after = new Bed()
    after.sender.look()
    for (const kept of [true, true, true]) after.over(kept)
    expect([after.begins, after.status]).toEqual([[0, 60_000, 120_000], 'told'])
  })

  it('waits ten minutes, then twice as long each time, when it is not taken, and then goes whole (F94)', async () => {
    await granted()
    const bed = new Bed()
    bed.sender.look()
    bed.over(true)
    bed.over(false)
    expect([bed.begins, bed.status]).toEqual([[0, 60_000], 'granted'])
    bed.nowS = 599
    bed.sender.look()
    expect(bed.sent.length).toBe(2)
    bed.nowS = 600
    bed.sender.look()
    bed.over(false)
    bed.nowS = 1799
    bed.sender.look()
    expect(bed.begins).toEqual([0, 60_000, 0])
    bed.nowS = 1800
    bed.sender.look()
    for (const kept of [true, true, true]) bed.over(kept)
    expect([bed.begins.length, bed.status]).toEqual([6, 'told'])
  })

  it('is given up after eight times, also over restarts: nobody wants it (F94)', async () => {
    await granted()
    for (let k = 0; k < 8; k++) {
      expect(new PieceAsks(folder).list()[0]?.status).toBe('granted')
      const bed = new Bed()
      bed.sender.look()
      bed.over(false)
    }
    expect(new PieceAsks(folder).list()[0]?.status).toBe('told')
    const bed = new Bed()
    bed.sender.look()
    expect(bed.sent).toEqual([])
  })
})
