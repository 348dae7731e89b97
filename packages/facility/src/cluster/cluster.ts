import type { NatsConnection } from '@nats-io/transport-node'
import { DESK_PARTITION, type DeskOrder, type DeviceId, partitionOf } from '@nocturne/core/fleet'
import { connectBus } from '../bus/connect-bus.ts'
import type { DeskRun, DeskRunOptions } from '../desk-run/desk-run.ts'
import type { AlarmTold } from '../desk-run/follower-alarms.ts'
import type { FrontDoor } from '../gate/front-door.ts'
import { type JetStreamLog, openJetStreamLog } from '../log/jetstream-log.ts'
import { LogError } from '../log/log-port.ts'
import { NatsBetween } from '../relay/nats-between.ts'
import { Relay, type ServedAt } from '../relay/relay.ts'
import { Seats } from '../seats/seats.ts'

/** How one machine of a centre of many finds the others. */
export type ClusterOptions = {
  /** `nats://[user:password@]host:port[,host:port ...]` */
  readonly bus: string
  /** Begin of all names on the bus: one for each centre. */
  readonly name?: string
  /** The machine's name, unlike any other's; kept from start to start or not. */
  readonly node: string
  /** Servers of the bus that hold each record: 3, or 1 where there is one. */
  readonly replicas?: number
  /** Where other machines pass devices on to; nobody else should reach it. */
  readonly inner: { readonly host: string; readonly port: number; readonly advertise?: string }
}

/** What a machine is joined to a centre with. */
export type ClusterParts = {
  readonly run: DeskRun
  readonly door: FrontDoor
  /** Partitions were taken on. */
  taken(partitions: readonly number[]): void
  /** Resolves when the rows that were put until now are in the store. */
  written(): Promise<void>
  /** Another machine's question about a device of a partition that is held here. */
  answer(question: unknown): Promise<unknown>
  /** What another machine told all. */
  heard(news: ClusterNews): void
  say(what: string, about: Readonly<Record<string, unknown>>): void
  /** Another machine has our name: this one has to end. */
  nameTaken(): void
}

/** What a machine tells all others. */
export type ClusterNews =
  /** A follower is called, and may listen anywhere. */
  | { readonly alarm: AlarmTold }
  /** A device's key of the log was destroyed. */
  | { readonly erased: string }

const NAME = 'nocturne'
const OPEN_MS = 30_000
/** Time that records on their way have to become durable before a partition is let go, ms. */
const FAREWELL_MS = 1000
/** Time for writing states down before they are let go, ms. */
const STATES_MS = 5000
/** So often a part of all states is written down, ms, and how many parts there are. */
const WRITE_MS = 5000
const WRITE_PARTS = 12
const ORDER = 'order'
const TOOK = 'took'

/** Joins the bus and opens the log on it. Rejects when it is not there within half a minute. */
export async function openCluster(options: ClusterOptions): Promise<Cluster> {
  const { bus, node, name = NAME, replicas = 1 } = options
  const connection = await connectBus(bus, node, OPEN_MS)
  try {
    const log = await openJetStreamLog(bus, { name, node, replicas, openMs: OPEN_MS })
    return new Cluster(options, connection, log)
  } catch (error) {
    await connection.close()
    throw error
  }
}

/**
 * One machine among many: it holds some partitions, perhaps the desk, sends the others' records to
 * where they belong, and passes on devices that others serve.
 */
export class Cluster {
  readonly log: JetStreamLog
  readonly relay: Relay
  readonly between: NonNullable<DeskRunOptions['between']>
  readonly #options: ClusterOptions
  readonly #connection: NatsConnection
  readonly #between: NatsBetween
  #parts: ClusterParts | undefined
  #seats: Seats | undefined
  #writing: NodeJS.Timeout | undefined
  #written = 0

