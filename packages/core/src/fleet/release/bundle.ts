import { fail, ok, type Problem, type Result } from '../../math/result.ts'
import type { GoodSignatures } from './document.ts'
import type { Document, RoleName } from './metadata.ts'
import { type DocumentCode, readDocument } from './read-document.ts'

/** What a device is given: the documents as bytes, and the files of the release by their paths. */
export type UpdateBundle = {
  /** Roots newer than the one that is believed, in order; empty as a rule. */
  readonly roots: readonly Uint8Array[]
  readonly timestamp: Uint8Array
  readonly snapshot: Uint8Array
  readonly targets: Uint8Array
  readonly director: Uint8Array
  readonly files: ReadonlyMap<string, Uint8Array>
}

/** Why an update is refused. */
export type UpdateCode =
  | DocumentCode
  | 'UPDATE_CLOCK'
  | 'UPDATE_EXPIRED'
  | 'UPDATE_SIGNATURES'
  | 'UPDATE_ROOT'
  | 'UPDATE_VERSION'
  | 'UPDATE_MIX'
  | 'UPDATE_DEVICE'
  | 'UPDATE_DISAGREE'
  | 'UPDATE_HARDWARE'
  | 'UPDATE_PARTIAL'
  | 'UPDATE_CONTENT'
  | 'UPDATE_RELEASE'
  | 'UPDATE_CODE'
  | 'UPDATE_FAILSAFE'

/** The documents of a bundle, read. */
export type UpdateDocuments = {
  readonly roots: readonly Document<'root'>[]
  readonly timestamp: Document<'timestamp'>
  readonly snapshot: Document<'snapshot'>
  readonly targets: Document<'targets'>
  readonly director: Document<'director'>
}

/** Reads the documents of a bundle; the first that cannot be read is the problem. */
export function readDocuments(bundle: UpdateBundle): Result<UpdateDocuments, DocumentCode> {
  const roots: Document<'root'>[] = []
  for (const bytes of bundle.roots) {
    const root = readDocument('root', bytes)
    if (!root.ok) return root
    roots.push(root.value)
  }
  const timestamp = readDocument('timestamp', bundle.timestamp)
  if (!timestamp.ok) return timestamp
  const snapshot = readDocument('snapshot', bundle.snapshot)
  if (!snapshot.ok) return snapshot
  const targets = readDocument('targets', bundle.targets)
  if (!targets.ok) return targets
  const director = readDocument('director', bundle.director)
  if (!director.ok) return director
  return ok({
    ...{ roots, timestamp: timestamp.value, snapshot: snapshot.value },
    ...{ targets: targets.value, director: director.value },
  })
}

/** Wraps a refusal. */
export function refuse(
  code: UpdateCode,
  where: string,
  got: string,
  expected: string,
): { readonly ok: false; readonly problem: Problem<UpdateCode> } {
  return { ok: false, problem: { code, where, got, expected } }
}

/** Whether so many of a role's keys signed a document as the role needs. */
export function isSignedByRole(
  root: Document<'root'>,
  role: RoleName,
  document: Document,
  good: GoodSignatures,
): boolean {
  const { keyids, threshold } = root.signed.roles[role]
  return keyids.filter((keyid) => good.has(document, keyid)).length >= threshold
}

/**
 * Takes bytes as they come and stops at the first that are too many: whoever sends without end
 * fills no memory.
 */
export async function gatherAtMost(
  pieces: AsyncIterable<Uint8Array>,
  most: number,
  name: string,
): Promise<Result<Uint8Array, 'UPDATE_ENDLESS'>> {
  const held: Uint8Array[] = []
  let length = 0
  for await (const piece of pieces) {
    length += piece.length
    if (length > most) return fail('UPDATE_ENDLESS', name, `${length} bytes`, `${most} at most`)
    held.push(piece)
  }
  const bytes = new Uint8Array(length)
  let at = 0
  for (const piece of held) {
    bytes.set(piece, at)
    at += piece.length
  }
  return ok(bytes)
}
