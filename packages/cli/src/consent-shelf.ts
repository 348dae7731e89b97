import { randomBytes, webcrypto } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type PieceConsent, type PieceConsentDraft, signPieceConsent } from '@nocturne/core/fleet'
import { describeProblem } from '@nocturne/core/math'
import {
  type Consent,
  type ConsentDraft,
  publicKeyOf,
  readConsent,
  signConsent,
  verifyConsent,
  writeConsent,
} from '@nocturne/core/night'
import { UsageError } from './command.ts'
import { homeFolder } from './model-shelf.ts'
import { writeWholeFile } from './whole-file.ts'

/** A consent as this machine finds it. */
export type OpenedConsent = {
  readonly consent: Consent
  /**
   * `good`: signed with the key of the sleeper of this machine; `trusted`: with another one that a
   * person at this machine named; `other`: well signed with a key that nobody here named.
   */
  readonly signature: 'good' | 'trusted' | 'bad' | 'other'
  readonly revoked: boolean
}

const ID = /^[0-9a-f]{16}$/
const KEY = /^[0-9a-f]{64}$/
/** Whom the system lets read the private key: its owner. */
const PRIVATE = 0o600
/** A file of more characters is neither key nor list of what was taken back. */
const LONGEST = 1_000_000

/**
 * Signs a consent with the key of this machine's sleeper, made when there is none, and keeps it.
 */
export async function shelveConsent(
  draft: ConsentDraft,
  path?: string,
): Promise<{ consent: Consent; file: string }> {
  const consent = await signConsent(webcrypto.subtle, draft, (await keyHere()) ?? (await newKey()))
  const file = path ?? keptFile(consent.terms.id)
  await writeWholeFile(file, writeConsent(consent))
  return { consent, file }
}

/**
 * Opens a consent by its file or its id, and checks its signature against the sleeper of this
 * machine. Throws `UsageError` when it is no consent.
 */
export async function openConsent(fileOrId: string): Promise<OpenedConsent> {
  const file = ID.test(fileOrId) ? keptFile(fileOrId) : fileOrId
  const text = await textOf(file)
  if (text === undefined) throw new UsageError(`${fileOrId}: got no file, expected a consent`)
  const read = readConsent(text)
  if (!read.ok) throw new UsageError(`${fileOrId}: ${describeProblem(read.problem)}`)
  const consent = read.value
  const isGood = await verifyConsent(webcrypto.subtle, consent, consent.signer)
  const signature = isGood ? await standingOfKey(consent.signer) : 'bad'
  return { consent, signature, revoked: (await revokedIds()).includes(consent.terms.id) }
}

/** Whether a night may act on a consent as it was opened (rule N10). */
export function isActedOn({ signature, revoked }: OpenedConsent): boolean {
  return (signature === 'good' || signature === 'trusted') && !revoked
}

/**
 * Whether a consent that a night runs under was taken back on this machine since, or its key is
 * trusted no longer. What cannot be read counts as taken back.
 */
export async function isTakenBack({ terms, signer }: Consent): Promise<boolean> {
  try {
    const revoked = (await revokedIds()).includes(terms.id)
    return revoked || (await standingOfKey(signer)) === 'other'
  } catch {
    return true
  }
}

/**
 * From now on this machine acts on what a key signs, as on what its own sleeper signs; the consent
 * that it came with is kept. For a person who compared the key's fingerprint.
 */
export async function trustKey(consent: Consent): Promise<void> {
  const keys = await trustedKeys()
  if (!keys.includes(consent.signer)) await writeTrusted([...keys, consent.signer])
  await writeWholeFile(keptFile(consent.terms.id), writeConsent(consent))
}

/** This machine no longer acts on what a key signs; false where it did not before. */
export async function distrustKey(signer: string): Promise<boolean> {
  const keys = await trustedKeys()
  if (!keys.includes(signer)) return false
  await writeTrusted(keys.filter((key) => key !== signer))
  return true
}

