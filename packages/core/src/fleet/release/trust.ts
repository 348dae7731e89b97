import type { Document, RoleName } from './metadata.ts'

/** What a device believes and has seen, kept over restarts; plain data. */
export type DeviceTrust = {
  readonly device: string
  /** Kind of device, such as `box-1` or `browser`. */
  readonly hardware: string
  /** Version of the program that runs. */
  readonly code: string
  readonly root: Document<'root'>
  /** Highest version seen of each role but root; 0 before the first. */
  readonly seen: Readonly<Record<Exclude<RoleName, 'root'>, number>>
  /** The lowest release that may be gone back to; never falls. */
  readonly floor: number
  /** SHA-256 of the director's document that was followed last. */
  readonly followed: string
  /** The release that runs, and the one in the other slot; 0 is as shipped. */
  readonly running: number
  readonly other: number
}

/** A device as it leaves its maker: it believes the root that was put into it. */
export function startTrust(
  device: Pick<DeviceTrust, 'device' | 'hardware' | 'code'>,
  root: Document<'root'>,
): DeviceTrust {
  return {
    ...{ ...device, root, floor: 0, followed: '', running: 0, other: 0 },
    seen: { targets: 0, snapshot: 0, timestamp: 0, director: 0 },
  }
}
