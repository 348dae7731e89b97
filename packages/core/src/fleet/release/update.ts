import { ok, type Problem, type Result } from '../../math/result.ts'
import { sha256 } from '../../math/sha256.ts'
import type { SubtleEd25519 } from '../../night/consent/ed25519.ts'
import {
  isSignedByRole,
  readDocuments,
  refuse,
  type UpdateBundle,
  type UpdateCode,
  type UpdateDocuments,
} from './bundle.ts'
import { checkDirector, checkFiles } from './director-checks.ts'
import { type GoodSignatures, goodSignatures } from './document.ts'
import type { Document, ReleaseKey } from './metadata.ts'
import { expiryMs } from './read-document.ts'
import { followRoots, rebased } from './root-chain.ts'
import type { DeviceTrust } from './trust.ts'

/** An update that passed every check: what to put into the other slot, and what is believed then. */
export type AcceptedUpdate = {
  readonly release: number
  /** The release of the other slot, or as shipped: nothing need be installed. */
  readonly isSetBack: boolean
  readonly files: ReadonlyMap<string, Uint8Array>
  /** The night that it is tried on; missing for the device as shipped. */
  readonly golden?: { readonly night: string; readonly digest: string }
  readonly trust: DeviceTrust
}

/**
 * Whether a device may take an update, after Uptane: both the offline repository and the online
 * director must say so, nothing may be older than what was seen, mixed, expired, incomplete, for
 * other hardware or longer than pinned. `wallMs` is the wall clock as far as it is known; unknown
 * (undefined) is refused. Rules F30-F39 of SPEC.md. Rejects only when the engine has no Ed25519.
 */
export async function verifyUpdate(
  subtle: SubtleEd25519,
  trust: DeviceTrust,
  bundle: UpdateBundle,
  wallMs: number | undefined,
): Promise<Result<AcceptedUpdate, UpdateCode>> {
  const read = readDocuments(bundle)
  if (!read.ok) return read
  const { roots, ...others } = read.value
  const keys: Record<string, ReleaseKey> = {}
  for (const root of [trust.root, ...roots]) Object.assign(keys, root.signed.keys)
  const good = await goodSignatures(subtle, [...roots, ...Object.values(others)], keys)
  return checkUpdate(trust, bundle, read.value, good, wallMs)
}

/** The checks themselves, pure, over signatures that were verified before. */
export function checkUpdate(
  trust: DeviceTrust,
  bundle: UpdateBundle,
  documents: UpdateDocuments,
  good: GoodSignatures,
  wallMs: number | undefined,
): Result<AcceptedUpdate, UpdateCode> {
  const { roots, timestamp, snapshot, targets, director } = documents
  if (wallMs === undefined) return refuse('UPDATE_CLOCK', 'clock', 'no known time', 'one')
  const chain = followRoots(trust.root, roots, good)
  if (!chain.ok) return chain
  const root = chain.value
  const seen = rebased(trust, root)
  const problem =
    expired([root, timestamp, snapshot, targets, director], wallMs) ??
    unsigned(root, { timestamp, snapshot, targets, director }, good) ??
    older(seen, { timestamp, snapshot, targets, director }) ??
    mixed(bundle, documents) ??
    checkDirector({ ...trust, seen }, documents, sha256(bundle.director)) ??
    checkFiles(trust, root, documents, bundle.files, good)
  if (problem) return { ok: false, problem }
  const { release } = director.signed
  const isSetBack = release < trust.running
  const parts = Object.values(targets.signed.targets).filter(
    ({ custom }) => custom.release === release && custom.hardware.includes(trust.hardware),
  )
  const golden = parts.find(({ custom }) => custom.part === 'parameters')?.custom.golden
  const next: DeviceTrust = {
    ...{ ...trust, root, followed: sha256(bundle.director) },
    floor: Math.max(trust.floor, targets.signed.floor),
    seen: {
      ...{ timestamp: timestamp.signed.version, snapshot: snapshot.signed.version },
      ...{ targets: targets.signed.version, director: director.signed.version },
    },
  }
  return ok({ release, isSetBack, files: bundle.files, ...(golden && { golden }), trust: next })
}

function expired(documents: readonly Document[], wallMs: number): Problem<UpdateCode> | undefined {
  const late = documents.find((document) => !(expiryMs(document) > wallMs))
  if (!late) return undefined
  const { _type, expires } = late.signed
  return refuse('UPDATE_EXPIRED', `${_type}.json`, `expired ${expires}`, 'one in force').problem
}

type Online = Omit<UpdateDocuments, 'roots'>

function unsigned(
  root: Document<'root'>,
  documents: Online,
  good: GoodSignatures,
): Problem<UpdateCode> | undefined {
  for (const role of ['timestamp', 'snapshot', 'targets', 'director'] as const) {
    if (isSignedByRole(root, role, documents[role], good)) continue
    const { threshold } = root.signed.roles[role]
    const got = 'too few good signatures'
    return refuse('UPDATE_SIGNATURES', `${role}.json`, got, `${threshold} of its keys`).problem
  }
  return undefined
}

function older(seen: DeviceTrust['seen'], documents: Online): Problem<UpdateCode> | undefined {
  for (const role of ['timestamp', 'snapshot', 'targets', 'director'] as const) {
    const { version } = documents[role].signed
    if (version >= seen[role]) continue
    const got = `version ${version}`
    return refuse('UPDATE_VERSION', `${role}.json`, got, `${seen[role]} or higher`).problem
  }
  return undefined
}

/** Documents that do not belong together: the timestamp pins the snapshot, and that the targets. */
function mixed(
  { snapshot, targets }: UpdateBundle,
  documents: UpdateDocuments,
): Problem<UpdateCode> | undefined {
  const pins = [
    ['snapshot', documents.timestamp.signed.meta['snapshot.json'], snapshot],
    ['targets', documents.snapshot.signed.meta['targets.json'], targets],
  ] as const
  for (const [role, pin, bytes] of pins) {
    const { version } = documents[role].signed
    const fits =
      version === pin.version && bytes.length === pin.length && sha256(bytes) === pin.hashes.sha256
    if (fits) continue
    const expected = `version ${pin.version} of ${pin.length} bytes as pinned`
    const got = `version ${version}, ${bytes.length} bytes`
    return refuse('UPDATE_MIX', `${role}.json`, got, expected).problem
  }
  return undefined
}
