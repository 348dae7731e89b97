import type { Socket } from 'node:net'
import type { WebSocket } from 'ws'

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

/** What a front door hears of a wire. */
export type WireEars = { bytes(bytes: Uint8Array): void; closed(): void }

/** Time that the other side has to take its last bytes, ms. */
const FAREWELL_MS = 2000

/** A wire over a socket; it begins paused when the socket is. */
export function socketWire(socket: Socket, ears: WireEars): Wire {
  socket.setNoDelay(true)
  socket.on('data', (bytes: Buffer) => ears.bytes(bytes))
  socket.on('error', () => socket.destroy())
  socket.once('close', () => ears.closed())
  return {
    write: (bytes) => socket.write(bytes),
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    end: () => {
      socket.end()
      setTimeout(() => socket.destroy(), FAREWELL_MS).unref()
    },
    destroy: () => socket.destroy(),
    waiting: () => socket.writableLength,
  }
}

/** A wire over a WebSocket; a text ends it. */
export function webSocketWire(socket: WebSocket, ears: WireEars): Wire {
  socket.on('message', (data, isBinary) => {
    if (isBinary && !Array.isArray(data)) ears.bytes(new Uint8Array(data as Buffer))
    else socket.terminate()
  })
  socket.on('error', () => socket.terminate())
  socket.once('close', () => ears.closed())
  return {
    write: (bytes) => socket.send(bytes),
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    end: () => {
      socket.close()
      setTimeout(() => socket.terminate(), FAREWELL_MS).unref()
    },
    destroy: () => socket.terminate(),
    waiting: () => socket.bufferedAmount,
  }
}
