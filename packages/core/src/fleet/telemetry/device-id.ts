import { fail, ok, type Result } from '../../math/result.ts'

/** The name of a device in topics, logs and stores; made by `readDeviceId` only. */
export type DeviceId = string & { readonly deviceId: true }

const DEVICE_ID = /^[a-z0-9][a-z0-9-]{2,46}[a-z0-9]$/

/**
 * Reads a device's name: 4 to 48 of a-z, 0-9 and '-', neither begun nor ended by '-'; no dot, space
 * or slash, which brokers map in different ways. Rule F10 of SPEC.md.
 */
export function readDeviceId(text: string): Result<DeviceId, 'DEVICE_ID'> {
  if (DEVICE_ID.test(text)) return ok(text as DeviceId)
  const got = JSON.stringify(text.slice(0, 60))
  return fail('DEVICE_ID', 'device', got, "4 to 48 of a-z, 0-9 and '-', not at the ends")
}
