import { webcrypto } from 'node:crypto'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MadeUpDevice, until } from '#test/made-up-device.ts'
import { hasNats, NATS_MISSING, type NatsServers, startNats } from '#test/nats-servers.ts'
import { hasPostgres, POSTGRES_MISSING, type Postgres, startPostgres } from '#test/postgres.ts'
import { Caller, openTestFacility } from '#test/test-facility.ts'
import {
  type DeviceId,
  encodeNaming,
  type Naming,
  partitionOf,
  pieceMessages,
  signNaming,
  signPieceConsent,
} from '../../../core/src/fleet/index.ts'
import { type DeviceKey, newDeviceKey } from '../../../edge/src/uplink/index.ts'
import type { Facility } from '../facility/facility-options.ts'
import { openPostgresStore } from '../store/postgres-store.ts'

const isHere = hasNats && hasPostgres
const missing = hasNats ? POSTGRES_MISSING : NATS_MISSING
const { subtle } = webcrypto

describe.skipIf(!isHere)(
  `what is done about a device, on two machines${isHere ? '' : `, ${missing}`}`,
  () => {
    let bus: NatsServers
    let store: Postgres
    let url: string
    /** The one with the desk, and the other. */
    let desk: Facility
    let other: Facility
    let admin: { desk: Caller; other: Caller }
    const folder = mkdtempSync(join(tmpdir(), 'nocturne-deeds-'))
    const beds: MadeUpDevice[] = []
    let sleeper: DeviceKey

    beforeAll(async () => {
      ;[bus, store] = await Promise.all([startNats(), startPostgres()])
      url = store.database()
      sleeper = await newDeviceKey()
      const open = (node: string): Promise<Facility> =>
        openTestFacility(join(folder, node), {
          cluster: { bus: bus.bus, node, inner: { host: '127.0.0.1', port: 0 } },
          openStore: () => openPostgresStore(url),
        })
      const a = await open('a')
      await until(() => a.centre.run.held.length === 256, 'all held')
      mkdirSync(join(folder, 'b'))
      copyFileSync(join(folder, 'a', 'grant-key'), join(folder, 'b', 'grant-key'))
      const b = await open('b')
      const held = (): number => a.centre.run.held.length + b.centre.run.held.length
      await until(() => b.centre.run.held.length > 100 && held() === 256, 'shared out')
      await until(() => (a.centre.run.desk ?? b.centre.run.desk) !== undefined, 'a desk')
      ;[desk, other] = a.centre.run.desk === undefined ? [b, a] : [a, b]
      const { token } = await Caller.admin(a)
      admin = { desk: new Caller(desk.url, token), other: new Caller(other.url, token) }
    }, 60_000)
    afterAll(async () => {
      for (const { link } of beds) link.close()
      await Promise.all([desk?.close(), other?.close()])
      await Promise.all([bus?.stop(), store?.stop()])
      rmSync(folder, { recursive: true, force: true })
    })

    /** A name that falls to a machine. */
    function nameAt({ centre }: Facility, prefix: string): DeviceId {
      for (let k = 0; ; k++) {
        const name = `${prefix}-${k}` as DeviceId
        if (centre.run.holds(partitionOf(name))) return name
      }
    }

    /** A device that is held by one machine, enrolled through the other. */
    async function living(at: Facility, prefix: string): Promise<MadeUpDevice> {
      const through = at === desk ? other : desk
      const bed = await MadeUpDevice.at(through.url, nameAt(at, prefix), {
        ...{ sleeperKey: sleeper.publicKey, mqttPort: at.mqttPort },
      })
      beds.push(bed)
      await until(() => bed.link.session.isLive, `${bed.name} is live`)
      bed.frame()
      return bed
    }

    const follower = async (device: string, changes: Partial<Naming> = {}): Promise<string> => {
      const draft = {
        ...{ device, follower: 'Ann', alarms: ['safety'] as const },
        ...{ outside: { from: 40, to: 120, forMin: 10 } },
        ...{ givenMs: Date.now(), untilMs: Date.now() + 86_400_000, ...changes },
      }
      return Buffer.from(encodeNaming(await signNaming(subtle, draft, sleeper.seed))).toString()
    }

    it('is refused to whoever comes under a name that is taken, through either machine (F95)', async () => {
      const bed = await living(other, 'bed-name')
      for (const { url } of [desk, other]) {
        const { publicKey } = await newDeviceKey()
        const stranger = new Caller(url, 'none')
        const refused = await stranger.post('/v1/enrolments', { device: bed.name, publicKey })
        expect([refused.status, refused.value.refused]).toEqual([409, 'name-taken'])
        const again = { device: bed.name, publicKey: bed.key.publicKey }
        expect((await stranger.post('/v1/enrolments', again)).status).toBe(201)
      }
    })

    it('is done by the machine that holds it, whichever is asked: staff, revoke, restore, export (F95)', async () => {
      for (const [at, through] of [
        [other, admin.desk],
        [desk, admin.other],
      ] as const) {
        const { name, link } = await living(at, 'bed-deed')
        const path = `/v1/devices/${name}`
        expect((await through.post(path, { do: 'staff' })).status).toBe(200)
        await until(async () => (await through.call('GET', path)).value.staff === true, 'staff')
        expect((await through.post(path, { do: 'revoke' })).status).toBe(200)
        expect(at.centre.run.isRevoked(name as DeviceId)).toBe(true)
        await until(() => !link.session.isLive, 'it is dropped')
        expect((await through.post(path, { do: 'restore' })).status).toBe(200)
        await until(() => link.session.isLive, 'it is back')
        const whole = await through.get(`${path}/export`)
        expect(whole.records.map(({ kind }: { kind: string }) => kind)).toContain('revoke')
        expect((await through.post('/v1/devices/nobody-at-all', { do: 'revoke' })).status).toBe(404)
      }
    })

    it('is told to followers by either machine, and ends by either for good (F83, F95)', async () => {
      const bed = await living(other, 'bed-follow')
      const post = (url: string, naming: string) =>
        new Caller(url, 'none').post(`/v1/devices/${bed.name}/followers`, { naming })
      const naming = await follower(bed.name)
      const { status, value } = await post(desk.url, naming)
      expect(status).toBe(201)
      const path = `/v1/follow/${bed.name}`
      for (const { url } of [desk, other]) {
        expect(await new Caller(url, value.token).get(path)).toMatchObject({ follower: 'Ann' })
        expect((await new Caller(url, admin.desk.token).call('GET', path)).status).toBe(403)
      }
      // Listens at the machine that does not hold it.
      const abort = new AbortController()
      const events = await fetch(`${desk.url}${path}/events`, {
        ...{ headers: { authorization: `Bearer ${value.token}` }, signal: abort.signal },
      })
      let heard = ''
      const read = async (): Promise<void> => {
        for await (const piece of events.body!) heard += Buffer.from(piece).toString()
      }
      read().catch(() => undefined)
      const stop = { kind: 'stop', atS: bed.link.nowS(), by: 'sleeper' } as const
      bed.link.say({ kind: 'event', event: stop })
      await until(() => heard.includes('event: alarm'), 'the alarm is heard')
      abort.abort()
      const unfollow = { do: 'unfollow', follower: 'Ann' }
      expect((await admin.desk.post(`/v1/devices/${bed.name}`, unfollow)).status).toBe(200)
      for (const { url } of [desk, other]) {
        expect((await post(url, naming)).status).toBe(403)
        expect((await new Caller(url, value.token).call('GET', path)).status).toBe(403)
      }
      const anew = await post(desk.url, await follower(bed.name, { givenMs: Date.now() + 1 }))
      expect(anew.status).toBe(201)
      const leave = await new Caller(desk.url, anew.value.token).post(path, { do: 'leave' })
      expect(leave.status).toBe(200)
      expect(other.centre.run.follow(bed.name as DeviceId)?.followers).toEqual([])
    })

    it('gives a piece of its black box to the incident, which is worked elsewhere; erasing takes all of it, on both (F81, F94, F95)', async () => {
      const bed = await living(other, 'bed-piece')
      const device = bed.name as DeviceId
      expect((await admin.other.post('/v1/incidents', { metric: 'odd' })).status).toBe(201)
      const { incidents } = await admin.other.get('/v1/incidents')
      const incident = incidents.at(-1).id as string
      const ask = { do: 'ask-piece', device, fromMs: 1000, toMs: 61_000 }
      expect((await admin.other.post(`/v1/incidents/${incident}`, ask)).status).toBe(200)
      await until(() => bed.asks.length > 0, 'it is asked')
      const piece = Uint8Array.from({ length: 130_000 }, (_, k) => k % 249)
      const { fromMs, toMs } = bed.asks[0]!
      const span = { incident, device, fromMs, toMs }
      const parts = pieceMessages(await signPieceConsent(subtle, span, sleeper.seed), piece)
      for (const bytes of parts) bed.link.say({ kind: 'piece', bytes })
      const path = `/v1/incidents/${incident}`
      let digest = ''
      await until(async () => {
        digest = (await admin.desk.get(path)).pieces[0].digest ?? ''
        return digest !== ''
      }, 'it came')
      const got = (caller: Caller) =>
        fetch(`${caller.url}${path}/pieces/${digest}`, {
          headers: { authorization: `Bearer ${caller.token}` },
        })
      for (const caller of [admin.desk, admin.other]) {
        expect(Buffer.compare(Buffer.from(await (await got(caller)).arrayBuffer()), piece)).toBe(0)
      }
      const { pieces } = await admin.desk.get(`/v1/devices/${device}/export`)
      expect(pieces).toEqual([{ incident, bytes: Buffer.from(piece).toString('base64') }])
      const sealed = await desk.centre.keys.found(device)
      expect(sealed).toBeDefined()
      expect((await admin.desk.post(`/v1/devices/${device}`, { do: 'erase' })).status).toBe(200)
      expect(other.centre.run.device(device)).toBeUndefined()
      expect(other.centre.keys.of(device)).toBeUndefined()
      await until(() => desk.centre.keys.of(device) === undefined, 'the other forgot the key too')
      for (const caller of [admin.desk, admin.other]) {
        expect((await got(caller)).status).toBe(404)
        expect((await caller.call('GET', `/v1/devices/${device}`)).status).toBe(404)
        expect((await caller.post(`/v1/devices/${device}`, { do: 'erase' })).status).toBe(404)
      }
      for (const table of ['sealing_key', 'box_piece', 'box_part', 'device_row']) {
        const left = await desk.centre.store.all(`SELECT device FROM ${table} WHERE device = ?`, [
          device,
        ])
        expect([table, left]).toEqual([table, []])
      }
    })
  },
)
