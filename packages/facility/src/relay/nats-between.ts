import { headers, type Msg, type NatsConnection } from '@nats-io/transport-node'
import { encodeMessage, entriesOfMessage } from '../log/log-message.ts'
import { LogError, type LogTrouble } from '../log/log-port.ts'

/** What comes from another machine for a partition that is held here. */
export type Receiver = (partition: number, entries: readonly Uint8Array[]) => Promise<void>

/** Answers another machine's question about a topic. */
export type Answerer = (question: unknown) => Promise<unknown>

const ID_HEADER = 'Nocturne-Id'
const NEWS = 'news'
const DONE = 'done '
const TROUBLE = /^LOG_(BUSY|FULL|FAILED|FENCED|CLOSED|ERASED)$/
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
  readonly #listening = new Map<string, { unsubscribe(): void }>()
  readonly #kept = new Map<string, Promise<string>>()
  #sent = 0

  constructor(connection: NatsConnection, name: string, sender: string) {
    this.#connection = connection
    this.#name = name
    this.#sender = sender
  }

  /** Sends records to a partition's holder. Rejects with `LogError` when they did not arrive. */
  async send(partition: number, entries: readonly Uint8Array[]): Promise<void> {
    const bytes = encodeMessage({ first: 0, atMs: 0 }, entries)
    await this.#request(`to.${partition}`, bytes)
  }

  /** Asks whoever answers for a topic; plain JSON both ways. Rejects with `LogError`. */
  async ask(topic: string, question: unknown): Promise<unknown> {
    const bytes = new TextEncoder().encode(JSON.stringify(question))
    return JSON.parse(await this.#request(topic, bytes))
  }

  /** Listens for partitions that are held here now. */
  listen(partitions: readonly number[], receive: Receiver): void {
    for (const partition of partitions) {
      this.#serve(`to.${partition}`, async (bytes) => {
        const entries = entriesOfMessage(bytes)
        if (entries === undefined) throw new LogError('LOG_FAILED', 'no records')
        await receive(partition, entries)
        return ''
      })
    }
  }

  /** Answers for a topic. */
  answer(topic: string, answerer: Answerer): void {
    this.#serve(topic, async (bytes) => {
      const question: unknown = JSON.parse(new TextDecoder().decode(bytes))
      return JSON.stringify((await answerer(question)) ?? null)
    })
  }

  /** Tells all other machines something, as plain JSON; whoever does not hear it misses it. */
  tellAll(news: object): void {
    this.#connection.publish(`${this.#name}.${NEWS}`, JSON.stringify({ by: this.#sender, news }))
  }

  /** Hears what other machines tell all. */
  hearAll(heard: (news: object) => void): void {
    this.#listening.get(NEWS)?.unsubscribe()
    const subscription = this.#connection.subscribe(`${this.#name}.${NEWS}`, {
      callback: (error, message) => {
        if (error !== null) return
        const said = newsOf(message)
        if (said !== undefined && said.by !== this.#sender) heard(said.news)
      },
    })
    this.#listening.set(NEWS, subscription)
  }

  /** Listens for partitions and topics no more. */
  deafen(partitions: readonly number[], ...topics: readonly string[]): void {
    for (const topic of [...partitions.map((partition) => `to.${partition}`), ...topics]) {
      this.#listening.get(topic)?.unsubscribe()
      this.#listening.delete(topic)
    }
  }

  async #request(topic: string, bytes: Uint8Array): Promise<string> {
    const head = headers()
    head.set(ID_HEADER, `${this.#sender}-${++this.#sent}`)
    const until = performance.now() + PATIENCE_MS
    const subject = `${this.#name}.${topic}`
    let said = 'nobody there'
    while (performance.now() < until) {
      try {
        const options = { timeout: ANSWER_MS, headers: head }
        said = (await this.#connection.request(subject, bytes, options)).string()
        if (said.startsWith(DONE)) return said.slice(DONE.length)
        if (said !== 'LOG_FENCED' && said !== 'LOG_BUSY') break
      } catch (error) {
        if (this.#connection.isClosed()) throw new LogError('LOG_CLOSED', String(error))
        said = String(error)
      }
      await new Promise((again) => setTimeout(again, AGAIN_MS))
    }
    const code = TROUBLE.test(said) ? (said as LogTrouble) : 'LOG_BUSY'
    throw new LogError(code, `${said} for ${topic}`)
  }

  #serve(topic: string, work: (bytes: Uint8Array) => Promise<string>): void {
    this.#listening.get(topic)?.unsubscribe()
    const subscription = this.#connection.subscribe(`${this.#name}.${topic}`, {
      callback: (error, message) => {
        if (error === null) this.#take(message, work)
      },
    })
    this.#listening.set(topic, subscription)
  }

  #take(message: Msg, work: (bytes: Uint8Array) => Promise<string>): void {
    const id = message.headers?.get(ID_HEADER) ?? ''
    const done = this.#kept.get(id) ?? work(message.data)
    this.#keep(id, done)
    done.then(
      (answer) => message.respond(DONE + answer),
      (error: unknown) => {
        this.#kept.delete(id)
        message.respond(error instanceof LogError ? error.code : 'LOG_FAILED')
      },
    )
  }

  #keep(id: string, done: Promise<string>): void {
    this.#kept.set(id, done)
    const [oldest] = this.#kept.keys()
    if (this.#kept.size > MOST_KEPT && oldest !== undefined) this.#kept.delete(oldest)
  }
}

type Said = { readonly by: string; readonly news: object }

/** What a machine told all; undefined where it is nothing of the kind. */
function newsOf(message: Msg): Said | undefined {
  try {
    const { by, news } = message.json<Partial<Said>>()
    return typeof by === 'string' && news instanceof Object ? { by, news } : undefined
  } catch {
    return undefined
  }
}