  constructor(options: ClusterOptions, connection: NatsConnection, log: JetStreamLog) {
    const run = `${options.node}-${Date.now().toString(36)}-${process.pid}`
    this.#options = options
    this.#connection = connection
    this.#between = new NatsBetween(connection, options.name ?? NAME, run)
    this.log = log
    this.relay = new Relay({ servedAt: (device) => this.#servedAt(device) })
    this.between = {
      send: (partition, entries) => this.#between.send(partition, entries),
      order: async (operator, order) => {
        return (await this.#between.ask(ORDER, { operator, order })) as Ordered
      },
    }
  }

  /** Opens the inner door, tells the others, and begins to hold what falls to this machine. */
  async begin(parts: ClusterParts): Promise<void> {
    const { inner, node, name = NAME } = this.#options
    this.#parts = parts
    this.#between.hearAll((news) => parts.heard(news as ClusterNews))
    const port = await parts.door.listen({ host: inner.host, port: inner.port, isInner: true })
    this.#seats = new Seats({
      ...{ connection: this.#connection, name, partitions: DESK_PARTITION + 1 },
      self: {
        ...{ node, door: inner.advertise ?? `${inner.host}:${port}` },
        run: `${Date.now().toString(36)}-${process.pid}-${port}`,
      },
      hold: (partitions) => this.#hold(partitions),
      release: (partitions) => this.#release(partitions),
      taken: parts.nameTaken,
    })
    this.#seats.start()
    this.#writing = setInterval(() => this.#writeSome(), WRITE_MS)
  }

  /** Partitions that are held here. */
  get held(): readonly number[] {
    return this.#seats?.held ?? []
  }

  /**
   * What tells the desk of the file that pulls the switch: one that was never seen here says
   * nothing, for it may lie on another machine.
   */
  fileTold(run: DeskRun): (isPresent: boolean) => Promise<void> {
    let wasSeen = false
    return async (isPresent) => {
      wasSeen ||= isPresent
      if (wasSeen) await run.file(isPresent)
    }
  }

  /** Asks whoever holds a partition; rejects with `LogError` when nobody answers. */
  ask(partition: number, question: unknown): Promise<unknown> {
    return this.#between.ask(aboutDevicesOf(partition), question)
  }

  /** Tells all other machines; whoever is not there misses it. */
  tellAll(news: ClusterNews): void {
    try {
      this.#between.tellAll(news)
    } catch {
      // A bus that is closed or closing carries nothing, which is no fault of what is told.
    }
  }

  /** Throws `LogError` where a device's partition is not held here: nothing is known of it. */
  mustHold(device: DeviceId): void {
    if (this.#seats?.holds(partitionOf(device)) === true) return
    throw new LogError('LOG_FENCED', `a device of partition ${partitionOf(device)}`)
  }

  /** Another machine writes a partition now; the run has let it go. */
  fenced(partition: number): void {
    this.#parts?.say('another machine writes a partition', { partition })
    this.#seats?.fenced(partition)
    this.#leave([partition])
    this.log.letGo(partition)
  }

  /** Writes the states down and lets all go, so that the others take over at once. */
  async leave(): Promise<void> {
    clearInterval(this.#writing)
    await this.#seats?.leave()
    this.relay.close()
  }

  /** Leaves the bus; the log has a connection of its own. */
  async close(): Promise<void> {
    await this.#connection.close()
  }

  #servedAt(device: DeviceId): ServedAt | undefined {
    const partition = partitionOf(device)
    if (this.#seats?.holds(partition) === true) return 'here'
    const owner = this.#seats?.ownerOf(partition)
    // What falls to us and is not held yet is waited for.
    if (owner === undefined || owner.node === this.#options.node) return undefined
    const [, host, port] = /^(.*):(\d+)$/.exec(owner.door) ?? []
    return host === undefined ? undefined : { host, port: Number(port) }
  }

  async #hold(partitions: readonly number[]): Promise<readonly number[]> {
    const { run, say, taken, answer } = this.#parts!
    const begun = performance.now()
    const fencing = partitions.map((partition) =>
      this.log.takeOn(partition).then(
        () => [partition],
        () => [],
      ),
    )
    const fenced = (await Promise.all(fencing)).flat()
    const held: number[] = []
    const own = fenced.filter((partition) => partition !== DESK_PARTITION)
    if (own.length > 0 && (await this.#tried(own, () => run.takeOn(own)))) {
      held.push(...own)
      this.#between.listen(own, (partition, entries) => run.receive(partition, entries))
      for (const partition of own) {
        this.#between.answer(aboutDevicesOf(partition), (question) => answer(question))
      }
      this.#between.ask(TOOK, own).catch(() => undefined)
      taken(own)
    }
    const isDesk = fenced.includes(DESK_PARTITION)
    if (isDesk && (await this.#tried([DESK_PARTITION], () => run.takeOnDesk()))) {
      held.push(DESK_PARTITION)
      this.#serveDesk(run)
    }
    const ms = Math.round(performance.now() - begun)
    if (held.length > 0) say('partitions were taken on', { count: held.length, isDesk, ms })
    return held
  }

  async #tried(partitions: readonly number[], work: () => Promise<void>): Promise<boolean> {
    try {
      await work()
      return true
    } catch (error) {
      this.#parts!.say('partitions were not taken on', { why: String(error), partitions })
      for (const partition of partitions) this.log.letGo(partition)
      return false
    }
  }

  #serveDesk(run: DeskRun): void {
    this.#between.listen([DESK_PARTITION], (partition, entries) => run.receive(partition, entries))
    this.#between.answer(ORDER, async (question) => {
      const { operator, order } = question as { operator: string; order: DeskOrder }
      const answer = await run.order(operator, order)
      // Whoever ordered it elsewhere looks it up in the store at once.
      await this.#parts?.written()
      return answer
    })
    // Whoever has just taken partitions on may have missed what the desk wants.
    this.#between.answer(TOOK, async (partitions) => {
      run.spreadTo(partitions as number[]).catch(() => undefined)
    })
  }

