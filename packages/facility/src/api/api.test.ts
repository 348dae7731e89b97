import { webcrypto } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Validator } from '@seriousme/openapi-schema-validator'
import { OpenAPIClientAxios } from 'openapi-client-axios'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Authenticator } from '#test/authenticator.ts'
import { MadeUpDevice, until } from '#test/made-up-device.ts'
import { Caller, openTestFacility } from '#test/test-facility.ts'
import {
  type DeviceId,
  decodePartitionRecord,
  encodeNaming,
  partitionOf,
  signNaming,
} from '../../../core/src/fleet/index.ts'
import { newDeviceKey } from '../../../edge/src/uplink/index.ts'
import type { Facility } from '../facility/index.ts'

let folder = ''
let facility: Facility
let as: Caller
const devices: MadeUpDevice[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nocturne-api-'))
  facility = await openTestFacility(folder)
  as = await Caller.admin(facility)
})

afterAll(async () => {
  for (const { link } of devices) await link.close()
  await facility.close()
  await rm(folder, { recursive: true, force: true })
})

async function living(name: string, options = {}): Promise<MadeUpDevice> {
  const device = await MadeUpDevice.at(facility.url, name, options)
  devices.push(device)
  await until(() => device.link.session.isLive, `${name} lives`)
  return device
}

async function signedIn(body: object): Promise<{ cookie: string; csrf: string; status: number }> {
  const answer = await fetch(`${facility.url}/v1/sign-ins`, {
    ...{ method: 'POST', headers: { 'content-type': 'application/json' } },
    body: JSON.stringify(body),
  })
  const cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? ''
  const { csrf = '' } = (await answer.json()) as { csrf?: string }
  return { cookie, csrf, status: answer.status }
}

function posted(path: string, body: unknown, headers: Record<string, string>): Promise<Response> {
  return fetch(facility.url + path, {
    ...{ method: 'POST', body: JSON.stringify(body) },
    headers: { 'content-type': 'application/json', ...headers },
  })
}

describe('the document of the interface', () => {
  it('is OpenAPI 3.1, by a validator of others, and has every path once', async () => {
    const document = await (await fetch(`${facility.url}/v1/openapi.json`)).json()
    const found = await new Validator().validate(document)
    expect(found.errors ?? []).toEqual([])
    expect(found.valid).toBe(true)
    expect(Object.keys(document.paths).length).toBeGreaterThan(30)
  })

  it('makes a client, by a library of others, that asks and orders', async () => {
    const document = await (await fetch(`${facility.url}/v1/openapi.json`)).json()
    const api = new OpenAPIClientAxios({
      definition: { ...document, servers: [{ url: facility.url }] },
      axiosConfigDefaults: { headers: { authorization: `Bearer ${as.token}` } },
    })
    // biome-ignore lint/suspicious/noExplicitAny: its methods are named by the document.
    const client = (await api.init()) as any
    expect((await client.about()).data.grantKey).toMatch(/^[0-9a-f]{64}$/)
    const code = await client.makePairingCode(null, {})
    expect(code.data.code).toMatch(/^[A-Z]{8}$/)
    expect((await client.devices({ limit: 5, online: true })).data.devices).toBeInstanceOf(Array)
    await expect(client.device({ device: 'bed-nobody' })).rejects.toThrow('404')
    const plan = { id: 'spring', release: 2, baseline: 1, seed: 'a' }
    expect((await client.openRollout(null, plan)).data.status).toBe('rehearsing')
    expect((await client.rollouts()).data.rollouts.length).toBe(1)
    await expect(
      client.orderRollout({ rollout: 'spring' }, { do: 'approve' }),
    ).rejects.toMatchObject({ response: { status: 409, data: { refused: 'no-person-asked' } } })
    expect((await client.orderRollout({ rollout: 'spring' }, { do: 'stop' })).data.status).toBe(
      'stopped',
    )
  })
})

