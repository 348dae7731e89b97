import { type Arguments, type CommandOption, type Io, UsageError } from './command.ts'
import { callFacility, tellAnswer } from './facility-call.ts'
import {
  FLEET_DEVICE_DEEDS_OPTIONS,
  isDeviceDeed,
  runFleetDeviceDeed,
} from './fleet-device-deeds.ts'

/** The options of `nocturne fleet devices`. */
export const FLEET_DEVICES_OPTIONS: Readonly<Record<string, CommandOption>> = {
  online: { type: 'boolean', help: 'devices: only those that are here' },
  faulty: { type: 'boolean', help: 'devices: only those with a fault' },
  mode: { type: 'string', value: 'MODE', help: 'devices: only natural, guidance or control' },
  district: { type: 'string', value: 'NAME', help: 'devices: only those of a district' },
  ...FLEET_DEVICE_DEEDS_OPTIONS,
}

/** What a facility has of a device; numbers are null where missing. */
type DeviceRow = {
  readonly device: string
  readonly online: boolean
  readonly mode: string
  readonly consent: string
  readonly release: number
  readonly hardware: string
  readonly code: string
  readonly cohort: { readonly district: string }
  readonly heardMs: number | null
  readonly numbers: Readonly<Record<string, number | null>> | null
  readonly grant: { readonly ceiling: string; readonly epoch: number } | null
  readonly staysNatural: boolean
  readonly faults: readonly string[]
}

type Page = { readonly devices: readonly DeviceRow[]; readonly next?: string }

/** Devices of a page, and pages that are asked for. */
const PAGE = 1000
const MOST_PAGES = 1000
const EXPECTED = 'one device, or pair | staff|no-staff|revoke|restore|erase|export ID'
const STAGES = ['W', 'N1', 'N2', 'N3', 'R']
const COLUMNS = ['device', 'here', 'mode', 'consent', 'stage', 'good', 'release', 'heard', 'faults']

/**
 * `nocturne fleet devices [ID]`: every device in a line, or one with its last frame; or something
 * is done about one (`pair`, `revoke ID`, …).
 */
export async function runFleetDevices(args: Arguments, io: Io): Promise<number> {
  if (isDeviceDeed(args.positionals)) return runFleetDeviceDeed(args, io)
  const [id, ...more] = args.positionals
  if (more.length > 0) {
    throw new UsageError(`got "${args.positionals.join(' ')}", expected ${EXPECTED}`)
  }
  if (id !== undefined) {
    const path = `/v1/devices/${encodeURIComponent(id)}`
    return tellAnswer(await callFacility(args, { method: 'GET', path }), deviceText, args, io)
  }
  return listed(args, io)
}

async function listed(args: Arguments, io: Io): Promise<number> {
  const devices: DeviceRow[] = []
  let after: string | undefined = ''
  for (let page = 0; after !== undefined && page < MOST_PAGES; page++) {
    const answer = await callFacility(args, {
      method: 'GET',
      path: `/v1/devices?${asked(args, after)}`,
    })
    if (!answer.ok) return tellAnswer(answer, String, args, io)
    const { devices: some, next } = answer.value as Page
    devices.push(...some)
    after = next
  }
  return tellAnswer({ ok: true, value: { devices } }, tableText, args, io)
}

function asked(args: Arguments, after: string): string {
  const query = new URLSearchParams({ after, limit: String(PAGE) })
  for (const flag of ['online', 'faulty']) if (args.flag(flag)) query.set(flag, 'true')
  for (const word of ['mode', 'district']) {
    const value = args.text(word)
    if (value !== undefined) query.set(word, value)
  }
  return query.toString()
}

/** Devices as a table for a person. */
function tableText({ devices }: Page): string {
  if (devices.length === 0) return 'no device\n'
  const rows = [COLUMNS, ...devices.map(cellsOf)]
  const widths = COLUMNS.map((_, c) => Math.max(...rows.map((row) => row[c]!.length)))
  const lines = rows.map((row) =>
    row
      .map((cell, c) => cell.padEnd(widths[c]!))
      .join('  ')
      .trimEnd(),
  )
  return `${lines.join('\n')}\n`
}

function cellsOf(row: DeviceRow): string[] {
  const { device, online, mode, consent, release, numbers, faults } = row
  const quality = numbers?.quality
  return [
    ...[device, online ? 'yes' : 'no', mode, consent, stageOf(numbers)],
    quality === null || quality === undefined ? '-' : `${Math.round(quality * 100)} %`,
    ...[release === 0 ? 'shipped' : String(release), heardText(row), faults.join(' ') || '-'],
  ]
}

/** One device with its last frame for a person. */
function deviceText(row: DeviceRow): string {
  const { device, online, mode, consent, grant, staysNatural, numbers, faults } = row
  const granted = grant === null ? 'none' : `${grant.ceiling}, epoch ${grant.epoch}`
  const known = Object.entries(numbers ?? {}).filter(([, value]) => value !== null)
  const lines = [
    `${device}  ${online ? 'here' : 'away'}, heard ${heardText(row)}`,
    `mode      ${mode}, consent to ${consent}${staysNatural ? ', stays natural by its sleeper' : ''}`,
    `grant     ${granted}`,
    `runs      ${row.release === 0 ? 'as shipped' : `release ${row.release}`}, ${row.code} on ${row.hardware}, in ${row.cohort.district}`,
    `faults    ${faults.join(', ') || 'none'}`,
    `frame     ${known.map(([name, value]) => `${name} ${value}`).join(', ') || 'none yet'}`,
  ]
  return `${lines.join('\n')}\n`
}

function stageOf(numbers: DeviceRow['numbers']): string {
  const stage = numbers?.stage
  return stage === null || stage === undefined ? '-' : (STAGES[stage] ?? '-')
}

function heardText({ heardMs }: DeviceRow): string {
  if (heardMs === null || !(heardMs > 0)) return 'never'
  const s = Math.max(0, Math.round((Date.now() - heardMs) / 1000))
  if (s < 120) return `${s} s ago`
  return s < 7200 ? `${Math.round(s / 60)} min ago` : `${Math.round(s / 3600)} h ago`
}
