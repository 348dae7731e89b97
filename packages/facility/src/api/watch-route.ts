import type { RowChange } from '../desk-run/row-book.ts'
import type { Centre } from './centre.ts'
import type { Call, Route } from './route.ts'
import { text } from './schema.ts'
import { streamTo } from './stream.ts'

/** Changes of one writing. */
const MOST_TOGETHER = 500

const TABLE = '(?:device|incident|rollout|fleet)'

/** The stream of what changes: rows of devices, incidents, rollouts and the fleet. */
export function watchRoute(centre: Centre): Route {
  return {
    ...{ method: 'GET', path: '/v1/events', name: 'events', deed: 'look' },
    summary:
      'Rows as they change, as server-sent events; goes on after Last-Event-ID, or says reload',
    query: { 'tables?': text(new RegExp(`^${TABLE}(?:,${TABLE}){0,3}$`)) },
    type: 'text/event-stream',
    handle: async (call) => {
      call.hold('watchers')
      watch(centre, call)
      return undefined
    },
  }
}

function watch({ rows, meters }: Centre, { query, request, reply, isStillIn }: Call): void {
  const tables = query.tables?.split(',')
  const last = Number(request.headers['last-event-id'] ?? Number.NaN)
  let seq = Number.isSafeInteger(last) && last >= 0 ? last : rows.seq
  const stream = streamTo(reply, isStillIn)
  // What a reader has not read yet comes first; what changes meanwhile waits in the book, not here.
  const pump = (): void => {
    if (stream.isFull) return
    const changes = rows.after(seq)
    if (changes === undefined) {
      seq = rows.seq
      stream.write(`id: ${seq}\nevent: reload\ndata: {}\n\n`)
      return
    }
    const piece = changes.slice(0, MOST_TOGETHER)
    seq = piece.at(-1)?.seq ?? seq
    const told = piece.filter(({ table }) => tables === undefined || tables.includes(table))
    if (told.length > 0) stream.write(told.map(eventText).join(''))
    if (changes.length > piece.length) setImmediate(pump)
  }
  const end = rows.watch(pump)
  stream.drained(pump)
  meters.watchers++
  stream.closed(() => {
    meters.watchers--
    end()
  })
  stream.write(`id: ${seq}\nevent: hello\ndata: {}\n\n`)
  pump()
}

function eventText({ seq, table, key, value }: RowChange): string {
  return `id: ${seq}\nevent: ${table}\ndata: ${JSON.stringify({ key, value: value ?? null })}\n\n`
}
