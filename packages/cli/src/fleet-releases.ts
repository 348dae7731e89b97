import { webcrypto } from 'node:crypto'
import { join } from 'node:path'
import {
  type Document,
  MOST_FILE_BYTES,
  nightDigest,
  type PartName,
  readDocument,
  startTrust,
  type Target,
  type UpdateBundle,
  verifyUpdate,
} from '@nocturne/core/fleet'
import { describeProblem, sha256 } from '@nocturne/core/math'
import { loadStarterStager, nightOf, type Release } from '@nocturne/core/night'
import { withBox } from './box-reading.ts'
import { type Arguments, type CommandOption, type Io, numberOption, UsageError } from './command.ts'
import { releaseFile } from './release-files.ts'
import {
  bytesOf,
  common,
  hasOfflineKeys,
  makeRepository,
  neededDocument,
  openDocument,
  pinOf,
  replaceKeys,
  writeDocument,
} from './release-repository.ts'
import { writeWholeFile } from './whole-file.ts'

const { subtle } = webcrypto
/** Days for which offline and online documents are in force unless others are named. */
const OFFLINE_DAYS = 365
const ONLINE_DAYS = 7

/** The options of `nocturne fleet releases`. */
export const FLEET_RELEASES_OPTIONS: Readonly<Record<string, CommandOption>> = {
  release: { type: 'string', value: 'FILE', help: 'sign: the parameters, as `replay` reads them' },
  program: { type: 'string', value: 'FILE', help: 'sign: the program that goes with them, if new' },
  failsafe: { type: 'string', value: 'FILE', help: 'sign: what lies beneath it; needs root keys' },
  number: { type: 'string', value: 'N', help: 'sign, verify: number of the release' },
  hardware: { type: 'string', value: 'A,B', help: 'sign: kinds of device; publish, verify: one' },
  code: { type: 'string', value: 'VERSION', help: 'sign, verify: version of the program' },
  golden: { type: 'string', value: 'BOX', help: 'sign: the night that devices try it on' },
  floor: { type: 'string', value: 'N', help: 'sign: nothing below it may be gone back to' },
  by: { type: 'string', value: 'KEYS', help: 'sign: keys, such as targets,root-1,root-2' },
  keys: { type: 'string', value: 'KEYS', help: 'rekey: those that were lost or stolen' },
  to: { type: 'string', value: 'N', help: 'publish: the release that these devices are to run' },
  devices: { type: 'string', value: 'A,B', help: 'publish: which devices; @FILE, one a line' },
  device: { type: 'string', value: 'ID', help: 'verify: as this device' },
  running: { type: 'string', value: 'N', help: 'verify: the release that it runs; 0' },
  days: { type: 'string', value: 'N', help: 'days in force; 365 offline, 7 online' },
}

/**
 * `nocturne fleet releases keygen|sign|publish|list|verify|rekey DIR`: signed releases as files. The
 * positionals are the verb and the folder. Exit 1 where a device would refuse.
 */
export async function runFleetReleases(args: Arguments, io: Io): Promise<number> {
  const [verb, folder, ...rest] = args.positionals
  if (folder !== undefined && rest.length === 0) {
    if (verb === 'keygen') return keygen(folder, args, io)
    if (verb === 'sign') return sign(folder, args, io)
    if (verb === 'publish') return publish(folder, args, io)
    if (verb === 'list') return list(folder, args, io)
    if (verb === 'verify') return verify(folder, args, io)
    if (verb === 'rekey') return rekey(folder, args, io)
  }
  const expected = 'releases keygen|sign|publish|list|verify|rekey DIR'
  throw new UsageError(`got "${args.positionals.join(' ')}", expected ${expected}`)
}

async function keygen(folder: string, args: Arguments, io: Io): Promise<number> {
  const days = numberOption(args, 'days', 1, 3650) ?? OFFLINE_DAYS
  await makeRepository(folder, Date.now(), days)
  const offline = join(folder, 'keys', 'offline')
  told(args, io, { folder, offline, online: join(folder, 'keys', 'online') }, [
    `root.json is signed by 3 keys, 2 are enough for the next one`,
    `move ${offline} to media that stay off every network`,
  ])
  return 0
}

