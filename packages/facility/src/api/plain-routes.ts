import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { deskRow } from '../desk-run/row-views.ts'
import { isOwnMachine } from '../operator/own-machine.ts'
import type { Centre } from './centre.ts'
import { metricsText } from './metrics-text.ts'
import { ApiError, nothing, type Route } from './route.ts'
import { flag, list, object, text } from './schema.ts'

/** What a device may fetch of a repository: its documents and its files, never its keys. */
const DOCUMENT = /^(?:\d{1,9}\.)?(?:root|timestamp|snapshot|targets|director)\.json$/
const FILE = /^files(?:\/[A-Za-z0-9][\w.-]{0,120}){1,8}$/

/** What machines ask for: signed releases, health, numbers. */
export function plainRoutes(centre: Centre): Route[] {
  return [
    {
      ...{ method: 'GET', path: '/healthz', name: 'health', deed: 'anyone' },
      summary: 'Whether the centre works; 503 and why when it does not',
      answer: object({ ok: flag, why: list({ type: 'string' }) }),
      handle: async ({ reply }) => {
        const why = centre.troubles()
        if (why.length > 0) void reply.code(503)
        return { ok: why.length === 0, why }
      },
    },
    {
      ...{ method: 'GET', path: '/metrics', name: 'metrics', deed: 'anyone', type: 'text/plain' },
      summary: 'Numbers for Prometheus: with a token, unless this machine asks itself',
      handle: async ({ person, reply, request }) => {
        const isOpen = centre.openMetrics || (centre.isOnLoopback && isOwnMachine(request))
        if (!isOpen && person === undefined) {
          throw new ApiError(401, 'got nobody, expected an operator, or a call of this machine')
        }
        void reply.type('text/plain; version=0.0.4')
        return metricsText(centre, await deskRow(centre.store, 'fleet', 'status'))
      },
    },
    {
      ...{ method: 'GET', path: '/v1/releases/{path}', name: 'release', deed: 'anyone' },
      summary: 'A document or a file of the signed releases',
      ...{ type: 'application/octet-stream', params: { path: text(/^[\w./-]{1,400}$/) } },
      handle: async ({ params, reply }) => {
        const path = params.path!
        const isDocument = DOCUMENT.test(path)
        if (!isDocument && !FILE.test(path)) throw nothing(`releases/${path}`)
        const file = join(centre.releases, path)
        const found = await stat(file).catch(() => undefined)
        if (!found?.isFile()) throw nothing(`releases/${path}`)
        void reply.type(isDocument ? 'application/json' : 'application/octet-stream')
        void reply.header('content-length', found.size)
        return createReadStream(file)
      },
    },
  ]
}
