import type { ServerResponse } from 'node:http'
import type { RowChange } from '../desk-run/row-book.ts'
import type { Centre } from './centre.ts'
import { ApiError, type Call, type Route } from './route.ts'
import { text } from './schema.ts'

/** Watchers at a time; dashboards are the first thing to do without. */
const MOST_WATCHERS = 200

/** Bytes that a watcher may leave unread; until it has read them it is sent nothing. */
const MOST_UNREAD = 262_144

/** A comment that keeps proxies from closing a quiet stream, every so many ms. */
const BREATH_MS = 15_000

/** Changes of one writing. */
const MOST_TOGETHER = 500

/** The stream of what changes: rows of devices, incidents, rollouts and the fleet. */
export function watchRoute(centre: Centre): Route {
  return {
    ...{ method: 'GET', path: '/v1/events', name: 'events', deed: 'look' },
    summary:
      'Rows as they change, as server-sent events; goes on after Last-Event-ID, or says reload',
    query: {
      'tables?': text(
        /^(?:device|incident|rollout|fleet)(?:,(?:device|incident|rollout|fleet)){0,3}$/,
      ),
    },
    type: 'text/event-stream',
    handle: async (call) => {
      if (centre.meters.watchers >= MOST_WATCHERS) {
        throw new ApiError(503, `got ${MOST_WATCHERS} watchers already, expected fewer`)
      }
      watch(centre, call)
      return undefined
    },
  }
}

function watch({ rows, meters }: Centre, { query, request, reply }: Call): void {
  reply.hijack()
  const { raw } = reply
  raw.writeHead(200, {
    ...{ 'content-type': 'text/event-stream', 'cache-control': 'no-store' },
    'x-accel-buffering': 'no',
  })
  const tables = query.tables?.split(',')
  const last = Number(request.headers['last-event-id'] ?? Number.NaN)
  let seq = Number.isSafeInteger(last) && last >= 0 ? last : rows.seq
  let timer: NodeJS.Timeout | undefined
  const pump = (): void => {
    // What it has not read yet comes first; what changes meanwhile waits in the book, not here.
    if (raw.writableLength > MOST_UNREAD) return
    const changes = rows.after(seq)
    if (changes === undefined) {
      seq = rows.seq
      raw.write(`event: reload\nid: ${seq}\ndata: {}\n\n`)
      return
    }
    const piece = changes.slice(0, MOST_TOGETHER)
    seq = piece.at(-1)?.seq ?? seq
    const told = piece.filter(({ table }) => tables === undefined || tables.includes(table))
    if (told.length > 0) raw.write(told.map(eventText).join(''))
    if (changes.length > piece.length) setImmediate(pump)
  }
  const end = rows.watch(pump)
  raw.on('drain', pump)
  meters.watchers++
  raw.once('close', () => {
    meters.watchers--
    end()
    clearInterval(timer)
  })
  raw.write(`retry: 2000\nid: ${seq}\nevent: hello\ndata: {}\n\n`)
  timer = setInterval(() => breathe(raw), BREATH_MS)
  pump()
}

function breathe(raw: ServerResponse): void {
  if (raw.writableLength === 0) raw.write(': still here\n\n')
}

function eventText({ seq, table, key, value }: RowChange): string {
  const data = JSON.stringify({ key, value: value ?? null })
  return `id: ${seq}\nevent: ${table}\ndata: ${data}\n\n`
}