/** New keys for lost ones; what the old ones signed is signed anew, or is nothing. */
async function rekey(folder: string, args: Arguments, io: Io): Promise<number> {
  const days = numberOption(args, 'days', 1, 3650) ?? OFFLINE_DAYS
  const names = words(args, 'keys')
  const root = await replaceKeys(folder, names, Date.now(), days)
  const lines = [
    `root ${root} has new keys for ${names.join(', ')}; devices follow it by themselves`,
  ]
  const targets = names.includes('targets') ? await openDocument(folder, 'targets') : undefined
  if (targets !== undefined) {
    const signed = { ...targets.signed, ...common(targets.signed.version + 1, Date.now(), days) }
    await writeDocument<'targets'>(folder, { signed }, ['targets'])
    lines.push('targets.json is signed anew: look through it first (list) if the key was stolen')
  }
  if (names.some((name) => !name.startsWith('root-'))) lines.push('publish now, with --to')
  told(args, io, { root, keys: names }, lines)
  return 0
}

async function sign(folder: string, args: Arguments, io: Io): Promise<number> {
  const before = await openDocument(folder, 'targets')
  await neededDocument(folder, 'root')
  const release = needed(numberOption(args, 'number', 1, 65_535), 'number', 'a release 1 to 65535')
  const path = needed(args.text('release'), 'release', 'the file of its parameters')
  const parameters = (await releaseFile(path)).release
  const custom = {
    ...{ release, hardware: words(args, 'hardware') },
    code: needed(args.text('code'), 'code', 'the version of the program'),
  }
  const files: [PartName, string][] = [['parameters', path]]
  for (const [part, option] of [
    ['code', 'program'],
    ['failsafe', 'failsafe'],
  ] as const) {
    const named = args.text(option)
    if (named !== undefined) files.push([part, named])
  }
  const { bytes: night, golden } = await goldenOf(args, parameters)
  await writeWholeFile(join(folder, 'files', 'golden', golden.night), night)
  const added: Record<string, Target> = {}
  for (const [part, file] of files) {
    const bytes = await bytesOf(file)
    if (bytes === undefined) throw new UsageError(`${file}: got no file, expected one`)
    const name = `${release}/${part}`
    const held = before && Object.hasOwn(before.signed.targets, name)
    if (held && before.signed.targets[name]!.hashes.sha256 !== sha256(bytes)) {
      throw new UsageError(`release ${release}: got other bytes, expected a new number for them`)
    }
    await writeWholeFile(join(folder, 'files', name), bytes)
    added[name] = { ...pinOf(bytes), custom: { ...custom, part, golden } }
  }
  const floor = numberOption(args, 'floor', 0, release) ?? before?.signed.floor ?? 0
  const days = numberOption(args, 'days', 1, 3650) ?? OFFLINE_DAYS
  const version = (before?.signed.version ?? 0) + 1
  const targets = { ...before?.signed.targets, ...added }
  const signed = { _type: 'targets', ...common(version, Date.now(), days), targets, floor } as const
  checkedLength(signed)
  await writeDocument<'targets'>(folder, { signed }, words(args, 'by', ['targets']))
  const parts = Object.keys(added)
  told(args, io, { release, version, parts, floor, golden }, [
    `release ${release} is signed: ${parts.join(', ')} (targets.json version ${version})`,
    `no device takes it before it is published`,
  ])
  return 0
}

