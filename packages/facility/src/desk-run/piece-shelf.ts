import { createHash, webcrypto } from 'node:crypto'
import {
  type DeviceId,
  type PieceConsent,
  type PieceMessage,
  readPieceMessage,
  verifyPieceConsent,
} from '@nocturne/core/fleet'
import type { StorePort } from '../store/store-port.ts'
import type { CentreClock } from './centre-clock.ts'
import type { DeskRun } from './desk-run.ts'

/** Pieces that are not whole yet: of one device, and in all. */
const MOST_BEGUN_OF_DEVICE = 2
const MOST_BEGUN = 64

/** What is not whole after so long has left its place to others, ms: nobody asks for it any more. */
const BEGUN_MS = 7 * 86_400_000

/**
 * Whose key of the log is destroyed has no piece any more, and none of theirs can come. `digest` is
 * empty until the piece is whole; `held` bytes of its `size` are there.
 */
const TABLES = [
  `CREATE TABLE IF NOT EXISTS box_piece (
    device TEXT NOT NULL REFERENCES sealing_key (device) ON DELETE CASCADE,
    incident TEXT NOT NULL, size BIGINT NOT NULL, held BIGINT NOT NULL, digest TEXT NOT NULL,
    since_ms BIGINT NOT NULL, PRIMARY KEY (device, incident))`,
  `CREATE TABLE IF NOT EXISTS box_part (
    device TEXT NOT NULL, incident TEXT NOT NULL, begins BIGINT NOT NULL, bytes BLOB NOT NULL,
    PRIMARY KEY (device, incident, begins),
    FOREIGN KEY (device, incident) REFERENCES box_piece (device, incident) ON DELETE CASCADE)`,
]

const PIECE = 'SELECT size, held, digest FROM box_piece WHERE device = ? AND incident = ?'
const BEGIN = `INSERT INTO box_piece (device, incident, size, held, digest, since_ms)
  SELECT device, ?, ?, 0, '', ? FROM sealing_key WHERE device = ?`
const BEGUN = `SELECT COUNT(*) AS count FROM box_piece WHERE digest = '' AND device LIKE ?`
const PUT = 'INSERT INTO box_part (device, incident, begins, bytes) VALUES (?, ?, ?, ?)'
const PARTS = 'SELECT bytes FROM box_part WHERE device = ? AND incident = ? ORDER BY begins'
const FIRST = 'SELECT bytes FROM box_part WHERE device = ? AND incident = ? AND begins = 0'
const GROWN = 'UPDATE box_piece SET held = ?, since_ms = ? WHERE device = ? AND incident = ?'
const WHOLE = 'UPDATE box_piece SET digest = ? WHERE device = ? AND incident = ?'
const AWAY = 'DELETE FROM box_piece WHERE device = ? AND incident = ?'
const OLD = "DELETE FROM box_piece WHERE digest = '' AND since_ms < ?"
const INCIDENTS = 'SELECT incident FROM box_piece WHERE device = ? ORDER BY incident'
const FOUND = 'SELECT device FROM box_piece WHERE incident = ? AND digest = ?'

/**
 * Pieces of black boxes, each kept only when the sleeper's signed yes for just this incident,
 * device and span came with it. They are in the store that all machines of a centre share, each
 * part before it is acknowledged. Rules F57 and F94.
 */
export class PieceShelf {
  readonly #store: StorePort
  readonly #run: DeskRun
  readonly #clock: CentreClock

  private constructor(store: StorePort, run: DeskRun, clock: CentreClock) {
    this.#store = store
    this.#run = run
    this.#clock = clock
  }

  /** Opens the shelf in a store that has the keys of the log already. */
  static async open(store: StorePort, run: DeskRun, clock: CentreClock): Promise<PieceShelf> {
    for (const table of TABLES) await store.run(table)
    await store.run(OLD, [clock.nowMs() - BEGUN_MS])
    return new PieceShelf(store, run, clock)
  }

  /**
   * Takes what a device sent on `bb`: true when it is durable, and for the last part when the
   * incident knows of it too; false when no yes of its sleeper goes with it, a part before it is
   * missing, or there is no room. Rejects when the store or the log does not take it now.
   */
  async take(device: DeviceId, bytes: Uint8Array): Promise<boolean> {
    const message = readPieceMessage(bytes)
    const sleeper = this.#run.device(device)?.sleeperKey
    if (!message.ok || sleeper === undefined) return false
    const { consent } = message.value
    const { incident } = consent
    const span = await this.#span(device, consent)
    if (span === undefined) return false
    const asked = { incident, device, ...span }
    if (!(await verifyPieceConsent(webcrypto.subtle, consent, asked, sleeper))) return false
    const kept = await this.#store.transaction((within) =>
      keep(within, device, message.value, this.#clock.nowMs()),
    )
    if (kept === 'more') return true
    if (kept === 'none') return false
    // Also when it comes again: whoever took it before may have ended between these.
    await this.#run.wish({ kind: 'answer', device, incident, granted: true })
    await this.#run.wish({ kind: 'piece', device, incident, digest: kept.digest })
    return true
  }

