import type { IncomingMessage } from 'node:http'
import { createServer, type Server, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { createSecureContext, type SecureContext, TLSSocket } from 'node:tls'
import type {
  Admittance,
  Batch,
  DeviceId,
  DownChannel,
  NewRecord,
  Watermark,
} from '@nocturne/core/fleet'
import { encodeAdmin } from '@nocturne/core/fleet'
import { type WebSocket, WebSocketServer } from 'ws'
import { LogError } from '../log/log-port.ts'
import { admittance, type KnownDevice } from './admittance.ts'
import { Connection, type Host } from './connection.ts'
import { DoorCounters, type DoorCounts } from './door-counters.ts'
import { DOOR_LIMITS, type DoorLimits } from './door-limits.ts'
import { FairTurns } from './fair-turns.ts'
import type { LastCredentials } from './last-credentials.ts'
import { SocketWire, WebSocketWire, type Wire, type WireEars } from './wire.ts'

/** What a front door needs of the centre behind it. */
export type FrontDoorOptions = {
  /**
   * Makes records of one device durable, in their order; resolves when they are, rejects when they
   * never will be. Records of one device come one call after the other.
   */
  take(device: DeviceId, records: readonly NewRecord[]): Promise<void>
  /** Whoever is enrolled and not revoked; undefined = nobody. Rejects = ask again later. */
  known(device: DeviceId): Promise<KnownDevice | undefined>
  /** By which credentials devices came in; left out: any is good as often as it is brought. */
  readonly credentials?: Pick<LastCredentials, 'spend' | 'forget' | 'forgetThose' | 'sweep'>
  /** What is durable of a device, told after its birth; left out where a reducer says so itself. */
  watermarkOf?(device: DeviceId): Watermark | undefined
  /** A piece of a black box: true when its sleeper's consent for it is there and it was kept. */
  piece?(device: DeviceId, bytes: Uint8Array): Promise<boolean>
  /** Of a centre on many machines: meets who comes, and passes on who is served elsewhere. */
  readonly relay?: { meet(wireOf: WireOf, here: (wireOf: WireOf) => void): void }
  readonly limits?: Partial<DoorLimits>
  /** Monotonic, ms. */
  nowMs?(): number
}

/** Where a front door listens. */
export type DoorPlace = {
  readonly port: number
  readonly host: string
  /** PEM of a certificate and its key: TLS instead of plain TCP. */
  readonly tls?: { readonly cert: string; readonly key: string }
  /** For other machines of the centre: who comes here is served here. */
  readonly isInner?: boolean
}

/** Makes a wire, paused, that tells its ears what it hears. */
type WireOf = (ears: WireEars) => Wire

/** A device that waits for its admittance; what was known of it may be over by then. */
type Asking = { readonly device: DeviceId; isDropped: boolean }

/** Time between two looks at who may go on, ms. */
const SWEEP_MS = 100
const SWEEPS_PER_TICK = 10
/** Longest message of a device over a WebSocket, bytes. */
const MOST_WEB_BYTES = 131_072

/**
 * The front door of a centre: MQTT 3.1.1 over TCP, TLS and WebSocket, one `GateSession` a
 * connection. Acknowledged is durable; a flood is made to wait in its own sockets. Rules F10-F19.
 */
export class FrontDoor implements Host {
  readonly limits: DoorLimits
  readonly #options: FrontDoorOptions
  readonly #counters = new DoorCounters()
  readonly #turns: FairTurns
  readonly #connections = new Set<Connection>()
  readonly #byDevice = new Map<DeviceId, Connection>()
  /** Whoever has said who it is and was not answered yet. */
  readonly #asking = new Set<Asking>()
  readonly #throttled = new Set<Connection>()
  readonly #servers: Server[] = []
  readonly #web: WebSocketServer
  readonly #sweep: NodeJS.Timeout
  /** Sockets that are not heard yet, in the order they came. */
  #waiting: (() => void)[] = []
  #tokens: number
  #sweptAtMs: number
  #sweeps = 0
  #isClosed = false

  constructor(options: FrontDoorOptions) {
    this.#options = options
    this.limits = { ...DOOR_LIMITS, ...options.limits }
    this.#tokens = this.limits.acceptBurst
    this.#sweptAtMs = this.nowMs()
    const { mostPending } = this.limits
    const mayWork = (isLong: boolean): boolean =>
      this.#counters.pending < (isLong ? mostPending / 4 : mostPending)
    this.#turns = new FairTurns(this.limits.turnMs, () => this.nowMs(), mayWork)
    this.#web = new WebSocketServer({
      ...{ noServer: true, maxPayload: MOST_WEB_BYTES, perMessageDeflate: false },
      handleProtocols: (protocols) => (protocols.has('mqtt') ? 'mqtt' : false),
    })
    this.#sweep = setInterval(() => this.#sweepOnce(), SWEEP_MS)
    this.#sweep.unref()
  }

  /** Listens at one more place; resolves to the port. */
  listen({ port, host, tls, isInner = false }: DoorPlace): Promise<number> {
    const context = tls && createSecureContext({ ...tls, minVersion: 'TLSv1.2' })
    const server = createServer({ pauseOnConnect: true, noDelay: true }, (socket) =>
      this.#meet(socket, context, isInner),
    )
    this.#servers.push(server)
    return new Promise((done, refuse) => {
      server.once('error', refuse)
      server.listen({ port, host, backlog: 4096 }, () => {
        const address = server.address()
        done(typeof address === 'object' && address !== null ? address.port : port)
      })
    })
  }

  /** Takes over an HTTP request that wants to speak MQTT over a WebSocket. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#letIn(
      () => this.#web.handleUpgrade(request, socket, head, (web) => this.#beginWeb(web)),
      () => socket.destroy(),
    )
  }

  /** Sends a device something on one of its channels; false when it is not here. */
  send(device: DeviceId, channel: DownChannel, payload: Uint8Array): boolean {
    const connection = this.#byDevice.get(device)
    const nowMs = this.nowMs()
    connection?.carry(connection.session.take({ kind: 'send', channel, payload, nowMs }))
    return connection !== undefined
  }

  /** Ends a device's connection, also one that is being let in: it was revoked or erased. */
  drop(device: DeviceId): void {
    for (const asking of this.#asking) if (asking.device === device) asking.isDropped = true
    this.#options.credentials?.forget(device)
    const connection = this.#byDevice.get(device)
    connection?.carry(connection.session.take({ kind: 'replaced', nowMs: this.nowMs() }))
  }

  /** Ends the connections of all devices of which that holds: they are served elsewhere now. */
  dropThose(are: (device: DeviceId) => boolean): void {
    for (const asking of this.#asking) asking.isDropped ||= are(asking.device)
    this.#options.credentials?.forgetThose(are)
    for (const device of this.#byDevice.keys()) if (are(device)) this.drop(device)
  }

  /** Whether a device is connected. */
  has(device: DeviceId): boolean {
    return this.#byDevice.has(device)
  }

  counts(): DoorCounts {
    return this.#counters.counts(this.#connections.size)
  }

  /** Lets nobody in any more, ends all connections and waits for what is on its way to the log. */
  async close(): Promise<void> {
    this.#isClosed = true
    clearInterval(this.#sweep)
    this.#waiting = []
    const closed = this.#servers.map((server) => new Promise((done) => server.close(done)))
    for (const connection of this.#connections) connection.destroy()
    await Promise.all(closed)
    while (this.#counters.pending > 0) await new Promise((done) => setTimeout(done, 5))
  }

  nowMs(): number {
    return this.#options.nowMs?.() ?? performance.now()
  }

  came(bytes: number): void {
    this.#counters.bytes += bytes
  }

  ask(connection: Connection): void {
    this.#turns.ask(connection)
  }

  authenticate(connection: Connection, device: DeviceId, password: Uint8Array): void {
    // The clock itself, not the centre's, which meets it slowly: that of devices is set by it.
    const wallS = Date.now() / 1000
    const asking: Asking = { device, isDropped: false }
    this.#asking.add(asking)
    const { credentials } = this.#options
    credentials?.sweep(wallS)
    const asked = admittance(device, password, wallS, {
      known: (name) => this.#options.known(name),
      ...(credentials && { spend: (...signed) => credentials.spend(...signed) }),
    })
    void asked.then((answer) => {
      this.#asking.delete(asking)
      // What was true when it was asked may be so no more: it comes again, and is asked anew.
      this.#admit(connection, device, asking.isDropped ? { kind: 'busy' } : answer)
    })
  }

  take(connection: Connection, batch: Batch): void {
    const counters = this.#counters
    const { device, records } = batch
    counters.received += records.length
    this.#options.take(device, records).then(
      () => {
        counters.durable += records.length
        this.#durable(connection, batch)
      },
      (error: unknown) => {
        const isErased = error instanceof LogError && error.code === 'LOG_ERASED'
        counters.reject(isErased ? 'erased' : 'log-busy', records.length)
        const nowMs = this.nowMs()
        connection.carry(connection.session.take({ kind: 'not-durable', batch, nowMs }))
        this.#turns.wake()
      },
    )
  }

  piece(connection: Connection, bytes: Uint8Array, batch: Batch): void {
    const counters = this.#counters
    counters.received++
    const kept = this.#options.piece?.(batch.device, bytes) ?? Promise.resolve(false)
    const end = (kind: 'durable' | 'not-durable'): void => {
      connection.carry(connection.session.take({ kind, batch, nowMs: this.nowMs() }))
    }
    kept.then(
      (isKept) => {
        if (isKept) counters.durable++
        else counters.reject('piece-unasked', 1)
        end(isKept ? 'durable' : 'not-durable')
      },
      () => {
        counters.reject('log-busy', 1)
        end('not-durable')
      },
    )
  }

  reject({ why, count }: Parameters<Host['reject']>[0]): void {
    this.#counters.received += count
    this.#counters.reject(why, count)
  }

  ended(why: Parameters<Host['ended']>[0]): void {
    this.#counters.end(why)
  }

  throttled(connection: Connection): void {
    this.#counters.throttled++
    this.#throttled.add(connection)
  }

  gone(connection: Connection): void {
    this.#connections.delete(connection)
    this.#throttled.delete(connection)
    const { device } = connection
    if (device !== undefined && this.#byDevice.get(device) === connection) {
      this.#byDevice.delete(device)
    }
  }

  #durable(connection: Connection, batch: Batch): void {
    const nowMs = this.nowMs()
    connection.carry(connection.session.take({ kind: 'durable', batch, nowMs }))
    if (this.#turns.waiting > 0) this.#turns.wake()
    const mark = this.#options.watermarkOf
    if (mark === undefined || !batch.records.some(({ kind }) => kind === 'birth')) return
    const watermark = mark(batch.device)
    if (watermark === undefined) return
    const payload = encodeAdmin({ kind: 'watermark', ...watermark })
    connection.carry(connection.session.take({ kind: 'send', channel: 'adm', payload, nowMs }))
  }

  #admit(connection: Connection, device: DeviceId, answer: Admittance): void {
    const nowMs = this.nowMs()
    const before = this.#byDevice.get(device)
    const isEarlier = answer.kind === 'admitted' && (before?.session.boot ?? 0) > answer.boot
    const given: Admittance = isEarlier ? { kind: 'denied' } : answer
    if (given.kind === 'admitted' && this.#connections.has(connection)) {
      this.#counters.admitted++
      before?.carry(before.session.take({ kind: 'replaced', nowMs }))
      connection.device = device
      this.#byDevice.set(device, connection)
    }
    connection.carry(connection.session.take({ kind: 'admittance', admittance: given, nowMs }))
  }

  #meet(socket: Socket, context: SecureContext | undefined, isInner: boolean): void {
    const begin = (wireOf: WireOf): void => (isInner ? this.#begin(wireOf) : this.#greet(wireOf))
    socket.on('error', () => socket.destroy())
    this.#letIn(
      () => {
        if (socket.destroyed) return
        if (context === undefined) {
          begin((ears) => new SocketWire(socket, ears))
          return
        }
        const secure = new TLSSocket(socket, { isServer: true, secureContext: context })
        begin((ears) => new SocketWire(secure, ears))
      },
      () => socket.destroy(),
    )
  }

  #beginWeb(web: WebSocket): void {
    web.pause()
    this.#greet((ears) => new WebSocketWire(web, ears))
  }

  #greet(wireOf: WireOf): void {
    const { relay } = this.#options
    if (relay === undefined) this.#begin(wireOf)
    else relay.meet(wireOf, (heard) => this.#begin(heard))
  }

  #begin(wireOf: WireOf): void {
    const connection = new Connection(this)
    this.#connections.add(connection)
    connection.begin(wireOf(connection))
  }

  /** Lets a connection in when there is room and it is its turn; else it waits unheard. */
  #letIn(enter: () => void, refuse: () => void): void {
    const { mostConnections, mostWaiting } = this.limits
    if (this.#isClosed || this.#connections.size >= mostConnections) {
      this.#counters.turnAway('too-many')
      refuse()
    } else if (this.#tokens >= 1 && this.#waiting.length === 0) {
      this.#tokens--
      enter()
    } else if (this.#waiting.length >= mostWaiting) {
      this.#counters.turnAway('queue-full')
      refuse()
    } else this.#waiting.push(enter)
  }

  #sweepOnce(): void {
    const nowMs = this.nowMs()
    const { acceptPerS, acceptBurst } = this.limits
    const earned = ((nowMs - this.#sweptAtMs) / 1000) * acceptPerS
    this.#tokens = Math.min(acceptBurst, this.#tokens + earned)
    this.#sweptAtMs = nowMs
    const entering = Math.min(this.#waiting.length, Math.floor(this.#tokens))
    this.#tokens -= entering
    for (const enter of this.#waiting.splice(0, entering)) enter()
    for (const connection of this.#throttled) {
      if (connection.release(nowMs)) this.#throttled.delete(connection)
    }
    this.#turns.wake()
    if (++this.#sweeps % SWEEPS_PER_TICK > 0) return
    for (const connection of this.#connections) connection.tick(nowMs)
  }
}