async function publish(folder: string, args: Arguments, io: Io): Promise<number> {
  const days = numberOption(args, 'days', 1, 90) ?? ONLINE_DAYS
  const now = Date.now()
  const { signed: targets } = await neededDocument(folder, 'targets')
  const pin = async (role: 'targets' | 'snapshot', version: number) => ({
    ...{ ...pinOf((await bytesOf(join(folder, `${role}.json`)))!), version },
  })
  const next = async (role: 'snapshot' | 'timestamp' | 'director'): Promise<number> =>
    ((await openDocument(folder, role))?.signed.version ?? 0) + 1
  const to = numberOption(args, 'to', 0, 65_535)
  const devices = to === undefined ? [] : await devicesOf(args)
  const [hardware] = to === undefined ? [] : words(args, 'hardware')
  const parts = Object.entries(targets.targets).filter(
    ([, { custom }]) => custom.release === to && custom.hardware.includes(hardware!),
  )
  if (to !== undefined && to !== 0 && parts.length === 0) {
    throw new UsageError(`--to: got ${to}, expected a release that is signed for ${hardware}`)
  }
  const snapshot = await writeDocument<'snapshot'>(
    folder,
    {
      signed: {
        ...{ _type: 'snapshot', ...common(await next('snapshot'), now, days) },
        meta: { 'targets.json': await pin('targets', targets.version) },
      },
    },
    ['snapshot'],
  )
  const meta = { 'snapshot.json': await pin('snapshot', snapshot.signed.version) }
  const timestamp = { _type: 'timestamp', ...common(await next('timestamp'), now, days) } as const
  await writeDocument<'timestamp'>(folder, { signed: { ...timestamp, meta } }, ['timestamp'])
  if (to !== undefined) {
    const named = parts.map(([path, { length, hashes }]) => [path, { length, hashes }] as const)
    const signed = {
      ...({ _type: 'director', ...common(await next('director'), now, days) } as const),
      ...{ devices, release: to, targets: Object.fromEntries(named) },
    }
    await writeDocument<'director'>(folder, { signed }, ['director'])
  }
  const lines = [`published until ${timestamp.expires}: renew it before`]
  if (to !== undefined) lines.push(`release ${to} for ${someOf(devices)}`)
  told(args, io, { expires: timestamp.expires, ...(to !== undefined && { to, devices }) }, lines)
  return 0
}

/** Devices by name, or a file with one a line (`@FILE`), such as a ring is. */
async function devicesOf(args: Arguments): Promise<string[]> {
  const text = args.text('devices')
  if (!text?.startsWith('@')) return words(args, 'devices')
  const path = text.slice(1)
  const bytes = await bytesOf(path)
  if (bytes === undefined) throw new UsageError(`--devices: got no file ${path}, expected one`)
  const lines = new TextDecoder().decode(bytes).split('\n')
  const named = lines.map((line) => line.trim()).filter((line) => line !== '')
  const stray = named.find((name) => !WORD.test(name))
  if (stray === undefined && named.length > 0) return named
  throw new UsageError(`${path}: got "${stray ?? ''}", expected a device's name on each line`)
}

async function list(folder: string, args: Arguments, io: Io): Promise<number> {
  const targets = await neededDocument(folder, 'targets')
  const { floor, version, expires } = targets.signed
  const releases = new Map<number, string[]>()
  for (const [path, { length, custom }] of Object.entries(targets.signed.targets)) {
    const held = releases.get(custom.release) ?? []
    const made = custom.hardware.join(' ')
    held.push(`  ${path}: ${length} bytes, for ${made}, program ${custom.code}`)
    releases.set(custom.release, held)
  }
  const lines = [...releases].flatMap(([release, parts]) => [`release ${release}`, ...parts])
  lines.push(`targets.json version ${version}, in force until ${expires}, floor ${floor}`)
  if (await hasOfflineKeys(folder)) lines.push('the offline keys lie in this folder: move them')
  told(args, io, { ...targets.signed, offlineKeysHere: await hasOfflineKeys(folder) }, lines)
  return 0
}

