import { type DeviceEvent, pieceMessages } from '@nocturne/core/fleet'
import type { PieceAsk, PieceAsks } from './piece-asks.ts'

/** What asks and answers are carried out with. */
export type PieceSenderOptions = {
  readonly asks: PieceAsks
  /** How far the wall clock is ahead of the night's own, ms. */
  readonly aheadMs: number
  /** Tells the centre; the time is stamped by the uplink. */
  tellAnswer(answer: Omit<Extract<DeviceEvent, { kind: 'piece-answer' }>, 'atS' | 'kind'>): void
  /** Sends one message of a piece. */
  send(bytes: Uint8Array): void
  /** Monotonic time, s. */
  nowS(): number
  tell(text: string): void
}

/** A piece that the centre did not take is tried again after so long, s; twice as long each time. */
const AGAIN_S = 600

/**
 * Asks of a centre for pieces of the black box, and the sleeper's answers back. A piece goes part
 * by part, the next once the one before is durable, and is kept until the last is. Rules F57, F94.
 */
export class PieceSender {
  readonly #options: PieceSenderOptions
  /** Of each piece that is on its way the messages that are not durable yet, in their order. */
  readonly #away = new Map<string, { readonly ask: PieceAsk; readonly left: Uint8Array[] }>()
  /** Before when a piece is not tried again, s. */
  readonly #waits = new Map<string, number>()

  constructor(options: PieceSenderOptions) {
    this.#options = options
  }

  /** The centre asks: the sleeper is told in a line, and not woken. */
  hear(ask: Omit<PieceAsk, 'status' | 'aheadMs'>): void {
    const { asks, aheadMs } = this.#options
    if (!asks.hear({ ...ask, aheadMs })) return
    const { incident, fromMs, toMs } = ask
    const span = `${new Date(fromMs).toISOString()} to ${new Date(toMs).toISOString()}`
    this.#options.tell(
      `incident ${incident} asks for your black box from ${span}: nocturne consent piece ${incident} --yes or --no`,
    )
  }

  /** Looks for answers that the sleeper gave since, and sends them. */
  look(): void {
    const { asks, tellAnswer, send } = this.#options
    for (const ask of asks.list()) {
      const { incident, status } = ask
      if (status === 'declined') {
        tellAnswer({ incident, granted: false })
        asks.told(ask)
      }
      if (status !== 'granted' || this.#away.has(incident)) continue
      if (this.#options.nowS() < (this.#waits.get(incident) ?? 0)) continue
      const given = asks.granted(ask)
      const left = given && pieceMessages(given.consent, given.piece)
      if (left?.[0] === undefined) continue
      tellAnswer({ incident, granted: true })
      this.#away.set(incident, { ask, left })
      send(left[0])
    }
  }

  /** A message is durable at the centre, or was not taken. */
  over(bytes: Uint8Array, kept: boolean): void {
    const { asks, nowS, send, tell } = this.#options
    const found = [...this.#away].find(([, { left }]) => left[0] === bytes)
    if (found === undefined) return
    const [incident, { ask, left }] = found
    if (kept) left.shift()
    const [next] = left
    if (kept && next !== undefined) {
      send(next)
      return
    }
    this.#away.delete(incident)
    if (kept) {
      asks.told(ask)
      tell(`incident ${incident}: the centre has the piece`)
    } else {
      this.#waits.set(incident, nowS() + AGAIN_S * 2 ** (ask.refused ?? 0))
      const then = asks.refused(ask) ? 'it is tried again later' : 'it is not tried again'
      tell(`incident ${incident}: the centre did not take the piece, ${then}`)
    }
  }
}
