import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { decodePieceConsent, encodePieceConsent, type PieceConsent } from '@nocturne/core/fleet'
import { writeWholeNow } from './whole-file.ts'

/** An incident's ask for a piece of this device's black box, unix ms, and what became of it. */
export type PieceAsk = {
  readonly incident: string
  readonly fromMs: number
  readonly toMs: number
  /** How far that clock is ahead of the night's own, ms: 0 unless the night is played. */
  readonly aheadMs: number
  readonly status: 'asked' | 'declined' | 'granted' | 'told'
  /** How often the centre did not take the piece; left out before the first time. */
  readonly refused?: number
}

/** A piece that was not taken so often is not wanted any more. */
const MOST_REFUSED = 8
/** More asks than this are not kept: they wait at the centre. */
const MOST_ASKS = 32
const NAME = /^(i-\d{1,12})\.json$/

/**
 * What a centre asked this sleeper for, kept until it is answered by them, asleep or awake, now or
 * in the morning: files in the device's folder, written by the program that hears the centre and by
 * the one that the sleeper types to. Rule F57.
 */
export class PieceAsks {
  readonly #folder: string

  constructor(deviceFolder: string) {
    this.#folder = join(deviceFolder, 'asks')
  }

  /** Every ask, the oldest first by name. */
  list(): PieceAsk[] {
    const names = namesOf(this.#folder).filter((name) => NAME.test(name))
    return names.sort().flatMap((name) => this.#read(NAME.exec(name)![1]!) ?? [])
  }

  /** The centre asks; true when that is new. */
  hear({ incident, fromMs, toMs, aheadMs }: Omit<PieceAsk, 'status'>): boolean {
    const all = this.list()
    if (all.some((ask) => ask.incident === incident) || all.length >= MOST_ASKS) return false
    this.#write({ incident, fromMs, toMs, aheadMs, status: 'asked' })
    return true
  }

  /** The sleeper says no: heard once, and nobody is asked twice. */
  decline(ask: PieceAsk): void {
    this.#write({ ...ask, status: 'declined' })
  }

  /** The sleeper signed a yes; the piece waits here for the centre. */
  grant(ask: PieceAsk, consent: PieceConsent, piece: Uint8Array): void {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 })
    writeWholeNow(this.#pathOf(ask.incident, 'box'), piece)
    writeWholeNow(this.#pathOf(ask.incident, 'yes'), encodePieceConsent(consent))
    this.#write({ ...ask, status: 'granted' })
  }

  /** What was granted; undefined where a part of it is not there. */
  granted({ incident }: PieceAsk): { consent: PieceConsent; piece: Uint8Array } | undefined {
    const yes = bytesOf(this.#pathOf(incident, 'yes'))
    const piece = bytesOf(this.#pathOf(incident, 'box'))
    const consent = yes && decodePieceConsent(yes)
    return consent?.ok && piece ? { consent: consent.value, piece } : undefined
  }

  /** The centre did not take the piece: it stays for another try; false when there is none left. */
  refused(ask: PieceAsk): boolean {
    const refused = (ask.refused ?? 0) + 1
    if (refused >= MOST_REFUSED) this.told(ask)
    else this.#write({ ...ask, refused })
    return refused < MOST_REFUSED
  }

  /** The centre knows the answer: the piece goes, that it was asked stays. */
  told(ask: PieceAsk): void {
    this.#write({ ...ask, status: 'told' })
    for (const kind of ['box', 'yes']) rmSync(this.#pathOf(ask.incident, kind), { force: true })
  }

  #read(incident: string): PieceAsk | undefined {
    try {
      const bytes = bytesOf(this.#pathOf(incident, 'json'))
      const ask = JSON.parse(bytes?.toString() ?? '') as PieceAsk
      const isOne = ask.incident === incident && Number.isSafeInteger(ask.fromMs)
      return isOne && [ask.toMs, ask.aheadMs].every(Number.isSafeInteger) ? ask : undefined
    } catch {
      return undefined
    }
  }

  #write(ask: PieceAsk): void {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 })
    writeWholeNow(this.#pathOf(ask.incident, 'json'), `${JSON.stringify(ask)}\n`)
  }

  #pathOf(incident: string, kind: string): string {
    return join(this.#folder, `${incident}.${kind}`)
  }
}

function namesOf(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function bytesOf(path: string): Buffer | undefined {
  try {
    return readFileSync(path)
  } catch {
    return undefined
  }
}