/** Judges the repository as a device would that has only its root and knows the time. */
async function verify(folder: string, args: Arguments, io: Io): Promise<number> {
  const root = await neededDocument(folder, 'root')
  const running = numberOption(args, 'running', 0, 65_535) ?? 0
  const device = needed(args.text('device'), 'device', 'the name of a device')
  const [hardware] = words(args, 'hardware')
  const code = needed(args.text('code'), 'code', 'the version of its program')
  const trust = { ...startTrust({ device, hardware: hardware!, code }, root), running }
  const bundle = await bundleOf(folder, running)
  const result = await verifyUpdate(subtle, trust, bundle, Date.now())
  if (result.ok) {
    const { release, isSetBack } = result.value
    const lines = [`${device} takes release ${release}${isSetBack ? ': set back' : ''}`]
    told(args, io, { taken: true, release, isSetBack }, lines)
    return 0
  }
  told(args, io, { taken: false, problem: result.problem }, [describeProblem(result.problem)])
  return 1
}

async function bundleOf(folder: string, running: number): Promise<UpdateBundle> {
  const document = async (role: 'timestamp' | 'snapshot' | 'targets' | 'director') => {
    const bytes = await bytesOf(join(folder, `${role}.json`))
    if (bytes) return bytes
    throw new UsageError(`${folder}: got no ${role}.json, expected one that is published`)
  }
  const director = await document('director')
  const order: Document<'director'> | undefined = opened(director)
  const files = new Map<string, Uint8Array>()
  const isSetBack = order !== undefined && order.signed.release < running
  for (const path of Object.keys(isSetBack ? {} : (order?.signed.targets ?? {}))) {
    const bytes = await bytesOf(join(folder, 'files', path))
    if (bytes) files.set(path, bytes)
  }
  return {
    ...{ roots: [], timestamp: await document('timestamp'), snapshot: await document('snapshot') },
    ...{ targets: await document('targets'), director, files },
  }
}

function opened(bytes: Uint8Array): Document<'director'> | undefined {
  const read = readDocument('director', bytes)
  return read.ok ? read.value : undefined
}

/** The night that devices try a release on, and what comes of it under this one. */
async function goldenOf(
  args: Arguments,
  release: Release,
): Promise<{ bytes: Uint8Array; golden: { night: string; digest: string } }> {
  const path = needed(args.text('golden'), 'golden', 'a recorded night that devices try it on')
  return withBox(path, async ({ sources }) => {
    const [source, ...others] = sources
    if (source === undefined || others.length > 0) {
      throw new UsageError(`${path}: got ${sources.length} files, expected a night of one`)
    }
    const bytes = await source.read(0, source.size)
    const loop = nightOf({ stager: await loadStarterStager() })
    const digest = await nightDigest(sources, { loop, release })
    if (!digest.ok) throw new UsageError(describeProblem(digest.problem))
    return { bytes, golden: { night: sha256(bytes), digest: digest.value } }
  })
}

function checkedLength({ targets }: { readonly targets: Readonly<Record<string, Target>> }): void {
  const long = Object.entries(targets).find(([, { length }]) => length > MOST_FILE_BYTES)
  if (long) {
    throw new UsageError(`${long[0]}: got ${long[1].length} bytes, expected ${MOST_FILE_BYTES}`)
  }
}

/** Names for a person: all of a few. */
function someOf(names: readonly string[]): string {
  return names.length > 10 ? `${names.length} devices` : names.join(', ')
}

const WORD = /^[A-Za-z0-9][A-Za-z0-9.+-]{0,59}$/

function words(args: Arguments, option: string, otherwise?: readonly string[]): string[] {
  const text = args.text(option) ?? otherwise?.join(',')
  const named = text?.split(',').map((word) => word.trim())
  if (named?.every((word) => WORD.test(word))) return named
  throw new UsageError(`--${option}: got ${text ?? 'nothing'}, expected words with commas`)
}

function needed<T>(value: T | undefined, option: string, expected: string): T {
  if (value !== undefined) return value
  throw new UsageError(`--${option}: got nothing, expected ${expected}`)
}

function told(args: Arguments, io: Io, document: object, lines: readonly string[]): void {
  io.out(args.flag('json') ? `${JSON.stringify(document)}\n` : `${lines.join('\n')}\n`)
}
