import { type Arguments, type CommandOption, type Io, UsageError } from './command.ts'
import { bytesOfFacility, callFacility, FACILITY_OPTION, tellAnswer } from './facility-call.ts'
import { writeWholeFile } from './whole-file.ts'

/** The options of what is done about one device. */
export const FLEET_DEVICE_DEEDS_OPTIONS: Readonly<Record<string, CommandOption>> = {
  out: { type: 'string', value: 'FILE', help: 'devices: export: where it goes' },
  sure: { type: 'boolean', help: 'devices: erase: the sleeper asked for it; it is for good' },
  facility: FACILITY_OPTION,
}

/** What each deed has done, for a person. */
const DONE: Readonly<Record<string, string>> = {
  staff: 'is of the staff: releases reach it first',
  'no-staff': 'is of the staff no more',
  revoke: 'is not let in any more, and is natural within 90 s',
  restore: 'is let in again',
  erase: 'is erased: its key is destroyed, the audit stays',
}

/** Longest wait for an export, which reads the device's log from its beginning, ms. */
const EXPORT_MS = 600_000

/** Whether words of `nocturne fleet devices` are a deed, and not a device's name. */
export function isDeviceDeed([verb = '', id]: readonly string[]): boolean {
  if (verb === 'pair') return id === undefined
  return id !== undefined && (verb === 'export' || Object.hasOwn(DONE, verb))
}

/**
 * `nocturne fleet devices pair`, `staff|no-staff|revoke|restore|erase ID` and `export ID --out
 * FILE`: one device is done something about. Exit 1 where it is refused.
 */
export async function runFleetDeviceDeed(args: Arguments, io: Io): Promise<number> {
  const [verb = '', id = '', ...more] = args.positionals
  if (more.length > 0) throw new UsageError(`got "${more.join(' ')}", expected one device`)
  if (verb === 'pair') return pair(args, io)
  const path = `/v1/devices/${encodeURIComponent(id)}`
  if (verb === 'export') return keepExport(path, args, io)
  if (verb === 'erase' && !args.flag('sure')) {
    throw new UsageError(
      `--sure: got nothing, expected it: ${id} cannot be brought back, export it first`,
    )
  }
  const answer = await callFacility(args, { method: 'POST', path, body: { do: verb } })
  return tellAnswer(answer, () => `${id} ${DONE[verb]}\n`, args, io)
}

async function pair(args: Arguments, io: Io): Promise<number> {
  const answer = await callFacility(args, { method: 'POST', path: '/v1/pairing-codes', body: {} })
  const text = ({ code, untilMs }: { readonly code: string; readonly untilMs: number }): string => {
    const min = Math.max(1, Math.round((untilMs - Date.now()) / 60_000))
    return `${code}  for one device, within ${min} min: nocturne edge --facility URL --pair ${code}\n`
  }
  return tellAnswer(answer, text, args, io)
}

async function keepExport(path: string, args: Arguments, io: Io): Promise<number> {
  const file = args.text('out')
  if (file === undefined) throw new UsageError('--out: got nothing, expected where the export goes')
  const request = { method: 'GET', path: `${path}/export`, patienceMs: EXPORT_MS } as const
  let bytes = 0
  const counted = async function* (): AsyncIterable<Uint8Array> {
    for await (const chunk of await bytesOfFacility(args, request)) {
      bytes += chunk.length
      yield chunk
    }
  }
  // A night is nobody else's.
  await writeWholeFile(file, counted(), 0o600)
  const kept = { ok: true, value: { file, bytes } } as const
  return tellAnswer(kept, () => `${file}: ${bytes} bytes\n`, args, io)
}
