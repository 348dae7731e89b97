import { webcrypto } from 'node:crypto'
import type { UpdateBundle } from '../packages/core/src/fleet/release/bundle.ts'
import {
  asciiBytes,
  documentBytes,
  keyIdOf,
  releaseKey,
  SPEC_VERSION,
  withSignature,
} from '../packages/core/src/fleet/release/document.ts'
import type {
  Document,
  FilePin,
  ReleaseKey,
  Role,
  RoleName,
  RootSigned,
  SignedOf,
  Target,
} from '../packages/core/src/fleet/release/metadata.ts'
import { type DeviceTrust, startTrust } from '../packages/core/src/fleet/release/trust.ts'
import { sha256 } from '../packages/core/src/math/sha256.ts'
import { publicKeyOf } from '../packages/core/src/night/consent/ed25519.ts'

const { subtle } = webcrypto

/** The moment at which everything is tried. */
export const NOW_MS: number = Date.UTC(2026, 10, 27)
const LATER = '2027-06-01T00:00:00Z'
const SOON = '2026-12-04T00:00:00Z'

/** Private keys, each a digit repeated: for tests only. */
export const SEEDS: Readonly<Record<string, string>> = Object.fromEntries(
  ['root-1', 'root-2', 'root-3', 'targets', 'snapshot', 'timestamp', 'director', 'thief'].map(
    (name, k) => [name, (k + 1).toString(16).repeat(64)],
  ),
)

/** Everything that goes into a bundle; a test changes what it wants and has it signed again. */
export type Plot = {
  signedBy: Record<RoleName, string[]>
  targets: Record<string, Target>
  floor: number
  versions: Record<RoleName, number>
  expires: Record<RoleName, string>
  devices: string[]
  release: number
  /** Files that the director names; all of the release when left out. */
  directed?: Record<string, FilePin>
  files: Map<string, Uint8Array>
  /** What is put in place of bytes that were made. */
  swapped: Partial<Record<'timestamp' | 'snapshot' | 'targets' | 'director', Uint8Array>>
  roots: Document<'root'>[]
}

/** A file of a release with what is signed of it. */
export function fileOf(
  text: string,
  release: number,
  part: Target['custom']['part'] = 'parameters',
  hardware: readonly string[] = ['box-1'],
): { bytes: Uint8Array; target: Target } {
  const bytes = asciiBytes(text)
  const pin = { length: bytes.length, hashes: { sha256: sha256(bytes) } }
  const golden = { night: sha256(asciiBytes('night')), digest: sha256(asciiBytes(text)) }
  return { bytes, target: { ...pin, custom: { release, part, hardware, code: '0.1.0', golden } } }
}

/** A plot that a device takes: release 2 of two parts for it, release 1 and another hardware's. */
export function goodPlot(): Plot {
  const parts = {
    '1/parameters.json': fileOf('one', 1),
    '2/parameters.json': fileOf('two', 2),
    '2/code.js': fileOf('program', 2, 'code'),
    '2/watch.json': fileOf('watch', 2, 'parameters', ['watch-1']),
  }
  const own = ['2/parameters.json', '2/code.js'] as const
  return {
    signedBy: {
      ...{ root: ['root-1', 'root-2'], targets: ['targets'], snapshot: ['snapshot'] },
      ...{ timestamp: ['timestamp'], director: ['director'] },
    },
    targets: Object.fromEntries(Object.entries(parts).map(([path, { target }]) => [path, target])),
    floor: 0,
    versions: { root: 1, targets: 7, snapshot: 7, timestamp: 30, director: 5 },
    expires: { root: LATER, targets: LATER, snapshot: SOON, timestamp: SOON, director: SOON },
    ...{ devices: ['bed-1', 'bed-2'], release: 2, swapped: {}, roots: [] },
    files: new Map(own.map((path) => [path, parts[path].bytes])),
  }
}

/** A root with these keys for its roles. */
export async function rootSigned(
  version = 1,
  names: Partial<Record<RoleName, readonly string[]>> = {},
  needs: Partial<Record<RoleName, number>> = { root: 2 },
): Promise<RootSigned> {
  const keys: Record<string, ReleaseKey> = {}
  const role = async (held: readonly string[], needed = 1): Promise<Role> => {
    const keyids: string[] = []
    for (const name of held) {
      const key = releaseKey(await publicKeyOf(subtle, SEEDS[name]!))
      keyids.push(keyIdOf(key))
      keys[keyIdOf(key)] = key
    }
    return { keyids, threshold: needed }
  }
  const roles = {
    root: await role(names.root ?? ['root-1', 'root-2', 'root-3'], needs.root),
    targets: await role(names.targets ?? ['targets'], needs.targets),
    snapshot: await role(names.snapshot ?? ['snapshot']),
    timestamp: await role(names.timestamp ?? ['timestamp']),
    director: await role(names.director ?? ['director']),
  }
  const common = { spec_version: SPEC_VERSION, version, expires: LATER }
  return { _type: 'root', ...common, consistent_snapshot: false, keys, roles }
}

/** A document with the signatures of these keys. */
export async function signedWith<R extends RoleName>(
  signed: SignedOf[R],
  names: readonly string[],
): Promise<Document<R>> {
  let document: Document<R> = { signed, signatures: [] }
  for (const name of names) document = await withSignature(subtle, document, SEEDS[name]!)
  return document
}

/** A device that is as shipped but for what is given. */
export async function deviceTrust(change: Partial<DeviceTrust> = {}): Promise<DeviceTrust> {
  const root = await signedWith<'root'>(await rootSigned(), ['root-1', 'root-2', 'root-3'])
  const trust = startTrust({ device: 'bed-1', hardware: 'box-1', code: '0.1.0' }, root)
  return { ...trust, running: 1, other: 0, ...change }
}

/** The bundle of a plot, every document signed as the plot says. */
export async function bundleOf(plot: Plot): Promise<UpdateBundle> {
  const { versions, expires, signedBy, swapped } = plot
  const common = (role: RoleName) => ({
    ...{ spec_version: SPEC_VERSION, version: versions[role], expires: expires[role] },
  })
  const made = async <R extends RoleName>(role: R, signed: SignedOf[R]): Promise<Uint8Array> =>
    documentBytes(await signedWith<R>(signed, signedBy[role]))
  const pinned = (bytes: Uint8Array, version: number) => ({
    ...{ version, length: bytes.length, hashes: { sha256: sha256(bytes) } },
  })
  const targets = await made('targets', {
    ...{ _type: 'targets', ...common('targets'), targets: plot.targets, floor: plot.floor },
  })
  const snapshot = await made('snapshot', {
    ...{ _type: 'snapshot', ...common('snapshot') },
    meta: { 'targets.json': pinned(targets, versions.targets) },
  })
  const timestamp = await made('timestamp', {
    ...{ _type: 'timestamp', ...common('timestamp') },
    meta: { 'snapshot.json': pinned(snapshot, versions.snapshot) },
  })
  const own = Object.entries(plot.targets).filter(([, { custom }]) => {
    return custom.release === plot.release && custom.hardware.includes('box-1')
  })
  const pins = own.map(([path, { length, hashes }]) => [path, { length, hashes }] as const)
  const director = await made('director', {
    ...{ _type: 'director', ...common('director'), devices: plot.devices, release: plot.release },
    targets: plot.directed ?? Object.fromEntries(pins),
  })
  const roots = plot.roots.map(documentBytes)
  return { roots, timestamp, snapshot, targets, director, ...swapped, files: plot.files }
}
