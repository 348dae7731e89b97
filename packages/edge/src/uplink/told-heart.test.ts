import { webcrypto } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { until } from '#test/made-up-device.ts'
import { DEEP, LOOP_HZ, loopHeader } from '#test/made-up-loop.ts'
import { Caller, openTestFacility } from '#test/test-facility.ts'
import { bodyMontage, encodeNaming, signNaming } from '../../../core/src/fleet/index.ts'
import { nightMontage } from '../../../core/src/night/index.ts'
import { syntheticSleeper } from '../../../core/src/sleep/index.ts'
import { CentreClock } from '../../../facility/src/desk-run/centre-clock.ts'
import { FileActor } from '../night-run/actor.ts'
import { NightRun } from '../night-run/night-run.ts'
import type { Source } from '../source/source.ts'
import { DeviceFolder } from './device-folder.ts'
import { newDeviceKey } from './device-key.ts'
import { enrolDevice } from './enrolled-device.ts'
import { Uplink } from './uplink.ts'

const LABELS = ['EEG Fpz-Cz', 'ECG']
const PIECE = LOOP_HZ / 4
/** The centre's time goes so many times as fast. */
const HASTE = 40

/** A made-up sleeper whose heart beats some 45 times a minute: 16 s of the night in one. */
function slowHeart(isOver: () => boolean): Source {
  const person = { heartBpm: 45 }
  const asked = { seed: 5, hours: 2, rateHz: LOOP_HZ, channels: LABELS, clean: true, person }
  const sleeper = syntheticSleeper(asked)
  return {
    description: {
      ...{ name: 'bed', channels: LABELS.map((label) => ({ label, unit: 'uV' })) },
      ...{ rateHz: LOOP_HZ, live: false },
    },
    chunks: async function* () {
      for (let k = 1; !isOver(); k++) {
        const columns = sleeper.next(PIECE / LOOP_HZ)
        yield { first: (k - 1) * PIECE, columns, atMs: k * 250 }
        await new Promise((done) => setTimeout(done, 15))
      }
    },
    onNotice: () => undefined,
    close: () => Promise.resolve(),
  }
}

it('a heart that a device hears is shown by its centre, and calls a follower when it is too slow (F11, F59)', async () => {
  const home = mkdtempSync(join(tmpdir(), 'nocturne-heart-'))
  const begun = Date.now()
  const clock = new CentreClock(
    () => begun + HASTE * (Date.now() - begun),
    () => HASTE * performance.now(),
  )
  const facility = await openTestFacility(join(home, 'centre'), { clock })
  const sleeper = await newDeviceKey()
  const folder = await DeviceFolder.open(join(home, 'device'))
  const tell = (): void => undefined
  const call = { url: facility.url, again: false, tell, sleeperKey: sleeper.publicKey }
  expect(await enrolDevice(folder, call)).toBe(true)
  let isOver = false
  const montage = nightMontage(LABELS, LOOP_HZ)
  const source = slowHeart(() => isOver)
  const body = bodyMontage(source.description.channels, LOOP_HZ)
  if (!montage.ok || !body.ok) throw new Error('no montage')
  const uplink = new Uplink({
    ...{ folder, montage: montage.value.montage, body: body.value },
    ...{ frameS: 0.2, tell },
    self: {
      ...{ hardware: 'bedside-box', code: '0.1.0' },
      cohort: { chronotype: 'unknown', age: 'unknown', district: 'unknown' },
    },
  })
  const night = new NightRun({
    ...{ source, montage: montage.value, stager: DEEP },
    ...{ header: loopHeader({ montage: montage.value.montage }), actor: new FileActor(1) },
    opening: uplink.opening([]),
    onChunk: (chunk) => uplink.takeBody(chunk),
    onStep: (input, events) => uplink.take(input, events),
  })
  uplink.begin(night)
  const run = night.run()

  const as = await Caller.admin(facility)
  const path = `/v1/devices/${folder.device}`
  const heart = async (): Promise<number | null> => {
    const { status, value } = await as.call('GET', path)
    return status === 200 ? (value.numbers?.heartRate ?? null) : null
  }
  await until(async () => (await heart()) !== null, 'a heart rate')
  const bpm = (await heart())!
  expect(bpm).toBeGreaterThan(40)
  expect(bpm).toBeLessThan(60)

  const naming = await signNaming(
    webcrypto.subtle,
    {
      ...{ device: folder.device, follower: 'Ann', alarms: ['outside'] },
      ...{ outside: { from: 70, to: 120, forMin: 1 } },
      ...{ givenMs: clock.nowMs(), untilMs: begun + 86_400_000_000 },
    },
    sleeper.seed,
  )
  const named = await fetch(`${facility.url}${path}/followers`, {
    ...{ method: 'POST', headers: { 'content-type': 'application/json' } },
    body: JSON.stringify({ naming: Buffer.from(encodeNaming(naming)).toString() }),
  })
  const ann = new Caller(facility.url, ((await named.json()) as { token: string }).token)
  const sounding = async () => (await ann.get(`/v1/follow/${folder.device}`)).sounding
  await until(async () => (await sounding()).length > 0, 'the alarm')
  expect(await sounding()).toMatchObject([{ alarm: 'outside', level: 'warn' }])

  isOver = true
  await run
  await uplink.close()
  await facility.close()
  rmSync(home, { recursive: true })
}, 60_000)
