import { webcrypto } from 'node:crypto'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import {
  type DeviceId,
  decodePartitionRecord,
  partitionOf,
  readDeviceId,
  sleeperKeyBytes,
} from '@nocturne/core/fleet'
import { isSignedBy } from '@nocturne/core/night'
import type { DeviceDeed, HeldDevice } from '../desk-run/holders.ts'
import { devicePage, deviceRow, LONGEST_PAGE } from '../desk-run/row-views.ts'
import { isOwnMachine } from '../operator/own-machine.ts'
import type { Centre } from './centre.ts'
import { ApiError, nothing, type Route, refused } from './route.ts'
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

/** Records of one export; a sleeper's ten years at two frames a minute fit. */
const MOST_EXPORTED = 20_000_000

const DEVICE = open({ device: deviceName, online: flag }, 'The newest of a device; no words.')
const ANY_DEVICE = { device: deviceName }

/** Devices: who comes in, what is known of them, and what may be done about one. */
export function deviceRoutes(centre: Centre): Route[] {
  return [...enrolmentRoutes(centre), ...viewRoutes(centre), ...deedRoutes(centre)]
}

function enrolmentRoutes(centre: Centre): Route[] {
  const { clock, pairing } = centre
  return [
    {
      ...{ method: 'GET', path: '/v1/about', name: 'about', deed: 'anyone' },
      summary: 'What a device needs to know before it comes',
      answer: object({
        ...{ mqttPort: whole(1, 65_535), grantKey: key32, wallMs: moment },
        ...{ version: { type: 'string' }, openEnrolment: flag },
      }),
      handle: async () => {
        const { mqttPort, grantKey, version, openEnrolment } = centre
        return { mqttPort, grantKey, wallMs: Date.now(), version, openEnrolment }
      },
    },
    {
      ...{ method: 'POST', path: '/v1/enrolments', name: 'enrol', deed: 'anyone', status: 201 },
      summary: 'A device comes with its key, and the code that an operator made for it',
      ...{ isRare: !centre.openEnrolment, answer: object({}) },
      body: object({
        ...{ device: deviceName, publicKey: key32 },
        ...{ 'sleeperKey?': key32, 'proof?': text(/^[0-9a-f]{128}$/) },
        'code?': text(/^[A-Za-z]{8}$/),
      }),
      handle: async ({ body, request }) => enrol(centre, body, isOwnMachine(request)),
    },
    {
      ...{ method: 'POST', path: '/v1/pairing-codes', name: 'makePairingCode', deed: 'enrol' },
      summary: 'A code of eight letters, good for one device within ten minutes',
      ...{ status: 201, body: object({}) },
      answer: object({ code: text(/^[A-Z]{8}$/), untilMs: moment }),
      handle: async ({ person }) => pairing.make(person!.name, clock.nowMs()),
    },
  ]
}

type Enrolment = {
  readonly device: string
  readonly publicKey: string
  readonly sleeperKey?: string
  /** The device's signature under a sleeper's key that comes after its enrolment. */
  readonly proof?: string
  readonly code?: string
}

async function enrol(centre: Centre, body: Enrolment, isOwn: boolean): Promise<object> {
  const { clock, pairing, holders, openEnrolment } = centre
  const { publicKey, sleeperKey, code } = body
  const device = deviceOfName(body.device)
  const known = await holders.known(device)
  if (known !== undefined) return enrolAgain(centre, device, known, body)
  const isOpen = openEnrolment && isOwn && code === undefined
  const isPaired = async () =>
    code !== undefined && (await pairing.spend(code, clock.nowMs())) !== undefined
  if (!isOpen && !(await isPaired())) {
    throw new ApiError(403, 'got no pairing code that is good, expected one', 'pairing-code')
  }
  const atMs = clock.nowMs()
  const by = isOpen ? 'open enrolment' : 'pairing code'
  await centre.audit({ atMs, who: by, did: 'enrol', about: device, outcome: 'done' })
  if (!(await holders.enrol(device, publicKey, sleeperKey))) throw refused('name-taken')
  return {}
}

/**
 * The same key again is the same device: it did not hear our answer, or its sleeper has a key only
 * now, which the device has to sign for. A sleeper's key is never replaced by another.
 */
async function enrolAgain(
  { clock, holders, audit }: Centre,
  device: DeviceId,
  known: HeldDevice,
  { publicKey, sleeperKey, proof = '' }: Enrolment,
): Promise<object> {
  if (known === 'revoked' || known.publicKey !== publicKey) throw refused('name-taken')
  if (sleeperKey === undefined || known.sleeperKey === sleeperKey) return {}
  if (known.sleeperKey !== undefined) throw refused('sleeper-key-taken')
  const said = sleeperKeyBytes(device, sleeperKey)
  if (!(await isSignedBy(webcrypto.subtle, said, proof, publicKey))) {
    throw new ApiError(403, "got a sleeper's key without the device's signature", 'sleeper-key')
  }
  const entry = { who: 'the device', did: 'enrol', about: `${device}, sleeper's key` } as const
  await audit({ atMs: clock.nowMs(), ...entry, outcome: 'done' })
  if (!(await holders.enrol(device, publicKey, sleeperKey))) throw refused('sleeper-key-taken')
  return {}
}