describe('who may call', () => {
  it('is somebody with a role for it; every deed is in the audit, refused ones too (F86, F88)', async () => {
    expect((await fetch(`${facility.url}/v1/fleet`)).status).toBe(401)
    const noone = new Caller(facility.url, 'nocturne-0123456789012345678901234567890123456789012')
    expect((await noone.call('GET', '/v1/fleet')).status).toBe(401)
    const viewer = await as.second('watcher', 'viewer')
    expect((await viewer.call('GET', '/v1/fleet')).status).toBe(200)
    const pulled = await viewer.post('/v1/failsafe', { do: 'pull', why: 'x' })
    expect([pulled.status, pulled.value.message]).toEqual([
      403,
      'got watcher as viewer, expected operator to pull-failsafe',
    ])
    const { lines } = await as.get('/v1/audit?limit=3')
    expect(lines.at(-1)).toMatchObject({
      ...{ who: 'watcher', did: 'pull-failsafe', about: 'orderFailsafe', outcome: 'refused' },
    })
    await as.post('/v1/tokens', {})
    const { lines: later } = await as.get('/v1/audit')
    const named = { did: 'name-operator', about: 'nameOperator', outcome: 'done' }
    expect(later).toContainEqual(expect.objectContaining(named))
    expect(later.at(-1)).toMatchObject({ did: 'look', about: 'makeToken', outcome: 'done' })
  })

  it('signs in by passkey, and changes nothing without the word of its page (F89)', async () => {
    const phone = new Authenticator('phone')
    const bearer = { authorization: `Bearer ${as.token}` }
    const invited = await (await posted('/v1/passkeys/challenge', {}, bearer)).json()
    const made = phone.make(invited.challenge, facility.url, 'localhost')
    expect((await posted('/v1/passkeys', { passkey: made }, bearer)).status).toBe(201)
    const { challenge } = await (await posted('/v1/sign-ins/challenge', {}, {})).json()
    const { cookie, csrf } = await signedIn({
      passkey: phone.answer(challenge, facility.url, 'localhost'),
    })
    const me = await fetch(`${facility.url}/v1/me`, { headers: { cookie } })
    expect(await me.json()).toEqual({ name: 'admin', role: 'safety-officer', csrf })
    expect((await posted('/v1/pairing-codes', {}, { cookie })).status).toBe(403)
    const word = { cookie, 'x-nocturne-csrf': csrf }
    const stranger = { ...word, origin: 'https://elsewhere.example' }
    expect((await posted('/v1/pairing-codes', {}, stranger)).status).toBe(403)
    expect((await posted('/v1/pairing-codes', {}, word)).status).toBe(201)
    expect((await posted('/v1/sign-outs', {}, word)).status).toBe(200)
    expect((await posted('/v1/pairing-codes', {}, word)).status).toBe(401)
  })

  it('spends an invitation once, and gives none for somebody who has a key', async () => {
    expect((await signedIn({ code: facility.invitation })).status).toBe(201)
    expect((await signedIn({ code: facility.invitation })).status).toBe(403)
    const again = await as.post('/v1/operators/admin/invitation', {})
    expect(again).toMatchObject({ status: 409, value: { refused: 'has-a-key' } })
  })

  it('names an operator with two persons once there are two (F86, F87)', async () => {
    const mira = await as.second('mira')
    const asked = await as.post('/v1/operators', { name: 'kaya', role: 'operator' })
    expect(asked).toMatchObject({ status: 202, value: { waits: { by: 'admin' } } })
    const { id } = asked.value.waits
    const own = await as.post(`/v1/approvals/${id}`, {})
    expect(own).toMatchObject({ status: 409, value: { refused: 'SAME_PERSON' } })
    const agreed = await mira.post(`/v1/approvals/${id}`, {})
    expect(agreed).toMatchObject({ status: 200, value: { name: 'kaya', role: 'operator' } })
    expect((await as.get('/v1/operators')).operators).toContainEqual(agreed.value)
    expect((await mira.post(`/v1/approvals/${id}`, {})).status).toBe(409)
    const removed = await mira.post('/v1/operators/kaya', { do: 'remove' })
    expect(removed.status).toBe(200)
    await mira.post('/v1/operators/mira', { do: 'remove' })
    // Who removes the other is not alone for it: else one of two could be both (F87).
    const double = await as.post('/v1/operators', { name: 'kaya', role: 'safety-officer' })
    expect(double).toMatchObject({ status: 409, value: { refused: 'officer-removed-lately' } })
    const last = await as.post('/v1/operators/admin', { do: 'remove' })
    expect(last).toMatchObject({ status: 409, value: { refused: 'last-safety-officer' } })
  })
})

