import { webcrypto } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { MadeUpDevice, until } from '#test/made-up-device.ts'
import { Caller, openTestFacility } from '#test/test-facility.ts'
import { encodeNaming, signNaming } from '../../../core/src/fleet/index.ts'
import { newDeviceKey } from '../../../edge/src/uplink/index.ts'
import { CentreClock } from '../desk-run/centre-clock.ts'

it('calls a follower when a night has been silent for 15 minutes, and is put off by a snooze (F59)', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'nocturne-followers-'))
  // Time goes 300 times as fast here.
  const begun = Date.now()
  const clock = new CentreClock(
    () => begun + 300 * (Date.now() - begun),
    () => 300 * performance.now(),
  )
  const facility = await openTestFacility(folder, { clock })
  const sleeper = await newDeviceKey()
  const bed = await MadeUpDevice.at(facility.url, 'bed-one', { sleeperKey: sleeper.publicKey })
  await until(() => bed.link.session.isLive, 'live')
  bed.frame()
  const naming = await signNaming(
    webcrypto.subtle,
    {
      ...{ device: 'bed-one', follower: 'Ann', alarms: ['stale'] },
      ...{ outside: { from: 40, to: 120, forMin: 10 } },
      ...{ givenMs: clock.nowMs(), untilMs: begun + 86_400_000_000 },
    },
    sleeper.seed,
  )
  const named = await fetch(`${facility.url}/v1/devices/bed-one/followers`, {
    ...{ method: 'POST', headers: { 'content-type': 'application/json' } },
    body: JSON.stringify({ naming: Buffer.from(encodeNaming(naming)).toString() }),
  })
  const { token } = (await named.json()) as { token: string }
  const ann = new Caller(facility.url, token)
  bed.frame()
  await until(async () => (await ann.get('/v1/follow/bed-one')).isNight, 'a night')
  const abort = new AbortController()
  const events = await fetch(`${facility.url}/v1/follow/bed-one/events`, {
    headers: { authorization: `Bearer ${token}` },
    signal: abort.signal,
  })
  let heard = ''
  const read = async (): Promise<void> => {
    for await (const piece of events.body!) heard += Buffer.from(piece).toString()
  }
  read().catch(() => undefined)
  // Nothing more is said: it is there and silent.
  await until(() => heard.includes('event: alarm'), 'the alarm sounds')
  expect(heard).toContain('"alarm":"stale"')
  const snooze = { do: 'snooze', alarm: 'stale', minutes: 120 }
  expect((await ann.post('/v1/follow/bed-one', snooze)).status).toBe(200)
  await until(async () => {
    const { sounding } = await ann.get('/v1/follow/bed-one')
    return sounding[0]?.snoozedUntilMs > clock.nowMs()
  }, 'it is put off')
  abort.abort()
  await bed.link.close()
  await facility.close()
  await rm(folder, { recursive: true })
}, 60_000)
