import type { DeskOrder } from '@nocturne/core/fleet'
import { deskRow, deskRowsOf } from '../desk-run/row-views.ts'
import type { Deed } from '../operator/role.ts'
import type { Centre } from './centre.ts'
import { ordered, whoMay } from './order.ts'
import { nothing, type Route } from './route.ts'
import { anything, either, flag, list, object, oneOf, open, text, whole, words } from './schema.ts'

const ROLLOUT = open({ plan: anything, status: { type: 'string' } }, 'A rollout, whole.')
const SWITCH = object({
  failsafe: open({ epoch: whole(1, Number.MAX_SAFE_INTEGER), granting: flag }, 'The switch.'),
  ladder: open({}, 'The way back.'),
})
const ROLLOUT_ID = { rollout: text(/^[a-z0-9][a-z0-9-]{0,39}$/) }

/** What the desk has and does: the fleet as a whole, the switch, rollouts. */
export function deskRoutes(centre: Centre): Route[] {
  return [...fleetRoutes(centre), ...switchRoutes(centre), ...rolloutRoutes(centre)]
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
        const lift = async (): Promise<DeskOrder> => {
          const among = await whoMay(centre, 'lift-failsafe')
          return { what: 'failsafe', do: { kind: 'lift', why, among } }
        }
        await ordered(centre, call, what === 'pull' ? pull : await lift())
        return told()
      },
    },
    {
      ...{ method: 'POST', path: '/v1/ladder', name: 'orderLadder' },
      summary: 'On the way back: take control back from all; let it come back, as one of two',
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
        const among = kind === 'approve' && { among: await whoMay(centre, 'advance-past-tenth') }
        const said = { kind, ...rest, ...among } as never
        await ordered(centre, call, { what: 'rollout', rollout, do: said })
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
