import { webcrypto } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type DeviceId, pieceMessages, signPieceConsent } from '@nocturne/core/fleet'
import { publicKeyOf } from '@nocturne/core/night'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasPostgres, POSTGRES_MISSING, type Postgres, startPostgres } from '#test/postgres.ts'
import { SealingKeys } from '../log/sealing-keys.ts'
import { openPostgresStore } from '../store/postgres-store.ts'
import { openSqliteStore } from '../store/sqlite-store.ts'
import type { StorePort } from '../store/store-port.ts'
import type { CentreClock } from './centre-clock.ts'
import type { DeskRun } from './desk-run.ts'
import { PieceShelf } from './piece-shelf.ts'

const DEVICE = 'bed-1' as DeviceId
const SEED = '5e'.repeat(32)
const SPAN = { incident: 'i-1', device: 'bed-1', fromMs: 1000, toMs: 2000 }
const PIECE = Uint8Array.from({ length: 150_000 }, (_, k) => k % 253)
const DAY_MS = 86_400_000

async function partsOf(
  span: typeof SPAN = SPAN,
  piece = PIECE,
  seed = SEED,
): Promise<[Uint8Array, Uint8Array, Uint8Array]> {
  const consent = await signPieceConsent(webcrypto.subtle, span, seed)
  return pieceMessages(consent, piece) as [Uint8Array, Uint8Array, Uint8Array]
}

/** One machine of a centre: its shelf, what it was told, and what its partitions ask for. */
class Machine {
  readonly wishes: { readonly kind: string; readonly digest?: string }[] = []
  readonly asked: { device: string; incident: string; fromMs: number; toMs: number }[] = [
    { ...SPAN, fromMs: 1000.4 },
  ]
  nowMs = 1_000_000
  /** The log takes nothing for now. */
  isLogAway = false
  shelf!: PieceShelf

  static async at(store: StorePort): Promise<Machine> {
    const machine = new Machine()
    const sleeperKey = await publicKeyOf(webcrypto.subtle, SEED)
    const run = {
      device: (name: string) => (name.startsWith('bed-') ? { sleeperKey } : undefined),
      asks: (name: string) => machine.asked.filter(({ device }) => device === name),
      wish: async (wish: (typeof machine.wishes)[number]) => {
        if (machine.isLogAway) throw new Error('LOG_BUSY')
        machine.wishes.push(wish)
        if (wish.kind === 'answer') machine.asked.length = 0
      },
    }
    const clock = { nowMs: () => machine.nowMs } as CentreClock
    machine.shelf = await PieceShelf.open(store, run as unknown as DeskRun, clock)
    return machine
  }

  /** What each of some messages came to. */
  async take(...messages: readonly Uint8Array[]): Promise<boolean[]> {
    const came: boolean[] = []
    for (const message of messages) came.push(await this.shelf.take(DEVICE, message))
    return came
  }
}

type Engine = { readonly name: string; readonly isHere: boolean; open(): Promise<StorePort> }

let folder = ''
let postgres: Postgres | undefined
const ENGINES: Engine[] = [
  {
    ...{ name: 'in a file', isHere: true },
    open: () => openSqliteStore(join(mkdtempSync(join(folder, 'store-')), 'store.sqlite')),
  },
  {
    name: `in PostgreSQL${hasPostgres ? '' : `, ${POSTGRES_MISSING}`}`,
    isHere: hasPostgres,
    open: () => openPostgresStore(postgres!.database()),
  },
]

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'nocturne-pieces-'))
  if (hasPostgres) postgres = await startPostgres()
}, 30_000)
afterAll(async () => {
  await postgres?.stop()
  rmSync(folder, { recursive: true })
})

