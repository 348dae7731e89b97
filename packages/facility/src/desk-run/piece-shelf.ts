import { createHash, webcrypto } from 'node:crypto'
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type DeviceId,
  type Incident,
  type PieceMessage,
  readPieceMessage,
  verifyPieceConsent,
} from '@nocturne/core/fleet'
import type { DeskRun } from './desk-run.ts'

const OWNER_ONLY = 0o600
/** Pieces that are being gathered at a time; the oldest makes room. */
const MOST_GATHERED = 64

/**
 * Pieces of black boxes, each kept as a file only when the sleeper's signed yes for just this
 * incident, device and span came with it. Rule F57.
 */
export class PieceShelf {
  readonly folder: string
  readonly #run: DeskRun
  readonly #parts = new Map<string, readonly Uint8Array[]>()

  constructor(folder: string, run: DeskRun) {
    this.folder = folder
    this.#run = run
  }

  /** Takes what a device sent on `bb`; false when no yes of its sleeper goes with it. */
  async take(device: DeviceId, bytes: Uint8Array): Promise<boolean> {
    const message = readPieceMessage(bytes)
    const sleeper = this.#run.device(device)?.sleeperKey
    if (!message.ok || sleeper === undefined) return false
    const { consent } = message.value
    const { incident } = consent
    const asked = this.#asked(incident, device)
    if (asked === undefined) return false
    const { fromMs, toMs } = asked
    const span = { incident, device, fromMs, toMs }
    if (!(await verifyPieceConsent(webcrypto.subtle, consent, span, sleeper))) return false
    const piece = this.#gathered(`${device} ${incident}`, message.value)
    if (piece === 'more') return true
    if (piece === 'gap') return false
    const digest = createHash('sha256').update(piece).digest('hex')
    await keepWhole(this.folder, `${incident}-${digest}`, piece)
    await keepWhole(this.folder, `${incident}-${digest}.of`, new TextEncoder().encode(device))
    await this.#run.wish({ kind: 'answer', device, incident, granted: true })
    await this.#run.wish({ kind: 'piece', device, incident, digest })
    return true
  }

  /** Takes away every piece of a device: its sleeper was erased. */
  async erase(device: DeviceId): Promise<void> {
    const names = await readdir(this.folder).catch(() => [])
    for (const name of names.filter((one) => one.endsWith('.of'))) {
      const of = await readFile(join(this.folder, name), 'utf8')
      if (of !== device) continue
      await rm(join(this.folder, name.slice(0, -3)), { force: true })
      await rm(join(this.folder, name), { force: true })
    }
  }

  /** The whole piece with this part; what came already comes again as the same bytes. */
  #gathered(key: string, { at, of, bytes }: PieceMessage): Uint8Array | 'more' | 'gap' {
    const held = at === 0 ? [] : this.#parts.get(key)
    const length = held?.reduce((sum, part) => sum + part.length, 0) ?? 0
    if (held === undefined || at > length) return 'gap'
    const parts = at < length ? held : [...held, bytes.slice()]
    this.#parts.delete(key)
    if (Math.max(length, at + bytes.length) >= of) return Buffer.concat(parts)
    const [oldest] = this.#parts.keys()
    if (this.#parts.size >= MOST_GATHERED && oldest !== undefined) this.#parts.delete(oldest)
    this.#parts.set(key, parts)
    return 'more'
  }

  #asked(incident: string, device: DeviceId): Incident['pieces'][number] | undefined {
    const found = this.#run.desk?.book.incidents.find(({ id }) => id === incident)
    return found?.pieces.find(
      (piece) => piece.device === device && piece.status !== 'declined' && piece.status !== 'came',
    )
  }
}

async function keepWhole(folder: string, name: string, bytes: Uint8Array): Promise<void> {
  await mkdir(folder, { recursive: true })
  const path = join(folder, name)
  const file = await open(`${path}.part`, 'w', OWNER_ONLY)
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(`${path}.part`, path)
}