  /** A piece that is whole; undefined where there is none. */
  async read(incident: string, digest: string): Promise<Uint8Array | undefined> {
    const [piece] = await this.#store.all(FOUND, [incident, digest])
    if (piece === undefined) return undefined
    const parts = await this.#store.all(PARTS, [piece.device!, incident])
    return Buffer.concat(parts.map(({ bytes }) => bytes as Uint8Array))
  }

  /** All that is there of a device: what is not whole yet, too. */
  async *of(
    device: DeviceId,
  ): AsyncIterable<{ readonly incident: string; readonly bytes: Uint8Array }> {
    for (const { incident } of await this.#store.all(INCIDENTS, [device])) {
      const parts = await this.#store.all(PARTS, [device, incident!])
      const bytes = Buffer.concat(parts.map((part) => part.bytes as Uint8Array))
      yield { incident: String(incident), bytes }
    }
  }

  /** The span that was asked for; that of the yes itself where the piece is whole already. */
  async #span(
    device: DeviceId,
    { incident, fromMs, toMs }: PieceConsent,
  ): Promise<{ readonly fromMs: number; readonly toMs: number } | undefined> {
    const asked = this.#run.asks(device).find((ask) => ask.incident === incident)
    if (asked !== undefined) {
      return { fromMs: Math.floor(asked.fromMs), toMs: Math.floor(asked.toMs) }
    }
    const [held] = await this.#store.all(PIECE, [device, incident])
    return held !== undefined && held.digest !== '' ? { fromMs, toMs } : undefined
  }
}

/** What became of a part: it is kept, it is not, or the piece is whole with it. */
type Kept = 'more' | 'none' | { readonly digest: string }

async function keep(
  store: StorePort,
  device: DeviceId,
  { consent: { incident }, at, of, bytes }: PieceMessage,
  nowMs: number,
): Promise<Kept> {
  const key = [device, incident]
  const [before] = await store.all(PIECE, key)
  if (before !== undefined && before.digest !== '') {
    return Number(before.size) === of ? { digest: String(before.digest) } : 'none'
  }
  let held = Number(before?.held ?? 0)
  if (at === 0 && (before === undefined || !(await isSame(store, key, before.size!, of, bytes)))) {
    if (!(await began(store, device, incident, of, nowMs))) return 'none'
    held = 0
  } else if (Number(before?.size ?? -1) !== of || at > held) return 'none'
  if (at < held) return 'more'
  await store.run(PUT, [...key, at, bytes])
  held += bytes.length
  await store.run(GROWN, [held, nowMs, ...key])
  if (held < of) return 'more'
  const hash = createHash('sha256')
  for (const part of await store.all(PARTS, key)) hash.update(part.bytes as Uint8Array)
  const digest = hash.digest('hex')
  await store.run(WHOLE, [digest, ...key])
  return { digest }
}

/** Whether a first part that comes again is that of the piece that was begun. */
async function isSame(
  store: StorePort,
  key: readonly string[],
  size: unknown,
  of: number,
  bytes: Uint8Array,
): Promise<boolean> {
  const [first] = await store.all(FIRST, key)
  return (
    Number(size) === of &&
    first !== undefined &&
    Buffer.compare(first.bytes as Uint8Array, bytes) === 0
  )
}

/** Begins a piece anew; false where there is no room for it, or its device was erased. */
async function began(
  store: StorePort,
  device: DeviceId,
  incident: string,
  size: number,
  nowMs: number,
): Promise<boolean> {
  await store.run(AWAY, [device, incident])
  await store.run(OLD, [nowMs - BEGUN_MS])
  for (const [whose, most] of [
    [device, MOST_BEGUN_OF_DEVICE],
    ['%', MOST_BEGUN],
  ] as const) {
    const [begun] = await store.all(BEGUN, [whose])
    if (Number(begun!.count) >= most) return false
  }
  return (await store.run(BEGIN, [incident, size, nowMs, device])) > 0
}
