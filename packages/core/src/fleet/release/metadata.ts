/** Who may say what. Keys of root and targets never touch a machine that is on a network. */
export type RoleName = 'root' | 'targets' | 'snapshot' | 'timestamp' | 'director'

/** Roles whose keys lie offline, and those whose keys a centre holds. */
export const OFFLINE: readonly RoleName[] = ['root', 'targets']
/** The rest of them. */
export const ONLINE: readonly RoleName[] = ['snapshot', 'timestamp', 'director']

/** Longest document of each role, bytes: what is longer is not read to its end. */
export const MOST_BYTES: Readonly<Record<RoleName, number>> = {
  root: 64_000,
  targets: 1_000_000,
  snapshot: 16_000,
  timestamp: 16_000,
  director: 64_000,
}

/** Longest file of a release, bytes. */
export const MOST_FILE_BYTES = 64_000_000

/** An Ed25519 key as TUF writes it; its id is the SHA-256 of its canonical text. */
export type ReleaseKey = {
  readonly keytype: 'ed25519'
  readonly scheme: 'ed25519'
  readonly keyval: { readonly public: string }
}

/** The keys of a role, and how many of them must have signed. */
export type Role = { readonly keyids: readonly string[]; readonly threshold: number }

/** What every document says of itself. `version` rises; `expires` is `YYYY-MM-DDTHH:MM:SSZ`. */
export type Common = {
  readonly spec_version: string
  readonly version: number
  readonly expires: string
}

/** Whom a device believes. A new one is signed by the threshold of the old and of the new. */
export type RootSigned = Common & {
  readonly _type: 'root'
  readonly consistent_snapshot: boolean
  readonly keys: Readonly<Record<string, ReleaseKey>>
  readonly roles: Readonly<Record<RoleName, Role>>
}

/** The exact bytes that a document or a file must have. */
export type FilePin = {
  readonly length: number
  readonly hashes: { readonly sha256: string }
}

/** Part of a release: its parameters, the program itself, or the failsafe beneath the program. */
export type PartName = 'parameters' | 'code' | 'failsafe'

/** One file of a release and what it is for. */
export type Target = FilePin & {
  readonly custom: {
    readonly release: number
    readonly part: PartName
    /** Kinds of device that may run it. */
    readonly hardware: readonly string[]
    /** Version of the program that the parameters need. */
    readonly code: string
    /** SHA-256 of a recorded night, and the digest of its decisions under this release. */
    readonly golden?: { readonly night: string; readonly digest: string }
  }
}

/** All files of all releases, signed offline. */
export type TargetsSigned = Common & {
  readonly _type: 'targets'
  readonly targets: Readonly<Record<string, Target>>
  /** The lowest release that may still be gone back to. */
  readonly floor: number
}

/** Which version of `targets.json` belongs to this moment. */
export type SnapshotSigned = Common & {
  readonly _type: 'snapshot'
  readonly meta: { readonly 'targets.json': FilePin & { readonly version: number } }
}

/** Says again and again that the snapshot is the newest there is; lives for days only. */
export type TimestampSigned = Common & {
  readonly _type: 'timestamp'
  readonly meta: { readonly 'snapshot.json': FilePin & { readonly version: number } }
}

/** Tells devices, by name, which of the signed releases they are to run. Signed online. */
export type DirectorSigned = Common & {
  readonly _type: 'director'
  readonly devices: readonly string[]
  readonly release: number
  readonly targets: Readonly<Record<string, FilePin>>
}

/** What each role signs. */
export type SignedOf = {
  readonly root: RootSigned
  readonly targets: TargetsSigned
  readonly snapshot: SnapshotSigned
  readonly timestamp: TimestampSigned
  readonly director: DirectorSigned
}

/** A document with its signatures, 128 hexadecimal digits each. */
export type Document<R extends RoleName = RoleName> = {
  readonly signed: SignedOf[R]
  readonly signatures: readonly { readonly keyid: string; readonly sig: string }[]
}
