import {
  type Consent,
  type ConsentDraft,
  consentBytes,
  consentId,
  verifyConsent,
} from '@nocturne/core/night'

/** A consent as this browser keeps it. */
export type KeptConsent = { readonly consent: Consent; readonly revokedAtMs?: number }

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
  const kept = { consent }
  await write('consent', kept)
  return kept
}

/** The consent signed last in this browser; undefined before the first. */
export async function keptConsent(): Promise<KeptConsent | undefined> {
  return (await read('consent')) as KeptConsent | undefined
}

/** Takes the consent back, at once and for good; needs no key. */
export async function revokeKept(nowMs: number): Promise<KeptConsent | undefined> {
  const kept = await keptConsent()
  if (kept === undefined || kept.revokedAtMs !== undefined) return kept
  const revoked = { ...kept, revokedAtMs: nowMs }
  await write('consent', revoked)
  return revoked
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
