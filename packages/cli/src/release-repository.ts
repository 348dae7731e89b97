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
  for (const [name, { role }] of Object.entries(RELEASE_KEYS)) {
    const { key, keep } = await newKey(folder, name)
    keys[keyIdOf(key)] = key
    keyids[role].push(keyIdOf(key))
    await keep()
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

/**
 * Puts new keys in the place of those that were lost or stolen, by a new root that two of the old
 * root keys sign; what the old ones sign from then on is nothing. At most one root key at a time.
 * A crash in the middle is mended by doing it again. Throws UsageError for names that are no keys.
 */
export async function replaceKeys(
  folder: string,
  names: readonly string[],
  nowMs: number,
  days: number,
): Promise<number> {
  const { signed: before } = await neededDocument(folder, 'root')
  const isRoot = (name: string): boolean => keyNamed(name).role === 'root'
  if (names.filter(isRoot).length > 1) {
    throw new UsageError(`--keys: got ${names.join(',')}, expected at most one root key`)
  }
  const made = new Map<string, Awaited<ReturnType<typeof newKey>>>()
  let [keys, roles] = [before.keys, before.roles]
  for (const name of names) {
    const { role } = keyNamed(name)
    const fresh = await newKey(folder, name)
    const old = await keptKeyId(folder, name, roles[role])
    const keyids = roles[role].keyids.map((id) => (id === old ? keyIdOf(fresh.key) : id))
    const { [old]: _, ...others } = keys
    keys = { ...others, [keyIdOf(fresh.key)]: fresh.key }
    roles = { ...roles, [role]: { ...roles[role], keyids } }
    made.set(name, fresh)
  }
  const version = before.version + 1
  const signed = { ...before, ...common(version, nowMs, days), keys, roles }
  const signers = Object.keys(RELEASE_KEYS).filter((name) => isRoot(name) && !made.has(name))
  await writeDocument<'root'>(folder, { signed }, signers.slice(0, ROOT_THRESHOLD))
  for (const { keep } of made.values()) await keep()
  return version
}

/** The id under which a root knows a key by its name; the file of a lost root key may be gone. */
async function keptKeyId(folder: string, name: string, { keyids }: Role): Promise<string> {
  if (keyids.length === 1) return keyids[0]!
  const others = Object.keys(RELEASE_KEYS).filter((other) => {
    return other !== name && keyNamed(other).role === keyNamed(name).role
  })
  const known = new Set<string>()
  for (const other of others) {
    const key = releaseKey(await publicKeyOf(subtle, await seedOf(folder, other)))
    known.add(keyIdOf(key))
  }
  return keyids.find((id) => !known.has(id))!
}

/** A key that nobody has yet, and how to keep it in its file. */
async function newKey(
  folder: string,
  name: string,
): Promise<{ readonly key: ReleaseKey; keep(): Promise<void> }> {
  const { role, place } = keyNamed(name)
  const seed = randomBytes(32).toString('hex')
  const key = releaseKey(await publicKeyOf(subtle, seed))
  const text = { kind: 'ed25519', role, seed, public: key.keyval.public }
  const file = join(folder, 'keys', place, `${name}.json`)
  const keep = (): Promise<void> =>
    writeWholeFile(file, `${JSON.stringify(text, undefined, 2)}\n`, PRIVATE)
  return { key, keep }
}

/** What a key of a name is. Throws UsageError for another name. */
function keyNamed(name: string): (typeof RELEASE_KEYS)[string] {
  const known = Object.hasOwn(RELEASE_KEYS, name) ? RELEASE_KEYS[name] : undefined
  if (known) return known
  const expected = `one of ${Object.keys(RELEASE_KEYS).join(' ')}`
  throw new UsageError(`key: got "${name}", expected ${expected}`)
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

/**
 * Signs a document with keys of the repository and writes it whole. A root is also there by its
 * number, before it is the newest: devices follow the chain from the one that they believe.
 */
export async function writeDocument<R extends RoleName>(
  folder: string,
  document: { readonly signed: SignedOf[R] },
  names: readonly string[],
): Promise<Document<R>> {
  let signed: Document<R> = { signed: document.signed, signatures: [] }
  for (const name of names) signed = await withSignature(subtle, signed, await seedOf(folder, name))
  const { _type: role, version } = signed.signed
  const bytes = documentBytes(signed)
  if (role === 'root') await writeWholeFile(join(folder, `${version}.root.json`), bytes)
  await writeWholeFile(join(folder, `${role}.json`), bytes)
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
  const path = join(folder, 'keys', keyNamed(name).place, `${name}.json`)
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