  async #release(partitions: readonly number[]): Promise<void> {
    const { run, say } = this.#parts!
    this.#leave(partitions)
    // Whoever takes them on reads on from there. A state waits until the desk has heard all of it:
    // in vain, where the others end too.
    await Promise.race([this.#write(partitions), after(STATES_MS)])
    for (const partition of partitions) {
      if (partition === DESK_PARTITION) run.letGoDesk()
      else run.letGo(partition)
    }
    const idle = partitions.map((partition) => this.log.idle(partition))
    await Promise.race([Promise.all(idle), after(FAREWELL_MS)])
    for (const partition of partitions) this.log.letGo(partition)
    say('partitions were let go', { count: partitions.length })
  }

  /** A part of the states is written down: a successor has to do a minute's records again. */
  #writeSome(): void {
    const part = this.#written++ % WRITE_PARTS
    const isOfPart = (partition: number): boolean =>
      partition !== DESK_PARTITION && partition % WRITE_PARTS === part
    void this.#write(this.held.filter(isOfPart))
  }

  /** Writes states down; where the desk is among them, all. */
  async #write(partitions: readonly number[]): Promise<void> {
    const { run } = this.#parts!
    if (partitions.includes(DESK_PARTITION)) await run.snapshot().catch(() => undefined)
    else for (const partition of partitions) await run.snapshot(partition).catch(() => undefined)
  }

  /** Hears nothing more for partitions, and sends their devices away: they come back elsewhere. */
  #leave(partitions: readonly number[]): void {
    const topics = partitions.includes(DESK_PARTITION) ? [ORDER, TOOK] : []
    this.#between.deafen(partitions, ...topics, ...partitions.map(aboutDevicesOf))
    const gone = new Set(partitions)
    this.#parts?.door.dropThose((device) => gone.has(partitionOf(device)))
  }
}

type Ordered = Awaited<ReturnType<DeskRun['order']>>

/** The topic of questions about devices of a partition. */
function aboutDevicesOf(partition: number): string {
  return `of.${partition}`
}

function after(ms: number): Promise<void> {
  return new Promise((over) => setTimeout(over, ms).unref())
}
