import { connect, type Socket } from 'node:net'
import { connect as connectSecure } from 'node:tls'
import {
  type DeviceEffect,
  type DeviceInput,
  DeviceSession,
  type DeviceStart,
  type SignedGrant,
} from '@nocturne/core/fleet'
import { nodeTimer, type Timer } from '../output/timer.ts'

/** Something said to a session; the link stamps its time. */
export type LinkWord = DeviceInput extends infer Input
  ? Input extends DeviceInput
    ? Omit<Input, 'nowS'>
    : never
  : never

/** What a link is made of. */
export type LinkOptions = {
  readonly start: DeviceStart
  readonly host: string
  readonly port: number
  /** TLS; `ca` is the PEM of an authority of one's own. */
  readonly secure?: { readonly ca?: string }
  credential(): Promise<Uint8Array>
  /** Whether a grant is the centre's. */
  verify(grant: SignedGrant): Promise<boolean>
  /** How long to wait before the `attempt`-th try in a row, from 1, s. */
  retryS(attempt: number): number
  /** Everything but sockets and signatures. */
  onEffect(effect: DeviceEffect): void
  readonly timer?: Timer
  /** Monotonic time since the boot, s; the link's own unless said. */
  nowS?(): number
}

const TICK_MS = 500

/** A `DeviceSession` on a socket: connects, beats, checks signatures, comes back. */
export class DeviceLink {
  readonly session: DeviceSession
  readonly #options: LinkOptions
  readonly #timer: Timer
  readonly #startedMs: number
  #socket: Socket | undefined
  #attempt = 0
  #isClosed = false
  #stopBeat: () => void = () => undefined

  constructor(options: LinkOptions) {
    this.#options = options
    this.#timer = options.timer ?? nodeTimer
    this.#startedMs = this.#timer.now()
    this.session = new DeviceSession(options.start)
  }

  /** Begins to connect. */
  begin(): void {
    const beat = (): void => {
      this.say({ kind: 'tick' })
      if (!this.#isClosed) this.#stopBeat = this.#timer.after(TICK_MS, beat)
    }
    beat()
  }

  /** Time since the boot, s. */
  nowS(): number {
    return this.#options.nowS?.() ?? (this.#timer.now() - this.#startedMs) / 1000
  }

  /** Tells the session something and carries out what comes of it. */
  say(word: LinkWord): void {
    if (this.#isClosed) return
    const effects = this.session.take({ ...word, nowS: this.nowS() } as DeviceInput)
    for (const effect of effects) this.#carry(effect)
  }

  /** Says farewell and closes for good. */
  close(): Promise<void> {
    this.say({ kind: 'end' })
    this.#isClosed = true
    this.#stopBeat()
    const socket = this.#socket
    if (socket === undefined || socket.destroyed) return Promise.resolve()
    return new Promise((done) => {
      socket.once('close', () => done())
      socket.end()
      setTimeout(() => socket.destroy(), 1000).unref()
    })
  }

  /** Breaks the connection without a word, as a power cut does. */
  cut(): void {
    this.#socket?.destroy()
  }

  #carry(effect: DeviceEffect): void {
    switch (effect.kind) {
      case 'open':
        this.#open()
        return
      case 'write':
        this.#socket?.write(effect.bytes)
        return
      case 'close':
        this.#socket?.end()
        this.#lost(this.#socket)
        break
      case 'verify':
        void this.#options.verify(effect.grant).then(
          (verified) => this.say({ kind: 'grant', grant: effect.grant, verified }),
          () => this.say({ kind: 'grant', grant: effect.grant, verified: false }),
        )
        return
      case 'live':
        this.#attempt = 0
        break
    }
    this.#options.onEffect(effect)
  }

  #open(): void {
    const { host, port, secure, credential } = this.#options
    const at = { host, port }
    const socket = secure === undefined ? connect(at) : connectSecure({ ...at, ...secure })
    this.#socket = socket
    socket.setNoDelay(true)
    socket.once(secure === undefined ? 'connect' : 'secureConnect', () => {
      void credential().then((password) => {
        if (socket === this.#socket) this.say({ kind: 'opened', password })
      })
    })
    socket.on('data', (bytes) => {
      if (socket === this.#socket) this.say({ kind: 'bytes', bytes })
    })
    socket.on('error', () => socket.destroy())
    socket.once('close', () => this.#lost(socket))
  }

  #lost(socket: Socket | undefined): void {
    if (socket === undefined || socket !== this.#socket) return
    this.#socket = undefined
    this.#attempt++
    this.say({ kind: 'closed', retryS: this.#options.retryS(this.#attempt) })
  }
}
