import { fail, ok, type Result } from '@nocturne/core/math'
import {
  type Consent,
  type ConsentCode,
  type ConsentDraft,
  consentBytes,
  consentId,
  readConsent,
  verifyConsent,
} from '@nocturne/core/night'

/** A consent as this browser keeps it. */
export type KeptConsent = {
  readonly consent: Consent
  /** Whether it was signed with the key of this browser. */
  readonly own: boolean
  readonly revokedAtMs?: number
}

/** Why a consent in a file was not taken. */
export type OpenCode =
  | ConsentCode
  | 'CONSENT_UNCHECKED'
  | 'CONSENT_SIGNATURE'
  | 'CONSENT_REVOKED'
  | 'CONSENT_EXPIRED'

/** As the store has it. */
type StoredConsent = Omit<KeptConsent, 'own'>

/** The sleeper's key in this browser: the private half can sign here and be read by nobody. */
type SleeperKey = { readonly privateKey: CryptoKey; readonly signer: string }

const DATABASE = 'nocturne-consent'
const STORE = 'kept'

/** Without a database of the browser, what is kept until the page is closed. */
const memory = new Map<string, unknown>()

/** Whether this browser can sign: it needs Ed25519 and a page from a safe place. */
export async function canSign(): Promise<boolean> {
  try {
    await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify'])
    return true
  } catch {
    return false
  }
}

/** Signs a consent with the key of this browser, made at the first signature; keeps it. */
export async function signAndKeep(draft: ConsentDraft): Promise<KeptConsent> {
  const { privateKey, signer } = await sleeperKey()
  const bytes = consentBytes(draft, signer)
  const signature = hexOf(await crypto.subtle.sign('Ed25519', privateKey, bytes))
  const { audience, ...terms } = draft
  const consent = { terms: { id: consentId(draft, signer), ...terms }, audience, signer, signature }
  if (!(await verifyConsent(crypto.subtle, consent, signer))) {
    throw new Error('got a signature that is not good, expected a good one')
  }
  await write('consent', { consent })
  return { consent, own: true }
}

/**
 * Takes the consent in a file in place of the one that is kept: a whole one, well signed, not
 * expired, and never taken back in this browser. Of any other nothing is kept, and what was there
 * stays. Whose the key is that signed it, the file cannot tell: see `own`.
 */
export async function keepOpened(
  text: string,
  nowMs: number,
): Promise<Result<KeptConsent, OpenCode>> {
  const checked = readConsent(text)
  if (!checked.ok) return checked
  const consent = checked.value
  const { terms, signer } = consent
  const isGood = await isWellSigned(consent)
  if (isGood === undefined) {
    return fail('CONSENT_UNCHECKED', 'signature', 'a browser without Ed25519', 'a current one')
  }
  if (!isGood) {
    const got = 'one that its signer did not make'
    return fail('CONSENT_SIGNATURE', 'signature', got, 'a consent as it was signed')
  }
  if ((await revokedIds()).includes(terms.id)) {
    return fail('CONSENT_REVOKED', 'id', `${terms.id}, taken back here`, 'one that was not')
  }
  if (nowMs >= terms.validUntilMs) {
    const ended = new Date(terms.validUntilMs).toISOString().slice(0, 16)
    return fail('CONSENT_EXPIRED', 'validUntilMs', `${ended} UTC`, 'one that has not expired')
  }
  await write('consent', { consent })
  return ok({ consent, own: await isOwn(signer) })
}

/** The consent signed or opened last in this browser; undefined before the first. */
export async function keptConsent(): Promise<KeptConsent | undefined> {
  const stored = (await read('consent')) as StoredConsent | undefined
  return stored && { ...stored, own: await isOwn(stored.consent.signer) }
}

/** Takes the consent back, at once and for good; needs no key. */
export async function revokeKept(nowMs: number): Promise<KeptConsent | undefined> {
  const kept = await keptConsent()
  if (kept === undefined || kept.revokedAtMs !== undefined) return kept
  const { own, ...rest } = kept
  const revoked = { ...rest, revokedAtMs: nowMs }
  await write('revoked', [...(await revokedIds()), kept.consent.terms.id])
  await write('consent', revoked)
  return { ...revoked, own }
}

/** Undefined where the browser has no Ed25519 to check with. */
async function isWellSigned(consent: Consent): Promise<boolean | undefined> {
  try {
    return await verifyConsent(crypto.subtle, consent, consent.signer)
  } catch {
    // A key that is no point of the curve is no key; without the curve nothing can be said.
    return (await canSign()) ? false : undefined
  }
}

/** Ids of what was ever taken back here; a file of one of them is not taken again (rule N15). */
async function revokedIds(): Promise<readonly string[]> {
  const ids = ((await read('revoked')) ?? []) as readonly string[]
  const { consent, revokedAtMs } = ((await read('consent')) ?? {}) as Partial<StoredConsent>
  return consent && revokedAtMs !== undefined ? [...ids, consent.terms.id] : ids
}

async function isOwn(signer: string): Promise<boolean> {
  const key = (await read('key')) as SleeperKey | undefined
  return key?.signer === signer
}

async function sleeperKey(): Promise<SleeperKey> {
  const known = (await read('key')) as SleeperKey | undefined
  if (known) return known
  const pair = (await crypto.subtle.generateKey('Ed25519', false, [
    'sign',
    'verify',
  ])) as CryptoKeyPair
  const signer = hexOf(await crypto.subtle.exportKey('raw', pair.publicKey))
  const key = { privateKey: pair.privateKey, signer }
  await write('key', key)
  return key
}

function hexOf(bytes: ArrayBuffer): string {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

async function read(name: string): Promise<unknown> {
  if (memory.has(name)) return memory.get(name)
  return onStore('readonly', (store) => store.get(name)).catch(() => undefined)
}

async function write(name: string, value: unknown): Promise<void> {
  memory.set(name, value)
  await onStore('readwrite', (store) => store.put(value, name)).catch(() => undefined)
}

async function onStore(
  mode: IDBTransactionMode,
  ask: (store: IDBObjectStore) => IDBRequest,
): Promise<unknown> {
  const opening = indexedDB.open(DATABASE, 1)
  opening.onupgradeneeded = () => void opening.result.createObjectStore(STORE)
  const database = (await settled(opening)) as IDBDatabase
  try {
    return await settled(ask(database.transaction(STORE, mode).objectStore(STORE)))
  } finally {
    database.close()
  }
}

function settled(request: IDBRequest): Promise<unknown> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}
