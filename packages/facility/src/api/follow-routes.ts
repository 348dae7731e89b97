import { webcrypto } from 'node:crypto'
import { decodeNaming, verifyNaming } from '@nocturne/core/fleet'
import type { Centre } from './centre.ts'
import { deviceOfName } from './device-routes.ts'
import { ApiError, type Call, nothing, type Route } from './route.ts'
import {
  deviceName,
  either,
  flag,
  list,
  moment,
  object,
  oneOf,
  text,
  whole,
  words,
} from './schema.ts'
import { streamTo } from './stream.ts'

const ALARM = oneOf('stale', 'outside', 'safety')
const ANY_DEVICE = { device: deviceName }
const TOKEN = text(/^[\w-]{43}$/)

const SOUNDING = object({
  ...{ alarm: ALARM, level: oneOf('warn', 'urgent'), sinceMs: moment },
  snoozedUntilMs: whole(0, Number.MAX_SAFE_INTEGER),
})

/** Followers: named by the sleeper's signature, told when something is wrong, and nobody else. */
export function followRoutes(centre: Centre): Route[] {
  return [namingRoute(centre), ...viewRoutes(centre), wordRoute(centre)]
}

function namingRoute(centre: Centre): Route {
  const { holders, clock, alarms } = centre
  return {
    ...{ method: 'POST', path: '/v1/devices/{device}/followers', name: 'nameFollower' },
    summary: "The sleeper's signed naming of a follower; the answer is the follower's own token",
    ...{ deed: 'anyone', isRare: true, status: 201, params: ANY_DEVICE },
    ...{ body: object({ naming: words(2048) }), answer: object({ token: TOKEN }) },
    handle: async ({ params, body }) => {
      const device = deviceOfName(params.device!)
      const known = await holders.known(device)
      if (known === undefined) throw nothing(device)
      const sleeper = known === 'revoked' ? undefined : known.sleeperKey
      const { naming: said } = body as { readonly naming: string }
      const naming = decodeNaming(new TextEncoder().encode(said))
      const verified =
        naming.ok &&
        sleeper !== undefined &&
        naming.value.device === device &&
        (await verifyNaming(webcrypto.subtle, naming.value, sleeper))
      if (!verified) throw new ApiError(403, 'got no naming that the sleeper signed, expected one')
      const input = { kind: 'named', naming: naming.value, verified, atMs: clock.nowMs() } as const
      await holders.do({ kind: 'follow', device, input })
      const { signature } = naming.value
      const night = await holders.follow(device)
      if (night?.followers.some((one) => one.signature === signature) !== true) {
        throw new ApiError(403, 'got a naming that does not count, expected a new one', 'naming')
      }
      return { token: alarms.tokenOf(naming.value) }
    },
  }
}

function viewRoutes(centre: Centre): Route[] {
  return [
    {
      ...{ method: 'GET', path: '/v1/follow/{device}', name: 'follow', deed: 'anyone' },
      ...{ summary: 'What a follower is told of, by the token of the naming', params: ANY_DEVICE },
      answer: object({
        ...{ device: deviceName, follower: words(60), alarms: list(ALARM), isNight: flag },
        ...{ heardMs: moment, sounding: list(SOUNDING) },
      }),
      handle: async (call) => {
        const { naming, isNight, heardMs, sounding } = await followed(centre, call)
        const { device, follower, alarms } = naming
        const own = sounding.filter((one) => one.follower === follower)
        const told = own.map(({ alarm, level, sinceMs, snoozedUntilMs }) => {
          return { alarm, level, sinceMs, snoozedUntilMs }
        })
        return { device, follower, alarms, isNight, heardMs, sounding: told }
      },
    },
    {
      ...{ method: 'GET', path: '/v1/follow/{device}/events', name: 'followEvents' },
      ...{ summary: 'Alarms as they sound, sound again and end', deed: 'anyone' },
      ...{ params: ANY_DEVICE, type: 'text/event-stream' },
      handle: async (call) => {
        const { device, follower } = (await followed(centre, call)).naming
        call.hold('followers')
        const stream = streamTo(call.reply)
        const end = centre.alarms.watch(device, follower, (effect) => {
          const { kind, ...told } = effect
          stream.write(`event: ${kind}\ndata: ${JSON.stringify(told)}\n\n`)
        })
        stream.closed(end)
        return undefined
      },
    },
  ]
}

function wordRoute(centre: Centre): Route {
  return {
    ...{ method: 'POST', path: '/v1/follow/{device}', name: 'answerAlarm', deed: 'anyone' },
    ...{ summary: 'Puts an alarm off, or follows no more', params: ANY_DEVICE, isRare: true },
    body: either(
      object({ do: oneOf('snooze'), alarm: ALARM, minutes: whole(15, 120) }),
      object({ do: oneOf('leave') }),
    ),
    answer: object({}),
    handle: async (call) => {
      const { follower } = (await followed(centre, call)).naming
      const said = call.body as
        | { readonly do: 'snooze'; readonly alarm: 'stale'; readonly minutes: number }
        | { readonly do: 'leave' }
      const device = deviceOfName(call.params.device!)
      const atMs = centre.clock.nowMs()
      const input =
        said.do === 'leave'
          ? ({ kind: 'unnamed', follower, atMs } as const)
          : ({ kind: 'snooze', follower, alarm: said.alarm, minutes: said.minutes, atMs } as const)
      await centre.holders.do({ kind: 'follow', device, input })
      return {}
    },
  }
}

/** The followed night and the naming that a call's token is of. Throws 403. */
async function followed({ holders, alarms }: Centre, { params, request }: Call) {
  const [, token = ''] = /^Bearer ([\w-]{43})$/.exec(request.headers.authorization ?? '') ?? []
  const isToken = token !== ''
  const follow = isToken ? await holders.follow(deviceOfName(params.device!)) : undefined
  const naming = follow?.followers.find((one) => alarms.isTokenOf(token, one))
  if (follow === undefined || naming === undefined) {
    throw new ApiError(403, "got no token of a naming, expected a follower's")
  }
  return { ...follow, naming }
}
