import { webcrypto } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type DeviceId, pieceMessages, signPieceConsent } from '@nocturne/core/fleet'
import { publicKeyOf } from '@nocturne/core/night'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { DeskRun } from './desk-run.ts'
import { PieceShelf } from './piece-shelf.ts'

const DEVICE = 'bed-1' as DeviceId
const SEED = '5e'.repeat(32)
const SPAN = { incident: 'i-1', device: 'bed-1', fromMs: 1000, toMs: 2000 }
const PIECE = Uint8Array.from({ length: 150_000 }, (_, k) => k % 253)

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nocturne-pieces-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** A run that knows one device and one incident that asked it. */
async function shelfAt(status = 'asked'): Promise<{ shelf: PieceShelf; wishes: unknown[] }> {
  const wishes: unknown[] = []
  const sleeperKey = await publicKeyOf(webcrypto.subtle, SEED)
  const pieces = [{ device: 'bed-1', fromMs: 1000, toMs: 2000, status }]
  const run = {
    device: (name: string) => (name === 'bed-1' ? { sleeperKey } : undefined),
    desk: { book: { incidents: [{ id: 'i-1', pieces }] } },
    wish: async (wish: unknown) => void wishes.push(wish),
  }
  return { shelf: new PieceShelf(folder, run as unknown as DeskRun), wishes }
}

async function partsOf(span: typeof SPAN = SPAN, seed = SEED): Promise<Uint8Array[]> {
  return pieceMessages(await signPieceConsent(webcrypto.subtle, span, seed), PIECE)
}

describe('pieces of black boxes at the centre', () => {
  it('are kept whole when every part came with the sleeper’s yes, a part again counted once (F57)', async () => {
    const { shelf, wishes } = await shelfAt()
    const [first, second, third] = (await partsOf()) as [Uint8Array, Uint8Array, Uint8Array]
    for (const part of [first, second, second]) expect(await shelf.take(DEVICE, part)).toBe(true)
    expect([readdirSync(folder), wishes]).toEqual([[], []])
    expect(await shelf.take(DEVICE, third)).toBe(true)
    expect(wishes).toMatchObject([{ kind: 'answer', granted: true }, { kind: 'piece' }])
    const [name] = readdirSync(folder).filter((each) => !each.endsWith('.of'))
    expect(new Uint8Array(readFileSync(join(folder, name!)))).toEqual(PIECE)
    await shelf.erase(DEVICE)
    expect(readdirSync(folder)).toEqual([])
  })

  it('are not taken without just that yes, unasked, or with a part missing (F57)', async () => {
    const { shelf } = await shelfAt()
    const [first, , third] = (await partsOf()) as [Uint8Array, Uint8Array, Uint8Array]
    const narrow = await partsOf({ ...SPAN, toMs: 1999 })
    const thief = await partsOf(SPAN, '77'.repeat(32))
    const other = await partsOf({ ...SPAN, incident: 'i-2' })
    for (const [part] of [narrow, thief, other]) expect(await shelf.take(DEVICE, part!)).toBe(false)
    expect(await shelf.take('bed-2' as DeviceId, first)).toBe(false)
    expect(await shelf.take(DEVICE, third)).toBe(false)
    expect(await shelf.take(DEVICE, Uint8Array.of(1, 2))).toBe(false)
    const declined = await shelfAt('declined')
    expect(await declined.shelf.take(DEVICE, first)).toBe(false)
    expect(readdirSync(folder)).toEqual([])
  })
})
