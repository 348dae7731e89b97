import { type Incident, postMortemText } from '@nocturne/core/fleet'
import { deskRow, deskRowsOf } from '../desk-run/row-views.ts'
import type { Deed } from '../operator/role.ts'
import type { Centre } from './centre.ts'
import { ordered } from './order.ts'
import { nothing, type Route } from './route.ts'
import {
  deviceName,
  either,
  key32,
  list,
  moment,
  object,
  oneOf,
  open,
  text,
  whole,
  words,
} from './schema.ts'

const INCIDENT = open({ id: { type: 'string' }, status: { type: 'string' } }, 'An incident, whole.')
const INCIDENT_ID = { incident: text(/^i-\d{1,12}$/) }

const INCIDENT_DEEDS = {
  ack: 'acknowledge',
  recover: 'acknowledge',
  mitigate: 'acknowledge',
  note: 'acknowledge',
  finding: 'acknowledge',
  close: 'close-incident',
  'ask-piece': 'ask-for-box',
} as const satisfies Record<string, Deed>

const INCIDENT_ORDER = either(
  object({ do: oneOf('ack', 'recover') }),
  object({ do: oneOf('mitigate', 'note'), words: words(2000) }),
  object({
    ...{ do: oneOf('close'), words: words(2000) },
    as: oneOf('mended', 'false-alarm', 'no-cause-found'),
  }),
  object({ do: oneOf('ask-piece'), device: deviceName, fromMs: moment, toMs: moment }),
  object({
    ...{ do: oneOf('finding'), release: whole(0, 65_535), lastGood: whole(0, 65_535) },
    words: words(2000),
  }),
)

/** Incidents: what is known of each, what may be said to it, its papers. */
export function incidentRoutes(centre: Centre): Route[] {
  return [...lookRoutes(centre), orderRoute(centre), ...paperRoutes(centre)]
}

async function incidentOf({ store }: Centre, id: string): Promise<Incident> {
  const row = await deskRow(store, 'incident', id)
  if (row === undefined) throw nothing(`incident ${id}`)
  return row as Incident
}

function lookRoutes(centre: Centre): Route[] {
  const { store } = centre
  return [
    {
      ...{ method: 'GET', path: '/v1/incidents', name: 'incidents', deed: 'look' },
      ...{ summary: 'Every incident', answer: object({ incidents: list(INCIDENT) }) },
      handle: async () => ({ incidents: Object.values(await deskRowsOf(store, 'incident')) }),
    },
    {
      ...{ method: 'POST', path: '/v1/incidents', name: 'report', deed: 'acknowledge' },
      summary: 'Somebody saw something: an incident without a detector',
      ...{ status: 201, answer: object({}) },
      body: object({ metric: words(80), 'release?': whole(0, 65_535) }),
      handle: async (call) => {
        const { metric, release } = call.body as {
          readonly metric: string
          readonly release?: number
        }
        const about = release === undefined ? {} : { release }
        await ordered(centre, call, { what: 'report', metric, ...about })
        return {}
      },
    },
    {
      ...{ method: 'GET', path: '/v1/incidents/{incident}', name: 'incident', deed: 'look' },
      ...{ summary: 'One incident', params: INCIDENT_ID, answer: INCIDENT },
      handle: async ({ params }) => incidentOf(centre, params.incident!),
    },
  ]
}

function orderRoute(centre: Centre): Route {
  return {
    ...{ method: 'POST', path: '/v1/incidents/{incident}', name: 'orderIncident' },
    ...{ summary: 'Says a word to an incident', params: INCIDENT_ID, answer: INCIDENT },
    deed: ({ do: what }: { readonly do: keyof typeof INCIDENT_DEEDS }) => INCIDENT_DEEDS[what],
    deeds: ['acknowledge', 'close-incident', 'ask-for-box'],
    body: INCIDENT_ORDER,
    handle: async (call) => {
      const { do: kind, ...rest } = call.body as { readonly do: string }
      const incident = call.params.incident!
      await incidentOf(centre, incident)
      await ordered(centre, call, { what: 'incident', do: { kind, incident, ...rest } as never })
      return incidentOf(centre, incident)
    },
  }
}

function paperRoutes(centre: Centre): Route[] {
  return [
    {
      ...{ method: 'GET', path: '/v1/incidents/{incident}/post-mortem', name: 'postMortem' },
      ...{
        summary: 'An incident for its readers, in Markdown',
        deed: 'look',
        type: 'text/markdown',
      },
      params: INCIDENT_ID,
      handle: async ({ params }) => postMortemText(await incidentOf(centre, params.incident!)),
    },
    {
      ...{ method: 'GET', path: '/v1/incidents/{incident}/pieces/{digest}', name: 'piece' },
      summary: 'A piece of a black box that its sleeper gave for this incident',
      ...{ deed: 'ask-for-box', type: 'application/octet-stream' },
      params: { ...INCIDENT_ID, digest: key32 },
      handle: async ({ params }) => {
        const { pieces } = await incidentOf(centre, params.incident!)
        if (!pieces.some(({ digest }) => digest === params.digest)) throw nothing('piece')
        const piece = await centre.pieces.read(params.incident!, params.digest!)
        if (piece === undefined) throw nothing('piece')
        return piece
      },
    },
  ]
}