describe('a device', () => {
  it('comes with a code that is good once, and its name is its own', async () => {
    const { value } = await as.post('/v1/pairing-codes', {})
    const key = await newDeviceKey()
    const body = { device: 'bed-paired', publicKey: key.publicKey, code: value.code }
    expect((await posted('/v1/enrolments', body, {})).status).toBe(201)
    // Not heard the first time, said again.
    expect((await posted('/v1/enrolments', body, {})).status).toBe(201)
    const other = { ...body, device: 'bed-other' }
    expect((await posted('/v1/enrolments', other, {})).status).toBe(403)
    const thief = { device: 'bed-paired', publicKey: (await newDeviceKey()).publicKey }
    expect((await posted('/v1/enrolments', thief, {})).status).toBe(409)
  })

  it('is exported whole, revoked, and erased with its key: its name stays in the audit (F81, F82)', async () => {
    const bed = await living('bed-erased')
    for (let k = 0; k < 3; k++) bed.frame()
    const kindsOf = async (): Promise<string[]> => {
      const { records } = await as.get('/v1/devices/bed-erased/export')
      return records.map(({ kind }: { kind: string }) => kind)
    }
    await until(async () => (await kindsOf()).includes('frames'), 'frames are kept')
    const kinds = await kindsOf()
    expect(kinds.slice(0, 2)).toEqual(['enrolled', 'birth'])
    expect((await as.post('/v1/devices/bed-erased', { do: 'revoke' })).status).toBe(200)
    await until(() => !facility.centre.door.has('bed-erased' as never), 'it is out')
    expect((await as.post('/v1/devices/bed-erased', { do: 'restore' })).status).toBe(200)
    await until(() => facility.centre.door.has('bed-erased' as never), 'it is back')
    expect((await as.post('/v1/devices/bed-erased', { do: 'erase' })).status).toBe(200)
    await until(() => !facility.centre.door.has('bed-erased' as never), 'it is out again')
    await until(
      async () => (await as.call('GET', '/v1/devices/bed-erased')).status === 404,
      'no row',
    )
    expect(facility.centre.keys.of('bed-erased')).toBeUndefined()
    const partition = partitionOf('bed-erased' as DeviceId)
    const left: string[] = []
    for await (const { entry } of facility.centre.log.read(new Map([[partition, 0]]))) {
      const record = decodePartitionRecord(entry)
      if (record.ok && 'device' in record.value) left.push(record.value.kind)
    }
    // Of all that it said, the log can tell nothing but that it was erased.
    expect(new Set(left)).toEqual(new Set(['erased']))
    const { lines } = await as.get('/v1/audit')
    const about = lines.filter((line: { about: string }) => line.about.includes('bed-erased'))
    const deeds = about.map(({ did }: { did: string }) => did)
    expect(deeds.filter((did: string) => did !== 'export')).toEqual([
      ...['enrol', 'revoke-device', 'enrol', 'erase'],
    ])
    expect(deeds).toContain('export')
  })

  it('has followers whom its sleeper named by signature, who snooze and leave by their token', async () => {
    const sleeper = await newDeviceKey()
    await living('bed-followed', { sleeperKey: sleeper.publicKey })
    const draft = {
      ...{ device: 'bed-followed', follower: 'Ann', alarms: ['stale', 'safety'] as const },
      ...{ outside: { from: 40, to: 120, forMin: 10 } },
      ...{ givenMs: Date.now(), untilMs: Date.now() + 86_400_000 },
    }
    const naming = await signNaming(webcrypto.subtle, draft, sleeper.seed)
    const forged = await signNaming(webcrypto.subtle, draft, (await newDeviceKey()).seed)
    const path = '/v1/devices/bed-followed/followers'
    const text = (one: typeof naming): string => Buffer.from(encodeNaming(one)).toString()
    expect((await posted(path, { naming: text(forged) }, {})).status).toBe(403)
    const named = await posted(path, { naming: text(naming) }, {})
    expect(named.status).toBe(201)
    const ann = new Caller(facility.url, ((await named.json()) as { token: string }).token)
    expect(await ann.get('/v1/follow/bed-followed')).toMatchObject({
      ...{ follower: 'Ann', alarms: ['stale', 'safety'], sounding: [] },
    })
    expect((await ann.call('GET', '/v1/devices/bed-followed')).status).toBe(401)
    expect((await as.call('GET', '/v1/follow/bed-followed')).status).toBe(403)
    expect((await ann.post('/v1/follow/bed-followed', { do: 'leave' })).status).toBe(200)
    await until(
      async () => (await ann.call('GET', '/v1/follow/bed-followed')).status === 403,
      'left',
    )
  })
})

