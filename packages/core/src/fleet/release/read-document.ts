import { fail, ok, type Result } from '../../math/result.ts'
import { wallClockS } from '../../math/wall-clock.ts'
import { type Document, MOST_BYTES, MOST_FILE_BYTES, type RoleName } from './metadata.ts'

/** Why a document was not read. */
export type DocumentCode = 'UPDATE_ENDLESS' | 'UPDATE_SHAPE'

/** Signatures of one document. */
const MOST_SIGNATURES = 16
/** Files of all releases, keys, devices of a director's document. */
const MOST_ENTRIES = 4096

/** Highest version of a document, 2^31. */
const HIGHEST_VERSION = 2_147_483_648

const HEX = /^[0-9a-f]{64}$/
const SIGNATURE = /^[0-9a-f]{128}$/
const PATH = /^[a-z0-9][a-z0-9./-]{0,119}$/
const WORD = /^[A-Za-z0-9][A-Za-z0-9.+-]{0,59}$/
const EXPIRES = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/

/**
 * Reads a document of a role from its bytes, strictly: what is too long, not ASCII, not of that
 * role, or has a field of another shape is a problem. Fields that it does not know stay, for they
 * are signed.
 */
export function readDocument<R extends RoleName>(
  role: R,
  bytes: Uint8Array,
): Result<Document<R>, DocumentCode> {
  const most = MOST_BYTES[role]
  if (bytes.length > most) {
    return fail('UPDATE_ENDLESS', `${role}.json`, `${bytes.length} bytes`, `${most} at most`)
  }
  const value = parsed(bytes)
  const flaw = value === undefined ? 'no JSON in ASCII' : flawOf(role, value)
  if (flaw !== undefined) return fail('UPDATE_SHAPE', `${role}.json`, flaw, `a document of ${role}`)
  return ok(value as Document<R>)
}

/** When a document expires, Unix ms; NaN for what is no date. */
export function expiryMs(document: Document): number {
  return (wallClockS(document.signed.expires) ?? Number.NaN) * 1000
}

type Shape = (value: unknown) => boolean

function flawOf(role: RoleName, value: unknown): string | undefined {
  if (!isPlain(value)) return 'no object'
  const { signed, signatures } = value
  if (!isListOf(signatures, isSignature, MOST_SIGNATURES)) return 'other signatures'
  const names = (signatures as { keyid: string }[]).map(({ keyid }) => keyid)
  if (new Set(names).size !== names.length) return 'two signatures of one key'
  if (!isPlain(signed)) return 'nothing signed'
  if (signed._type !== role) return `a document of ${JSON.stringify(signed._type) ?? 'no role'}`
  const shapes: Readonly<Record<string, Shape>> = { ...COMMON, ...FIELDS[role] }
  return Object.entries(shapes).find(([name, fits]) => !fits(own(signed, name)))?.[0]
}

const COMMON: Readonly<Record<string, Shape>> = {
  spec_version: (value) => typeof value === 'string' && /^1\.\d+(\.\d+)?$/.test(value),
  version: (value) => isWhole(value, 1, HIGHEST_VERSION),
  expires: (value) =>
    typeof value === 'string' && EXPIRES.test(value) && wallClockS(value) !== undefined,
}

const FIELDS: Readonly<Record<RoleName, Readonly<Record<string, Shape>>>> = {
  root: {
    consistent_snapshot: (value) => typeof value === 'boolean',
    keys: (value) => isMapOf(value, (name) => HEX.test(name), isKey),
    roles: (value) =>
      isPlain(value) &&
      Object.keys(MOST_BYTES).every((role) => isRole(own(value, role))) &&
      Object.keys(value).length === Object.keys(MOST_BYTES).length,
  },
  targets: {
    targets: (value) => isMapOf(value, isPath, isTarget),
    floor: (value) => isWhole(value, 0, 65_535),
  },
  snapshot: { meta: (value) => isPlain(value) && isMeta(own(value, 'targets.json')) },
  timestamp: { meta: (value) => isPlain(value) && isMeta(own(value, 'snapshot.json')) },
  director: {
    devices: (value) => isListOf(value, isWord, MOST_ENTRIES),
    release: (value) => isWhole(value, 0, 65_535),
    targets: (value) => isMapOf(value, isPath, isPin),
  },
}

function isTarget(value: unknown): boolean {
  if (!isPin(value) || !isPlain(value) || !isPlain(value.custom)) return false
  const { release, part, hardware, code, golden } = value.custom
  return (
    isWhole(release, 1, 65_535) &&
    ['parameters', 'code', 'failsafe'].includes(part as string) &&
    isListOf(hardware, isWord, 64) &&
    isWord(code) &&
    (golden === undefined || (isPlain(golden) && isHex(golden.night) && isHex(golden.digest)))
  )
}

function isPin(value: unknown): boolean {
  return (
    isPlain(value) &&
    isWhole(value.length, 0, MOST_FILE_BYTES) &&
    isPlain(value.hashes) &&
    isHex(value.hashes.sha256)
  )
}

function isMeta(value: unknown): boolean {
  return isPin(value) && isWhole((value as { version: unknown }).version, 1, HIGHEST_VERSION)
}

function isKey(value: unknown): boolean {
  return (
    isPlain(value) &&
    value.keytype === 'ed25519' &&
    value.scheme === 'ed25519' &&
    isPlain(value.keyval) &&
    isHex(value.keyval.public)
  )
}

function isRole(value: unknown): boolean {
  return (
    isPlain(value) &&
    isListOf(value.keyids, isHex, MOST_SIGNATURES) &&
    new Set(value.keyids as string[]).size === (value.keyids as string[]).length &&
    isWhole(value.threshold, 1, (value.keyids as string[]).length)
  )
}

function isSignature(value: unknown): boolean {
  const isText = isPlain(value) && isHex(value.keyid) && typeof value.sig === 'string'
  return isText && SIGNATURE.test(value.sig as string)
}

function isHex(value: unknown): value is string {
  return typeof value === 'string' && HEX.test(value)
}

function isWord(value: unknown): boolean {
  return typeof value === 'string' && WORD.test(value)
}

function isPath(value: string): boolean {
  return PATH.test(value) && !value.includes('..')
}

function isWhole(value: unknown, least: number, most: number): boolean {
  return Number.isInteger(value) && (value as number) >= least && (value as number) <= most
}

function isListOf(value: unknown, fits: Shape, most: number): boolean {
  return Array.isArray(value) && value.length <= most && value.every(fits)
}

function isMapOf(value: unknown, isName: (name: string) => boolean, fits: Shape): boolean {
  if (!isPlain(value)) return false
  const entries = Object.entries(value)
  return entries.length <= MOST_ENTRIES && entries.every(([name, v]) => isName(name) && fits(v))
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A property of the object itself, never one that it inherits. */
function own(value: Record<string, unknown>, name: string): unknown {
  return Object.hasOwn(value, name) ? value[name] : undefined
}

function parsed(bytes: Uint8Array): unknown {
  if (bytes.some((byte) => byte > 0x7e)) return undefined
  try {
    return JSON.parse(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
  } catch {
    return undefined
  }
}
