import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type DeskOrder, type Incident, postMortemText } from '@nocturne/core/fleet'
import { deskRow, deskRowsOf } from '../desk-run/row-views.ts'
import type { Deed } from '../operator/role.ts'
import type { Centre } from './centre.ts'
import { type Call, nothing, type Route, refused } from './route.ts'
import {
  anything,
  deviceName,
  either,
  flag,
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

const ROLLOUT = open({ plan: anything, status: { type: 'string' } }, 'A rollout, whole.')
const INCIDENT = open({ id: { type: 'string' }, status: { type: 'string' } }, 'An incident, whole.')
const SWITCH = object({
  failsafe: open({ epoch: whole(1, Number.MAX_SAFE_INTEGER), granting: flag }, 'The switch.'),
  ladder: open({}, 'The way back.'),
})
const ROLLOUT_ID = { rollout: text(/^[a-z0-9][a-z0-9-]{0,39}$/) }
const INCIDENT_ID = { incident: text(/^i-\d{1,12}$/) }

/** What the desk has and does: the fleet as a whole, the switch, rollouts, incidents. */
export function deskRoutes(centre: Centre): Route[] {
  return [
    ...fleetRoutes(centre),
    ...switchRoutes(centre),
    ...rolloutRoutes(centre),
    ...incidentRoutes(centre),
  ]
}

/** An order to the desk, and the row that it changed. Throws 409 where it is refused. */
async function ordered(centre: Centre, { person }: Call, order: DeskOrder): Promise<unknown> {
  const { name, role } = person!
  const answer = await centre.run.order(name, order)
  if (answer.refused !== undefined) {
    const atMs = centre.clock.nowMs()
    await centre.audit({
      atMs,
      who: name,
      did: order.what,
      about: answer.refused,
      outcome: 'refused',
    })
    throw refused(answer.refused)
  }
  void role
  await centre.rows.written()
  return answer.value
}

function fleetRoutes({ store }: Centre): Route[] {
  return [
    {
      ...{ method: 'GET', path: '/v1/fleet', name: 'fleet', deed: 'look' },
      summary: 'How many sleep, in which modes, and what holds for all of them',
      answer: open({}, 'Rows of the fleet by name: status, failsafe, ladder.'),
      handle: async () => deskRowsOf(store, 'fleet'),
    },
  ]
}

function switchRoutes(centre: Centre): Route[] {
  const { store } = centre
  const told = async () => ({
    failsafe: (await deskRow(store, 'fleet', 'failsafe')) ?? {},
    ladder: (await deskRow(store, 'fleet', 'ladder')) ?? {},
  })
  return [
    {
      ...{ method: 'GET', path: '/v1/failsafe', name: 'failsafe', deed: 'look' },
      ...{ summary: 'The switch, and the way back', answer: SWITCH, handle: told },
    },
    {
      ...{ method: 'POST', path: '/v1/failsafe', name: 'orderFailsafe' },
      summary: 'Pull it, alone; lift it, as one of two within half an hour',
      deed: ({ do: what }: { readonly do: string }) =>
        what === 'pull' ? 'pull-failsafe' : 'lift-failsafe',
      ...{ deeds: ['pull-failsafe', 'lift-failsafe'], answer: SWITCH },
      body: object({ do: oneOf('pull', 'lift'), why: words(400), 'from?': oneOf('app', 'cli') }),
      handle: async (call) => {
        const {
          do: what,
          why,
          from = 'app',
        } = call.body as {
          readonly do: 'pull' | 'lift'
          readonly why: string
          readonly from?: 'app' | 'cli'
        }
        const pull = { what: 'failsafe', do: { kind: 'pull', from, why } } as const
        const lift = { what: 'failsafe', do: { kind: 'lift', why } } as const
        await ordered(centre, call, what === 'pull' ? pull : lift)
        return told()
      },
    },
    {
      ...{ method: 'POST', path: '/v1/ladder', name: 'orderLadder' },
      summary: 'Take control back from all; let it come back, as one of two',
      deed: ({ do: what }: { readonly do: string }) =>
        what === 'stop' ? 'pull-failsafe' : 'restore-control',
      ...{ deeds: ['pull-failsafe', 'restore-control'], answer: SWITCH },
      body: object({ do: oneOf('stop', 'resume') }),
      handle: async (call) => {
        const { do: kind } = call.body as { readonly do: 'stop' | 'resume' }
        const atMs = centre.clock.nowMs()
        await ordered(centre, call, { what: 'ladder', do: { kind, atMs } as never })
        return told()
      },
    },
  ]
}

function rolloutRoutes(centre: Centre): Route[] {
  const { store } = centre
  const one = async (id: string): Promise<unknown> => {
    const row = await deskRow(store, 'rollout', id)
    if (row === undefined) throw nothing(`rollout ${id}`)
    return row
  }
  return [
    {
      ...{ method: 'GET', path: '/v1/rollouts', name: 'rollouts', deed: 'look' },
      ...{ summary: 'Every rollout', answer: object({ rollouts: list(ROLLOUT) }) },
      handle: async () => ({ rollouts: Object.values(await deskRowsOf(store, 'rollout')) }),
    },
    {
      ...{ method: 'POST', path: '/v1/rollouts', name: 'openRollout', deed: 'begin-rollout' },
      summary: 'Opens the rollout of a release: rehearsals first, then rings',
      ...{ status: 201, answer: ROLLOUT },
      body: object({
        ...{ id: ROLLOUT_ID.rollout, release: whole(1, 65_535), baseline: whole(0, 65_535) },
        seed: text(/^[\w-]{1,64}$/),
      }),
      handle: async (call) => {
        const plan = call.body as Extract<DeskOrder, { what: 'open-rollout' }>['plan']
        await ordered(centre, call, { what: 'open-rollout', plan })
        return one(plan.id)
      },
    },
    {
      ...{ method: 'GET', path: '/v1/rollouts/{rollout}', name: 'rollout', deed: 'look' },
      ...{ summary: 'One rollout', params: ROLLOUT_ID, answer: ROLLOUT },
      handle: async ({ params }) => one(params.rollout!),
    },
    {
      ...{ method: 'POST', path: '/v1/rollouts/{rollout}', name: 'orderRollout' },
      ...{ summary: 'Says a word to a rollout', params: ROLLOUT_ID, answer: ROLLOUT },
      deed: ({ do: what }: { readonly do: keyof typeof ROLLOUT_DEEDS }) => ROLLOUT_DEEDS[what],
      deeds: ['advance-rollout', 'stop-rollout', 'begin-rollout'],
      body: either(
        object({ do: oneOf('approve', 'pause', 'resume', 'stop') }),
        object({
          ...{ do: oneOf('rehearsed'), ring: oneOf('twin', 'replay') },
          ...{ passed: flag, digest: words(128) },
        }),
      ),
      handle: async (call) => {
        const { do: kind, ...rest } = call.body as { readonly do: string }
        const rollout = call.params.rollout!
        await one(rollout)
        await ordered(centre, call, { what: 'rollout', rollout, do: { kind, ...rest } as never })
        return one(rollout)
      },
    },
  ]
}

const ROLLOUT_DEEDS = {
  approve: 'advance-rollout',
  resume: 'advance-rollout',
  pause: 'stop-rollout',
  stop: 'stop-rollout',
  rehearsed: 'begin-rollout',
} as const satisfies Record<string, Deed>

const INCIDENT_DEEDS = {
  ack: 'acknowledge',
  recover: 'acknowledge',
  mitigate: 'acknowledge',
  note: 'acknowledge',
  finding: 'acknowledge',
  close: 'close-incident',
  'ask-piece': 'ask-for-box',
} as const satisfies Record<string, Deed>

function incidentRoutes(centre: Centre): Route[] {
  const { store } = centre
  const one = async (id: string): Promise<Incident> => {
    const row = await deskRow(store, 'incident', id)
    if (row === undefined) throw nothing(`incident ${id}`)
    return row as Incident
  }
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
      handle: async ({ params }) => one(params.incident!),
    },
    {
      ...{ method: 'POST', path: '/v1/incidents/{incident}', name: 'orderIncident' },
      ...{ summary: 'Says a word to an incident', params: INCIDENT_ID, answer: INCIDENT },
      deed: ({ do: what }: { readonly do: keyof typeof INCIDENT_DEEDS }) => INCIDENT_DEEDS[what],
      deeds: ['acknowledge', 'close-incident', 'ask-for-box'],
      body: either(
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
      ),
      handle: async (call) => {
        const { do: kind, ...rest } = call.body as { readonly do: string }
        const incident = call.params.incident!
        await one(incident)
        await ordered(centre, call, { what: 'incident', do: { kind, incident, ...rest } as never })
        return one(incident)
      },
    },
    {
      ...{ method: 'GET', path: '/v1/incidents/{incident}/post-mortem', name: 'postMortem' },
      ...{
        summary: 'An incident for its readers, in Markdown',
        deed: 'look',
        type: 'text/markdown',
      },
      params: INCIDENT_ID,
      handle: async ({ params }) => postMortemText(await one(params.incident!)),
    },
    {
      ...{ method: 'GET', path: '/v1/incidents/{incident}/pieces/{digest}', name: 'piece' },
      summary: 'A piece of a black box that its sleeper gave for this incident',
      ...{ deed: 'ask-for-box', type: 'application/octet-stream' },
      params: { ...INCIDENT_ID, digest: key32 },
      handle: async ({ params }) => {
        const { pieces } = await one(params.incident!)
        if (!pieces.some(({ digest }) => digest === params.digest)) throw nothing('piece')
        return readFile(join(centre.pieces.folder, `${params.incident}-${params.digest}`))
      },
    },
  ]
}
