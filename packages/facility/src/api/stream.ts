import type { FastifyReply } from 'fastify'

/** Bytes that a reader may leave unread: what comes then is not for it. */
const MOST_UNREAD = 262_144

/** A comment that keeps proxies from closing a quiet stream, every so many ms. */
const BREATH_MS = 15_000

/** Server-sent events to one reader. */
export type EventStream = {
  /** Bytes that the reader has not taken. */
  readonly unread: number
  /** Whether the reader has so much before it that it is to wait. */
  readonly isFull: boolean
  /** Sends events; nothing when the reader has too much before it. */
  write(events: string): void
  /** Calls back when the reader took what it had. */
  drained(listener: () => void): void
  /** Calls back when the reader is gone. */
  closed(listener: () => void): void
}

/**
 * Takes a reply over for events; the reader comes back after 2 s when it was cut off. `mayGoOn` is
 * asked at every breath: a sign-in that ended, or a role that was taken, sees nothing from then on.
 */
export function streamTo(
  reply: FastifyReply,
  mayGoOn: () => Promise<boolean> = async () => true,
): EventStream {
  reply.hijack()
  const { raw } = reply
  raw.writeHead(200, {
    ...{ 'content-type': 'text/event-stream', 'cache-control': 'no-store' },
    'x-accel-buffering': 'no',
  })
  raw.on('error', () => raw.destroy())
  raw.write('retry: 2000\n\n')
  const timer = setInterval(() => {
    if (raw.writableLength === 0) raw.write(': still here\n\n')
    void mayGoOn().then(
      (isIn) => isIn || raw.end(),
      () => raw.end(),
    )
  }, BREATH_MS)
  raw.once('close', () => clearInterval(timer))
  const isFull = (): boolean => raw.writableLength > MOST_UNREAD
  return {
    get unread() {
      return raw.writableLength
    },
    get isFull() {
      return isFull()
    },
    write: (events) => {
      if (!isFull()) raw.write(events)
    },
    drained: (listener) => void raw.on('drain', listener),
    closed: (listener) => void raw.once('close', listener),
  }
}
