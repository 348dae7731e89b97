import { randomBytes, webcrypto } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
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
  /** `other`: it was well signed, and not with the key of the sleeper of this machine. */
  readonly signature: 'good' | 'bad' | 'other'
  readonly revoked: boolean
}

const ID = /^[0-9a-f]{16}$/
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
  const seed = await keyHere()
  const own = seed === undefined ? undefined : await publicKeyOf(webcrypto.subtle, seed)
  const signature = isGood ? (consent.signer === own ? 'good' : 'other') : 'bad'
  return { consent, signature, revoked: (await revokedIds()).includes(consent.terms.id) }
}

/** Takes a consent back for good: on this machine its id is never acted on again. */
export async function revokeConsent(id: string): Promise<void> {
  const ids = await revokedIds()
  if (ids.includes(id)) return
  await writeWholeFile(revokedFile(), `${JSON.stringify([...ids, id], undefined, 2)}\n`)
}

/** A list that cannot be read stops everything rather than allowing what was taken back. */
async function revokedIds(): Promise<string[]> {
  const text = await textOf(revokedFile())
  const ids = text === undefined ? [] : parsed(text)
  if (Array.isArray(ids) && ids.every((id) => typeof id === 'string')) return ids
  throw new UsageError(`${revokedFile()}: got a damaged list, expected the ids of consents`)
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

function keptFile(id: string): string {
  return join(homeFolder(), 'consents', `${id}.json`)
}

function revokedFile(): string {
  return join(homeFolder(), 'consents', 'revoked.json')
}