describe('what changes', () => {
  it('is told as it changes, goes on after what was heard last, or says reload', async () => {
    const heard = await watching({})
    const bed = await living('bed-watched')
    await until(() => heard.text.includes('"key":"bed-watched"'), 'the device is told')
    heard.end()
    const last = /id: (\d+)\nevent: device/.exec(heard.text)![1]!
    bed.frame()
    const later = await watching({ 'last-event-id': last })
    await until(() => later.text.includes('"stage":2'), 'what was missed is told')
    later.end()
    const old = await watching({ 'last-event-id': '5' })
    await until(() => old.text.includes('event: reload'), 'reload')
    old.end()
    const some = await watching({}, '?tables=fleet,incident')
    await until(() => some.text.includes('event: hello'), 'hello')
    some.end()
    const odd = await fetch(`${facility.url}/v1/events?tables=operator`, {
      headers: { authorization: `Bearer ${as.token}` },
    })
    expect(odd.status).toBe(400)
  })
})

async function watching(headers: Record<string, string>, query = '') {
  const abort = new AbortController()
  const answer = await fetch(`${facility.url}/v1/events${query}`, {
    headers: { authorization: `Bearer ${as.token}`, ...headers },
    signal: abort.signal,
  })
  const heard = { text: '', end: () => abort.abort() }
  const read = async (): Promise<void> => {
    for await (const piece of answer.body!) heard.text += Buffer.from(piece).toString()
  }
  read().catch(() => undefined)
  return heard
}

describe('signed releases', () => {
  it('are given by name, documents and files only, and never a key', async () => {
    const releases = join(folder, 'releases')
    await mkdir(join(releases, 'keys', 'offline'), { recursive: true })
    await mkdir(join(releases, 'files', 'golden'), { recursive: true })
    await writeFile(join(releases, 'timestamp.json'), '{}')
    await writeFile(join(releases, '1.root.json'), '{}')
    await writeFile(join(releases, 'files', 'golden', 'night.edf'), 'x')
    await writeFile(join(releases, 'keys', 'offline', 'root-1.json'), 'secret')
    await writeFile(join(releases, 'plan.json'), 'not for devices')
    const statusOf = async (path: string): Promise<number> =>
      (await fetch(`${facility.url}/v1/releases/${path}`)).status
    for (const path of ['timestamp.json', '1.root.json', 'files/golden/night.edf']) {
      expect([path, await statusOf(path)]).toEqual([path, 200])
    }
    for (const path of [
      ...['keys/offline/root-1.json', 'files/../keys/offline/root-1.json', 'plan.json', 'files'],
      ...['files/golden', '..%2Fgrant-key', 'files/..%2f..%2f..%2fgrant-key', 'snapshot.json'],
    ]) {
      expect([path, [400, 404].includes(await statusOf(path))]).toEqual([path, true])
    }
  })
})

it('lets nobody guess more than ten sign-ins a minute, and answers all else meanwhile (F89)', async () => {
  const statuses: number[] = []
  for (let k = 0; k < 14; k++) {
    statuses.push((await posted('/v1/sign-ins', { code: 'BCDFGHJK' }, {})).status)
  }
  expect(new Set(statuses)).toEqual(new Set([403, 429]))
  expect(statuses.filter((status) => status === 403).length).toBeLessThanOrEqual(10)
  expect((await as.call('GET', '/v1/fleet')).status).toBe(200)
})
