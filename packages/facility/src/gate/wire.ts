import type { Socket } from 'node:net'
import type { RawData, WebSocket } from 'ws'

/** A connection as the front door sees it: TCP, TLS and WebSocket alike. */
export type Wire = {
  write(bytes: Uint8Array): void
  /** No more bytes are given until `resume`; the other side feels it. */
  pause(): void
  resume(): void
  /** Sends what is left and ends; after a while without an answer, at once. */
  end(): void
  destroy(): void
  /** Bytes that the other side has not taken. */
  waiting(): number
}

/** Who hears a wire. */
export type WireEars = { hear(bytes: Uint8Array): void; closed(): void }

/** Time that the other side has to take its last bytes, ms. */
const FAREWELL_MS = 2000

/** The ears of a socket lie on it, so that a connection costs no function of its own. */
const EARS: unique symbol = Symbol('ears')

type Heard<S> = S & { [EARS]: WireEars }

function socketHeard(this: Heard<Socket>, bytes: Buffer): void {
  this[EARS].hear(bytes)
}

function socketFailed(this: Socket): void {
  this.destroy()
}

function socketClosed(this: Heard<Socket>): void {
  this[EARS].closed()
}

/** A wire over a socket; it begins paused when the socket is. */
export class SocketWire implements Wire {
  readonly #socket: Socket

  constructor(socket: Socket, ears: WireEars) {
    this.#socket = socket
    const heard = Object.assign(socket, { [EARS]: ears })
    heard.on('data', socketHeard)
    heard.on('error', socketFailed)
    heard.once('close', socketClosed)
  }

  write(bytes: Uint8Array): void {
    this.#socket.write(bytes)
  }

  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    this.#socket.resume()
  }

  end(): void {
    const socket = this.#socket
    socket.end()
    setTimeout(() => socket.destroy(), FAREWELL_MS).unref()
  }

  destroy(): void {
    this.#socket.destroy()
  }

  waiting(): number {
    return this.#socket.writableLength
  }
}

function earsOf(socket: WebSocket): WireEars {
  return (socket as Heard<WebSocket>)[EARS]
}

function webHeard(this: WebSocket, data: RawData, isBinary: boolean): void {
  if (isBinary && !Array.isArray(data)) earsOf(this).hear(new Uint8Array(data as Buffer))
  else this.terminate()
}

function webFailed(this: WebSocket): void {
  this.terminate()
}

function webClosed(this: WebSocket): void {
  earsOf(this).closed()
}

/** A wire over a WebSocket; a text ends it. */
export class WebSocketWire implements Wire {
  readonly #socket: WebSocket

  constructor(socket: WebSocket, ears: WireEars) {
    this.#socket = socket
    const heard = Object.assign(socket, { [EARS]: ears })
    heard.on('message', webHeard)
    heard.on('error', webFailed)
    heard.once('close', webClosed)
  }

  write(bytes: Uint8Array): void {
    this.#socket.send(bytes)
  }

  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    this.#socket.resume()
  }

  end(): void {
    const socket = this.#socket
    socket.close()
    setTimeout(() => socket.terminate(), FAREWELL_MS).unref()
  }

  destroy(): void {
    this.#socket.terminate()
  }

  waiting(): number {
    return this.#socket.bufferedAmount
  }
}
