import {
  DiscardPolicy,
  JetStreamApiError,
  type JetStreamClient,
  type JetStreamManager,
  jetstream,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
} from '@nats-io/jetstream'
import { type NatsConnection, nanos } from '@nats-io/transport-node'
import { connectBus } from '../bus/connect-bus.ts'
import { firstOf, readMessages, seqOf, type Wanted } from './jetstream-reader.ts'
import { messageBytes } from './log-message.ts'
import { type Dropped, LogError, type Logged, type LogPort, type Past } from './log-port.ts'
import { PartitionWriter, type WriterLimits } from './partition-writer.ts'

/** How a log on a bus is kept; every part may be left out. */
export type JetStreamLogOptions = Partial<WriterLimits> & {
  /** Begin of the names of stream and subjects; letters, digits and `-`. */
  readonly name?: string
  /** How the bus calls us, unlike any other that appends. */
  readonly node?: string
  /** Servers that hold each message: 1, or 3 of a cluster. */
  readonly replicas?: number
  /** Bytes of the stream at which records are refused; none. */
  readonly mostBytes?: number
  /** Bytes that may wait for the bus before records are refused; 64 MiB. */
  readonly mostWaitingBytes?: number
  /** Longest that opening waits for the bus, ms. */
  readonly openMs?: number
  /** The centre's wall clock, ms. */
  now?(): number
}

const LIMITS: WriterLimits = { messageBytes: 262_144, waitMs: 30_000, answerMs: 2000 }
const MOST_WAITING_BYTES = 1 << 26
const OPEN_MS = 30_000
/** Within this a message that comes again under its name is not doubled, ms. */
const DUPLICATE_MS = 120_000
const AGAIN_MS = 250
/** Ends of partitions that are asked for at a time. */
const ASKED_AT_ONCE = 32

/** Opens the log on a bus, and makes its stream where there is none. */
export async function openJetStreamLog(
  bus: string,
  options: JetStreamLogOptions = {},
): Promise<JetStreamLog> {
  const within = options.openMs ?? OPEN_MS
  const node = options.node ?? `log-${process.pid}`
  const connection = await connectBus(bus, node, within)
  try {
    const log = new JetStreamLog(connection, { ...options, node })
    await log.begin(within)
    return log
  } catch (error) {
    await connection.close()
    throw error
  }
}

/**
 * The log on many machines: a stream of NATS JetStream in files, a subject for each partition,
 * records that come together in one message. A record counts once the cluster has said so. Only who
 * took a partition on appends to it, and only until another does. While the cluster does not
 * answer, what is on its way is asked for until it is known; what waits behind it is refused after
 * a while.
 */
export class JetStreamLog implements LogPort {
  readonly #connection: NatsConnection
  readonly #client: JetStreamClient
  #manager: JetStreamManager | undefined
  readonly #options: JetStreamLogOptions
  readonly #name: string
  readonly #limits: WriterLimits
  readonly #writers = new Map<number, PartitionWriter>()
  readonly #ids: string
  #sent = 0
  #waitingBytes = 0
  #isClosed = false

  constructor(connection: NatsConnection, options: JetStreamLogOptions) {
    this.#connection = connection
    this.#client = jetstream(connection)
    this.#options = options
    this.#name = options.name ?? 'nocturne'
    const { messageBytes, waitMs, answerMs } = { ...LIMITS, ...defined(options) }
    this.#limits = { messageBytes, waitMs, answerMs }
    this.#ids = `${options.node}-${Date.now().toString(36)}-${process.pid}`
  }

  length(partition: number): number {
    return this.#writers.get(partition)?.tail.length ?? 0
  }

  /** Bytes that wait for the bus. */
  get queuedBytes(): number {
    return this.#waitingBytes
  }