function viewRoutes({ store }: Centre): Route[] {
  return [
    {
      ...{ method: 'GET', path: '/v1/devices', name: 'devices', deed: 'look' },
      summary: 'Devices by name, a page at a time',
      query: {
        ...{ 'after?': text(/^[a-z0-9-]{0,48}$/), 'limit?': whole(1, LONGEST_PAGE) },
        ...{ 'online?': flag, 'mode?': oneOf('natural', 'guidance', 'control') },
        ...{ 'release?': whole(0, 65_535), 'district?': text(/^[a-z0-9-]{1,40}$/) },
        ...{ 'faulty?': flag, 'prefix?': text(/^[a-z0-9-]{1,48}$/) },
      },
      answer: object({ devices: list(DEVICE), 'next?': { type: 'string' } }),
      handle: async ({ query }) => {
        const { after = '', limit = '100', online, faulty, release, ...words } = query
        const filter = {
          ...words,
          ...(online !== undefined && { online: online === 'true' }),
          ...(faulty !== undefined && { faulty: faulty === 'true' }),
          ...(release !== undefined && { release: Number(release) }),
        }
        return devicePage(store, filter, after, Number(limit))
      },
    },
    {
      ...{ method: 'GET', path: '/v1/devices/{device}', name: 'device', deed: 'look' },
      ...{ summary: 'The newest of one device', params: ANY_DEVICE, answer: DEVICE },
      handle: async ({ params }) => {
        const row = await deviceRow(store, params.device!)
        if (row === undefined) throw nothing(params.device!)
        return row
      },
    },
  ]
}

function deedRoutes(centre: Centre): Route[] {
  return [
    {
      ...{ method: 'POST', path: '/v1/devices/{device}', name: 'orderDevice' },
      ...{ summary: 'Something is done about one device', params: ANY_DEVICE },
      deed: ({ do: what }: { readonly do: keyof typeof DEVICE_DEEDS }) => DEVICE_DEEDS[what],
      deeds: Object.values(DEVICE_DEEDS),
      body: either(
        object({ do: oneOf('staff', 'no-staff', 'revoke', 'restore', 'erase') }),
        object({ do: oneOf('unfollow'), follower: words(60) }),
      ),
      answer: object({}),
      handle: async ({ params, body }) => {
        const device = await knownDevice(centre, params.device!)
        await centre.holders.do(deedOf(device, body))
        return {}
      },
    },
    {
      ...{ method: 'GET', path: '/v1/devices/{device}/export', name: 'exportDevice' },
      summary: "All that is kept of one sleeper's device, as one document",
      ...{ deed: 'export', params: ANY_DEVICE },
      answer: object({
        ...{ device: deviceName, row: anything, records: list(anything), pieces: list(anything) },
      }),
      handle: async ({ params, reply }) => {
        const device = await knownDevice(centre, params.device!)
        reply.hijack()
        reply.raw.writeHead(200, { 'content-type': 'application/json' })
        // Whoever breaks off ends the reading too.
        await pipeline(Readable.from(exported(centre, device)), reply.raw).catch(() => undefined)
        return undefined
      },
    },
  ]
}

const DEVICE_DEEDS = {
  staff: 'begin-rollout',
  'no-staff': 'begin-rollout',
  revoke: 'revoke-device',
  restore: 'enrol',
  erase: 'erase',
  unfollow: 'acknowledge',
} as const

type DeviceOrder = { readonly do: keyof typeof DEVICE_DEEDS; readonly follower?: string }

function deedOf(device: DeviceId, { do: what, follower = '' }: DeviceOrder): DeviceDeed {
  switch (what) {
    case 'staff':
    case 'no-staff':
      return { kind: 'staff', device, isStaff: what === 'staff' }
    case 'revoke':
    case 'restore':
      return { kind: 'revoke', device, isRevoked: what === 'revoke' }
    case 'erase':
      return { kind: 'erased', device }
    case 'unfollow':
      return { kind: 'follow', device, input: { kind: 'unnamed', follower, atMs: 0 } }
  }
}

/**
 * All records of a device, as the log has them, frames as base64, and the pieces of its black box.
 */
async function* exported(centre: Centre, device: DeviceId): AsyncIterable<string> {
  const { log, store } = centre
  const row = (await deviceRow(store, device)) ?? null
  yield `{"device":${JSON.stringify(device)},"row":${JSON.stringify(row)},"records":[`
  let count = 0
  const partition = partitionOf(device)
  for await (const { entry } of log.read(new Map([[partition, await log.start(partition)]]))) {
    const read = decodePartitionRecord(entry)
    if (!read.ok || !('device' in read.value) || read.value.device !== device) continue
    if (count >= MOST_EXPORTED) break
    const record = read.value.kind === 'frames' ? readable(read.value) : read.value
    yield `${count++ === 0 ? '' : ','}\n${JSON.stringify(record)}`
  }
  yield '],"pieces":['
  let pieces = 0
  for await (const { incident, bytes } of centre.pieces.of(device)) {
    const piece = { incident, bytes: Buffer.from(bytes).toString('base64') }
    yield `${pieces++ === 0 ? '' : ','}\n${JSON.stringify(piece)}`
  }
  yield ']}\n'
}

function readable(record: { readonly bytes: Uint8Array }): object {
  return { ...record, bytes: Buffer.from(record.bytes).toString('base64') }
}

/** The name of a device that is or was enrolled. Throws 404. */
async function knownDevice({ holders }: Centre, text: string): Promise<DeviceId> {
  const device = deviceOfName(text)
  if ((await holders.known(device)) === undefined) throw nothing(device)
  return device
}

/** The name of a device. Throws 400. */
export function deviceOfName(text: string): DeviceId {
  const read = readDeviceId(text)
  if (!read.ok) throw new ApiError(400, `device: got "${text}", expected ${read.problem.expected}`)
  return read.value
}
