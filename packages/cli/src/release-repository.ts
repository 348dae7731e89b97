import { randomBytes, webcrypto } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type Document,
  documentBytes,
  type FilePin,
  keyIdOf,
  type ReleaseKey,
  type Role,
  type RoleName,
  readDocument,
  releaseKey,
  type SignedOf,
  SPEC_VERSION,
  withSignature,
} from '@nocturne/core/fleet'
import { describeProblem, sha256, wallClockText } from '@nocturne/core/math'
import { publicKeyOf } from '@nocturne/core/night'
import { UsageError } from './command.ts'
import { writeWholeFile } from './whole-file.ts'

const { subtle } = webcrypto

/** Whom the system lets read a private key: its owner. */
const PRIVATE = 0o600
const DAY_MS = 86_400_000

/** The keys of a repository: which role each serves, and whether it is kept off every network. */
const RELEASE_KEYS: Readonly<Record<string, { role: RoleName; place: string }>> = {
  'root-1': { role: 'root', place: 'offline' },
  'root-2': { role: 'root', place: 'offline' },
  'root-3': { role: 'root', place: 'offline' },
  targets: { role: 'targets', place: 'offline' },
  snapshot: { role: 'snapshot', place: 'online' },
  timestamp: { role: 'timestamp', place: 'online' },
  director: { role: 'director', place: 'online' },
}

/** Signatures that a root needs, of its three keys. */
const ROOT_THRESHOLD = 2

/** Makes the keys and the first root of a repository. Throws UsageError where there is one. */
export async function makeRepository(folder: string, nowMs: number, days: number): Promise<void> {
  if ((await bytesOf(join(folder, 'root.json'))) !== undefined) {
    throw new UsageError(`${folder}: got a repository, expected none: its keys are not made again`)
  }
  const keys: Record<string, ReleaseKey> = {}
  const keyids: Record<RoleName, string[]> = {
    ...{ root: [], targets: [], snapshot: [], timestamp: [], director: [] },
  }
  for (const [name, { role, place }] of Object.entries(RELEASE_KEYS)) {
    const seed = randomBytes(32).toString('hex')
    const key = releaseKey(await publicKeyOf(subtle, seed))
    keys[keyIdOf(key)] = key
    keyids[role].push(keyIdOf(key))
    const text = { kind: 'ed25519', role, seed, public: key.keyval.public }
    const file = join(folder, 'keys', place, `${name}.json`)
    await writeWholeFile(file, `${JSON.stringify(text, undefined, 2)}\n`, PRIVATE)
  }
  const role = (name: RoleName): Role => ({
    ...{ keyids: keyids[name], threshold: name === 'root' ? ROOT_THRESHOLD : 1 },
  })
  const root: Document<'root'> = {
    signed: {
      ...{ _type: 'root', ...common(1, nowMs, days), consistent_snapshot: false, keys },
      roles: {
        ...{ root: role('root'), targets: role('targets'), snapshot: role('snapshot') },
        ...{ timestamp: role('timestamp'), director: role('director') },
      },
    },
    signatures: [],
  }
  await writeDocument(folder, root, ['root-1', 'root-2', 'root-3'])
}

/** The fields that every document has. */
export function common(
  version: number,
  nowMs: number,
  days: number,
): { spec_version: string; version: number; expires: string } {
  const expires = `${wallClockText(Math.floor((nowMs + days * DAY_MS) / 1000))}Z`
  return { spec_version: SPEC_VERSION, version, expires }
}

/** Reads a document of a repository; undefined where there is none yet. */
export async function openDocument<R extends RoleName>(
  folder: string,
  role: R,
): Promise<Document<R> | undefined> {
  const path = join(folder, `${role}.json`)
  const bytes = await bytesOf(path)
  if (bytes === undefined) return undefined
  const read = readDocument(role, bytes)
  if (!read.ok) throw new UsageError(`${folder}: ${describeProblem(read.problem)}`)
  return read.value
}

/** The same for a document that must be there. */
export async function neededDocument<R extends RoleName>(
  folder: string,
  role: R,
): Promise<Document<R>> {
  const document = await openDocument(folder, role)
  if (document) return document
  throw new UsageError(`${folder}: got no ${role}.json, expected a repository with one`)
}

/** Signs a document with keys of the repository and writes it whole. */
export async function writeDocument<R extends RoleName>(
  folder: string,
  document: { readonly signed: SignedOf[R] },
  names: readonly string[],
): Promise<Document<R>> {
  let signed: Document<R> = { signed: document.signed, signatures: [] }
  for (const name of names) signed = await withSignature(subtle, signed, await seedOf(folder, name))
  await writeWholeFile(join(folder, `${signed.signed._type}.json`), documentBytes(signed))
  return signed
}

/** What pins a document's or a file's bytes. */
export function pinOf(bytes: Uint8Array): FilePin {
  return { length: bytes.length, hashes: { sha256: sha256(bytes) } }
}

/** The bytes of a file of the repository; undefined where there is none. */
export async function bytesOf(path: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    return Uint8Array.from(await readFile(path))
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return undefined
    throw new UsageError(`${path}: got ${message}, expected a file`)
  }
}

/** Whether the offline keys lie in the repository's own folder, where they should not stay. */
export async function hasOfflineKeys(folder: string): Promise<boolean> {
  const names = await readdir(join(folder, 'keys', 'offline')).catch(() => [])
  return names.length > 0
}

async function seedOf(folder: string, name: string): Promise<string> {
  const known = Object.hasOwn(RELEASE_KEYS, name) ? RELEASE_KEYS[name] : undefined
  if (!known) {
    const expected = `one of ${Object.keys(RELEASE_KEYS).join(' ')}`
    throw new UsageError(`key: got "${name}", expected ${expected}`)
  }
  const path = join(folder, 'keys', known.place, `${name}.json`)
  const bytes = await bytesOf(path)
  if (bytes === undefined) throw new UsageError(`${path}: got no file, expected the private key`)
  try {
    const { seed } = JSON.parse(new TextDecoder().decode(bytes)) as { seed: unknown }
    if (typeof seed === 'string' && /^[0-9a-f]{64}$/.test(seed)) return seed
  } catch {
    // Said below, in words that do not show the file.
  }
  throw new UsageError(`${path}: got a damaged file, expected a private key`)
}