/** Public keys beside its own sleeper's that this machine acts on, 64 hexadecimal digits each. */
export function trustedKeys(): Promise<readonly string[]> {
  return listIn(trustedFile(), KEY, 'the public keys that are trusted')
}

async function writeTrusted(keys: readonly string[]): Promise<void> {
  await writeWholeFile(trustedFile(), `${JSON.stringify(keys, undefined, 2)}\n`, PRIVATE)
}

async function standingOfKey(signer: string): Promise<'good' | 'trusted' | 'other'> {
  const seed = await keyHere()
  if (seed !== undefined && signer === (await publicKeyOf(webcrypto.subtle, seed))) return 'good'
  return (await trustedKeys()).includes(signer) ? 'trusted' : 'other'
}

/** Takes a consent back for good: on this machine its id is never acted on again. */
export async function revokeConsent(id: string): Promise<void> {
  const ids = await revokedIds()
  if (ids.includes(id)) return
  await writeWholeFile(revokedFile(), `${JSON.stringify([...ids, id], undefined, 2)}\n`)
}

function revokedIds(): Promise<readonly string[]> {
  return listIn(revokedFile(), ID, 'the ids of consents')
}

/** A list that cannot be read stops everything rather than allowing what was taken back. */
async function listIn(file: string, form: RegExp, what: string): Promise<readonly string[]> {
  const text = await textOf(file)
  const list = text === undefined ? [] : parsed(text)
  const isForm = (item: unknown): boolean => typeof item === 'string' && form.test(item)
  if (Array.isArray(list) && list.every(isForm)) return list
  throw new UsageError(`${file}: got a damaged list, expected ${what}`)
}

/** Signs a yes to a piece of a black box with the key of this machine's sleeper. */
export async function signPieceHere(draft: PieceConsentDraft): Promise<PieceConsent> {
  const seed = await keyHere()
  if (seed !== undefined) return signPieceConsent(webcrypto.subtle, draft, seed)
  throw new UsageError(`${keyFile()}: got no key of the sleeper, expected the one that consents`)
}

/** Public key of this machine's sleeper, 64 hexadecimal digits; undefined where there is none. */
export async function sleeperKeyHere(): Promise<string | undefined> {
  const seed = await keyHere()
  return seed === undefined ? undefined : publicKeyOf(webcrypto.subtle, seed)
}

async function keyHere(): Promise<string | undefined> {
  const text = await textOf(keyFile())
  if (text === undefined) return undefined
  const key = parsed(text)
  const seed = typeof key === 'object' && key !== null && 'seed' in key ? key.seed : undefined
  if (typeof seed === 'string' && /^[0-9a-f]{64}$/.test(seed)) return seed
  throw new UsageError(`${keyFile()}: got a damaged file, expected the sleeper's private key`)
}

async function newKey(): Promise<string> {
  const seed = randomBytes(32).toString('hex')
  const key = { kind: 'ed25519', seed, public: await publicKeyOf(webcrypto.subtle, seed) }
  await writeWholeFile(keyFile(), `${JSON.stringify(key, undefined, 2)}\n`, PRIVATE)
  return seed
}

async function textOf(file: string): Promise<string | undefined> {
  try {
    const text = await readFile(file, 'utf8')
    if (text.length <= LONGEST) return text
  } catch (error) {
    const { code = 'no reason', message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return undefined
    throw new UsageError(`${file}: got ${message}, expected a file`)
  }
  throw new UsageError(`${file}: got more than ${LONGEST} characters, expected a small file`)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function keyFile(): string {
  return join(homeFolder(), 'keys', 'sleeper.json')
}

function trustedFile(): string {
  return join(homeFolder(), 'keys', 'trusted.json')
}

function keptFile(id: string): string {
  return join(homeFolder(), 'consents', `${id}.json`)
}

function revokedFile(): string {
  return join(homeFolder(), 'consents', 'revoked.json')
}
