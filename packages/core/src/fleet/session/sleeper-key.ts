import { canonicalBytes } from '../../night/consent/canonical.ts'
import type { DeviceId } from '../telemetry/device-id.ts'

const PURPOSE = 'nocturne sleeper key 1'

/**
 * What an enrolled device signs with its own key when its sleeper has a key (64 hexadecimal digits)
 * only now: whoever else knows the device's name cannot make themselves its sleeper.
 */
export function sleeperKeyBytes(device: DeviceId, sleeperKey: string): Uint8Array<ArrayBuffer> {
  return canonicalBytes(PURPOSE, { device, sleeperKey })
}
