import { headers, type Msg, type NatsConnection } from '@nats-io/transport-node'
import { encodeMessage, entriesOfMessage } from '../log/log-message.ts'
import { LogError, type LogTrouble } from '../log/log-port.ts'

/** What comes from another machine for a partition that is held here. */
export type Receiver = (partition: number, entries: readonly Uint8Array[]) => Promise<void>

const ID_HEADER = 'Nocturne-Id'
const TROUBLE = /^LOG_(BUSY|FULL|FAILED|FENCED|CLOSED)$/
/** Longest that an answer is waited for before it is asked again, and in all, ms. */
const ANSWER_MS = 3000
const PATIENCE_MS = 30_000
const AGAIN_MS = 200
/** Sendings whose names are kept: one that comes again within them is not done twice. */
const MOST_KEPT = 20_000

/**
 * The way between machines, over a bus: records for a partition go to whoever holds it, and are
 * there once it has appended them. Nobody is asked for longer than half a minute.
 */
export class NatsBetween {
  readonly #connection: NatsConnection
  readonly #name: string
  readonly #sender: string
  readonly #listening = new Map<number, { unsubscribe(): void }>()
  readonly #kept = new Map<string, Promise<void>>()
  #sent = 0

  constructor(connection: NatsConnection, name: string, sender: string) {
    this.#connection = connection
    this.#name = name
    this.#sender = sender
  }

  /** Sends records to a partition's holder. Rejects with `LogError` when they did not arrive. */
  async send(partition: number, entries: readonly Uint8Array[]): Promise<void> {
    const bytes = encodeMessage({ first: 0, atMs: 0 }, entries)
    const head = headers()
    head.set(ID_HEADER, `${this.#sender}-${++this.#sent}`)
    const until = performance.now() + PATIENCE_MS
    let said = 'nobody who holds it'
    while (performance.now() < until) {
      try {
        const options = { timeout: ANSWER_MS, headers: head }
        const answer = (
          await this.#connection.request(this.#subject(partition), bytes, options)
        ).string()
        if (answer === '') return
        said = answer
        if (answer !== 'LOG_FENCED' && answer !== 'LOG_BUSY') break
      } catch (error) {
        if (this.#connection.isClosed()) throw new LogError('LOG_CLOSED', String(error))
        said = String(error)
      }
      await new Promise((again) => setTimeout(again, AGAIN_MS))
    }
    const code = TROUBLE.test(said) ? (said as LogTrouble) : 'LOG_BUSY'
    throw new LogError(code, `${said} for partition ${partition}`)
  }

  /** Listens for partitions that are held here now. */
  listen(partitions: readonly number[], receive: Receiver): void {
    for (const partition of partitions) {
      this.#listening.get(partition)?.unsubscribe()
      const subscription = this.#connection.subscribe(this.#subject(partition), {
        callback: (error, message) => {
          if (error === null) this.#take(partition, message, receive)
        },
      })
      this.#listening.set(partition, subscription)
    }
  }

  /** Listens for partitions no more. */
  deafen(partitions: readonly number[]): void {
    for (const partition of partitions) {
      this.#listening.get(partition)?.unsubscribe()
      this.#listening.delete(partition)
    }
  }

  #subject(partition: number): string {
    return `${this.#name}.to.${partition}`
  }

  #take(partition: number, message: Msg, receive: Receiver): void {
    const id = message.headers?.get(ID_HEADER) ?? ''
    const entries = entriesOfMessage(message.data)
    if (id === '' || entries === undefined) {
      message.respond('LOG_FAILED')
      return
    }
    let done = this.#kept.get(id)
    if (done === undefined) {
      done = receive(partition, entries)
      this.#keep(id, done)
    }
    done.then(
      () => message.respond(''),
      (error: unknown) => {
        this.#kept.delete(id)
        message.respond(error instanceof LogError ? error.code : 'LOG_FAILED')
      },
    )
  }

  #keep(id: string, done: Promise<void>): void {
    this.#kept.set(id, done)
    const [oldest] = this.#kept.keys()
    if (this.#kept.size > MOST_KEPT && oldest !== undefined) this.#kept.delete(oldest)
  }
}
