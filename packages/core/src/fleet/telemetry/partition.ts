import type { DeviceId } from './device-id.ts'
import { PARTITIONS } from './record.ts'

/** The partition of a device, 0 .. 255: FNV-1a (32 bits) of its name. Never changes. */
export function partitionOf(device: DeviceId): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < device.length; i++) {
    hash = Math.imul(hash ^ device.charCodeAt(i), 0x01000193)
  }
  // The low bits of FNV are the weaker ones.
  return ((hash ^ (hash >>> 16)) >>> 0) % PARTITIONS
}