for (const { name, isHere, open } of ENGINES) {
  describe.skipIf(!isHere)(`pieces of black boxes at the centre, ${name}`, () => {
    /** A store in which some devices have keys. */
    async function kept(
      ...more: readonly string[]
    ): Promise<{ store: StorePort; keys: SealingKeys }> {
      const store = await open()
      const keys = await SealingKeys.open(store)
      for (const device of ['bed-1', ...more]) await keys.made(device)
      return { store, keys }
    }

    it('are kept whole when every part came with the sleeper’s yes, a part again counted once (F57)', async () => {
      const { store } = await kept()
      const machine = await Machine.at(store)
      const [first, second, third] = await partsOf()
      expect(await machine.take(first, second, second, first)).toEqual([true, true, true, true])
      expect(machine.wishes).toEqual([])
      expect(await machine.take(third)).toEqual([true])
      expect(machine.wishes).toMatchObject([{ kind: 'answer', granted: true }, { kind: 'piece' }])
      const read = await machine.shelf.read('i-1', machine.wishes[1]!.digest!)
      expect(Buffer.compare(read!, PIECE)).toBe(0)
      expect(await machine.shelf.read('i-2', machine.wishes[1]!.digest!)).toBeUndefined()
    })

    it('are gathered by whichever machine holds the device, each part durable before it is acknowledged (F94)', async () => {
      const { store } = await kept()
      const [first, second, third] = await partsOf()
      // Each machine is gone after its part, and nothing but the store is left of it.
      for (const part of [first, second]) {
        expect(await (await Machine.at(store)).take(part)).toEqual([true])
      }
      const last = await Machine.at(store)
      expect(await last.take(third)).toEqual([true])
      const read = await (await Machine.at(store)).shelf.read('i-1', last.wishes[1]!.digest!)
      expect(Buffer.compare(read!, PIECE)).toBe(0)
    })

    it('are told to the incident before the last part is acknowledged, again when that failed (F94)', async () => {
      const { store } = await kept()
      const machine = await Machine.at(store)
      const [first, second, third] = await partsOf()
      await machine.take(first, second)
      machine.isLogAway = true
      await expect(machine.take(third)).rejects.toThrow('LOG_BUSY')
      machine.isLogAway = false
      expect(await machine.take(third)).toEqual([true])
      // Its answer is known, and yet nobody told the device: it is all the same when it asks again.
      expect(machine.asked).toEqual([])
      expect(await machine.take(third)).toEqual([true])
      expect(machine.wishes.map(({ kind }) => kind)).toEqual([
        ...['answer', 'piece', 'answer', 'piece'],
      ])
    })

    it('are not taken without just that yes, unasked, or with a part missing (F57)', async () => {
      const { store } = await kept('bed-2')
      const { shelf, asked, wishes } = await Machine.at(store)
      const [first, , third] = await partsOf()
      const [narrow] = await partsOf({ ...SPAN, toMs: 1999 })
      const [thief] = await partsOf(SPAN, PIECE, '77'.repeat(32))
      const [other] = await partsOf({ ...SPAN, incident: 'i-2' })
      for (const part of [narrow, thief, other, third, Uint8Array.of(1, 2)]) {
        expect(await shelf.take(DEVICE, part)).toBe(false)
      }
      expect(await shelf.take('bed-2' as DeviceId, first)).toBe(false)
      expect(await shelf.take('stranger' as DeviceId, first)).toBe(false)
      asked.length = 0
      expect(await shelf.take(DEVICE, first)).toBe(false)
      expect([wishes, await store.all('SELECT device FROM box_piece')]).toEqual([[], []])
    })

    it('are begun anew when another piece comes under the same yes (F94)', async () => {
      const { store } = await kept()
      const machine = await Machine.at(store)
      const [first, second] = await partsOf()
      await machine.take(first, second)
      const other = PIECE.map((byte) => byte ^ 1)
      expect(await machine.take(...(await partsOf(SPAN, other)))).toEqual([true, true, true])
      const read = await machine.shelf.read('i-1', machine.wishes[1]!.digest!)
      expect(Buffer.compare(read!, other)).toBe(0)
    })

    it('are refused where there is no room, and what was acknowledged stays; a week later there is (F94)', async () => {
      const { store } = await kept()
      const machine = await Machine.at(store)
      const firsts: Uint8Array[] = []
      for (const incident of ['i-1', 'i-2', 'i-3']) {
        if (incident !== 'i-1') machine.asked.push({ ...SPAN, incident })
        firsts.push((await partsOf({ ...SPAN, incident }))[0])
      }
      expect(await machine.take(...firsts)).toEqual([true, true, false])
      machine.nowMs += 6 * DAY_MS
      expect(await machine.take((await partsOf())[1], firsts[2]!)).toEqual([true, false])
      machine.nowMs += 2 * DAY_MS
      expect(await machine.take(firsts[2]!, (await partsOf())[2])).toEqual([true, true])
    })

    it('leave with the key of their device, and none comes any more (F81)', async () => {
      const { store, keys } = await kept()
      const machine = await Machine.at(store)
      const [first, second, third] = await partsOf()
      await machine.take(first, second, third)
      machine.asked.push({ ...SPAN, incident: 'i-2' })
      const [begun, next] = await partsOf({ ...SPAN, incident: 'i-2' })
      await machine.take(begun)
      await keys.destroy('bed-1')
      for (const table of ['box_piece', 'box_part']) {
        expect(await store.all(`SELECT device FROM ${table}`)).toEqual([])
      }
      expect(await machine.take(begun, next)).toEqual([false, false])
      expect(await store.all('SELECT device FROM box_part')).toEqual([])
    })
  })
}