  append(partition: number, entries: readonly Uint8Array[]): Promise<number> {
    const bytes = messageBytes(entries)
    if (this.#isClosed) return Promise.reject(new LogError('LOG_CLOSED', 'a closed log'))
    const most = this.#options.mostWaitingBytes ?? MOST_WAITING_BYTES
    if (this.#waitingBytes + bytes > most) {
      const got = `${this.#waitingBytes + bytes} bytes waiting`
      return Promise.reject(new LogError('LOG_BUSY', got))
    }
    this.#waitingBytes += bytes
    const over = (): void => {
      this.#waitingBytes -= bytes
    }
    const offset = this.#writer(partition).append(entries)
    offset.then(over, over)
    return offset
  }

  /**
   * Makes a partition ours: whoever appended to it before is refused from now on (LOG_FENCED).
   * Resolves to its records; all of them can be read. Rejects with LOG_BUSY while the bus is away.
   */
  async takeOn(partition: number): Promise<number> {
    return (await this.#writer(partition).takeOn()).length
  }

  /** Resolves when nothing waits for a partition. */
  async idle(partition: number): Promise<void> {
    await this.#writers.get(partition)?.idle()
  }

  /**
   * Appends no more to a partition until it is taken on again. What waits is refused; what is on
   * its way may still become durable, and its next owner will read it.
   */
  letGo(partition: number): void {
    this.#writers.get(partition)?.stop(new LogError('LOG_FENCED', 'a partition that was let go'))
  }

  async *read(from: ReadonlyMap<number, number>): AsyncIterable<Logged> {
    const wanted = new Map<string, Wanted>()
    const add = async ([partition, first]: [number, number]): Promise<void> => {
      const writer = this.#writer(partition)
      // Another may have taken it on and gone further; a server may not have heard all of ours yet.
      const seen = await writer.look()
      const { length, seq } = seen.seq > writer.tail.seq ? seen : writer.tail
      if (first < length) wanted.set(writer.subject, { partition, first, end: length, seq })
    }
    await inTurns([...from], add)
    yield* readMessages(this.#jetstream(), `${this.#name}.log.*`, wanted)
  }

  async start(partition: number): Promise<number> {
    const { manager, stream } = this.#jetstream()
    return (await firstOf(manager, stream, this.#writer(partition).subject, 1))?.first ?? 0
  }

  /** Purges whole messages of the partitions that are held here; their last ones stay. */
  async drop({ before, beforeMs }: Past): Promise<Dropped> {
    const { manager, stream } = this.#jetstream()
    const sizeOf = async (): Promise<number> => (await manager.streams.info(stream)).state.bytes
    const bytes = await sizeOf()
    let records = 0
    await inTurns([...before], async ([partition, needed]) => {
      const { subject, tail } = this.#writer(partition)
      const seq = await seqOf(manager, stream, subject, tail.seq, ({ first, count, atMs }) => {
        return first + count <= needed && atMs < beforeMs
      })
      const from = (await firstOf(manager, stream, subject, 1))?.first ?? 0
      if (seq <= 1) return
      await manager.streams.purge(stream, { filter: subject, seq })
      records += ((await firstOf(manager, stream, subject, 1))?.first ?? from) - from
    })
    return { records, bytes: Math.max(0, bytes - (await sizeOf())) }
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    const writers = [...this.#writers.values()]
    const late = new Promise((over) => setTimeout(over, this.#limits.waitMs).unref())
    await Promise.race([Promise.all(writers.map((writer) => writer.idle())), late])
    for (const writer of writers) writer.stop(new LogError('LOG_CLOSED', 'a closed log'))
    await this.#connection.close()
  }

  /** Finds or makes the stream, and looks where partitions end; used by `openJetStreamLog` only. */
  async begin(withinMs: number): Promise<void> {
    const until = performance.now() + withinMs
    for (;;) {
      try {
        this.#manager = await jetstreamManager(this.#connection)
        break
      } catch (error) {
        await this.#again(error, until)
      }
    }
    const partitions = await this.#subjects(until)
    await inTurns(partitions, async (partition) => {
      const writer = this.#writer(partition)
      writer.tail = await writer.look()
    })
  }

  /** Partitions that have messages. */
  async #subjects(until: number): Promise<readonly number[]> {
    const { streams } = this.#manager!
    const subjects_filter = `${this.#name}.log.*`
    for (;;) {
      try {
        const { state } = await streams.info(this.#stream, { subjects_filter })
        return Object.keys(state.subjects ?? {}).map((name) => Number(name.split('.').at(-1)))
      } catch (error) {
        const isMissing = error instanceof JetStreamApiError && error.code === NO_STREAM
        const made = isMissing ? await this.#make().catch((refused: unknown) => refused) : error
        if (made !== undefined) await this.#again(made, until)
      }
    }
  }

  async #make(): Promise<void> {
    const { replicas = 1, mostBytes = -1 } = this.#options
    await this.#manager!.streams.add({
      name: this.#stream,
      subjects: [`${this.#name}.log.*`],
      ...{ storage: StorageType.File, num_replicas: replicas, max_bytes: mostBytes },
      ...{ retention: RetentionPolicy.Limits, discard: DiscardPolicy.New },
      ...{ deny_delete: true, deny_purge: false, duplicate_window: nanos(DUPLICATE_MS) },
    })
  }

  async #again(error: unknown, until: number): Promise<void> {
    if (performance.now() >= until) {
      throw new Error(`${this.#stream}: got ${String(error)}, expected a stream of JetStream`)
    }
    await new Promise((again) => setTimeout(again, AGAIN_MS))
  }

  get #stream(): string {
    return `${this.#name}-log`
  }

  #jetstream(): { stream: string; client: JetStreamClient; manager: JetStreamManager } {
    return { stream: this.#stream, client: this.#client, manager: this.#manager! }
  }

  #writer(partition: number): PartitionWriter {
    const known = this.#writers.get(partition)
    if (known !== undefined) return known
    const host = {
      ...this.#jetstream(),
      limits: this.#limits,
      now: () => this.#options.now?.() ?? Date.now(),
      newId: () => `${this.#ids}-${++this.#sent}`,
    }
    const writer = new PartitionWriter(host, `${this.#name}.log.${partition}`)
    this.#writers.set(partition, writer)
    return writer
  }
}

const NO_STREAM = 10059

/** The options that were given, without those that are undefined. */
function defined<Options extends object>(options: Options): Partial<Options> {
  const given = Object.entries(options).filter(([, value]) => value !== undefined)
  return Object.fromEntries(given) as Partial<Options>
}

/** Does the work on all things, a few at a time. */
async function inTurns<Thing>(
  things: readonly Thing[],
  work: (thing: Thing) => Promise<void>,
): Promise<void> {
  let at = 0
  const hand = async (): Promise<void> => {
    while (at < things.length) await work(things[at++]!)
  }
  await Promise.all(Array.from({ length: ASKED_AT_ONCE }, hand))
}
