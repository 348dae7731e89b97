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
  tell(text: string): void
}

/** Asks of a centre for pieces of the black box, and the sleeper's answers back. Rule F57. */
export class PieceSender {
  readonly #options: PieceSenderOptions
  /** Messages of each piece that are on their way. */
  readonly #away = new Map<string, { readonly ask: PieceAsk; readonly left: Set<Uint8Array> }>()

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
      const given =
        status === 'granted' && !this.#away.has(incident) ? asks.granted(ask) : undefined
      if (given === undefined) continue
      tellAnswer({ incident, granted: true })
      const messages = pieceMessages(given.consent, given.piece)
      this.#away.set(incident, { ask, left: new Set(messages) })
      for (const message of messages) send(message)
    }
  }

  /** A message is durable at the centre, or was not taken. */
  over(bytes: Uint8Array, kept: boolean): void {
    for (const { ask, left } of this.#away.values()) {
      if (!left.has(bytes)) continue
      left.delete(bytes)
      if (!kept) {
        left.clear()
        this.#options.tell(`incident ${ask.incident}: the centre did not take the piece`)
        this.#options.asks.told(ask)
      } else if (left.size === 0) {
        this.#options.tell(`incident ${ask.incident}: the centre has the piece`)
        this.#options.asks.told(ask)
      }
      return
    }
  }
}
