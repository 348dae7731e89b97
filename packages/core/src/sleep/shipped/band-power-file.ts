import { gunzipSync } from 'fflate'
import { fail, ok, type Result } from '../../math/result.ts'
import { EPOCH_S, STAGES, type Stage } from '../stage/stage.ts'
import { BAND_MEASURE_COUNT, type BandPowers } from './band-features.ts'

/**
 * A night as a table of band powers: what each channel measured, and the stages if the table has
 * them.
 */
export type BandPowerNight = {
  readonly epochS: number
  /** Named as in the table's heading: `fpz`, `pz`. */
  readonly channels: readonly { readonly label: string; readonly powers: BandPowers }[]
  /**
   * One per epoch, `?` where not scored or skipped; absent when the table has no column `stage`.
   */
  readonly stages?: readonly Stage[]
}

/** What can be wrong with a table of band powers. */
export type BandPowerCode = 'BAND_POWER_HEADING' | 'BAND_POWER_ROW' | 'BAND_POWER_GZIP'

const COLUMNS = ['delta', 'theta', 'alpha', 'beta', 'gamma', 'var', 'vardiff'] as const
/**
 * Most epochs that a table may span: a week. Keeps a wrong epoch number from asking for all memory.
 */
const MOST_EPOCHS = 20_160

/**
 * Reads a table of band powers per 30-s epoch, plain or gzipped: columns `epoch`, optionally
 * `stage`, and for each channel `NAME_delta NAME_theta NAME_alpha NAME_beta NAME_gamma NAME_var
 * NAME_vardiff`, mean densities in uV^2/Hz and variances in uV^2 as `bandPowers` measures them.
 * Epochs that the table skips are rows of NaN and stage `?`.
 */
export function readBandPowers(bytes: Uint8Array): Result<BandPowerNight, BandPowerCode> {
  let plain = bytes
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
    try {
      plain = gunzipSync(bytes)
    } catch (problem) {
      return fail('BAND_POWER_GZIP', 'file', String(problem), 'a whole gzip file')
    }
  }
  const lines = decodeAscii(plain).split(/\r?\n/)
  const heading = (lines[0] ?? '').split(',').map((name) => name.trim())
  const labels = heading
    .filter((name) => name.endsWith('_delta'))
    .map((name) => name.slice(0, -'_delta'.length))
  const complete = labels.every((l) => COLUMNS.every((c) => heading.includes(`${l}_${c}`)))
  if (!heading.includes('epoch') || labels.length === 0 || !complete) {
    const expected = 'epoch, stage and NAME_delta .. NAME_vardiff for each channel'
    return fail('BAND_POWER_HEADING', 'line 1', (lines[0] ?? '').slice(0, 80), expected)
  }
  return readRows(lines, heading, labels)
}

function readRows(
  lines: readonly string[],
  heading: readonly string[],
  labels: readonly string[],
): Result<BandPowerNight, BandPowerCode> {
  const table: { epoch: number; cells: readonly string[] }[] = []
  for (let i = 1; i < lines.length; i++) {
    if (lines[i]!.trim() === '') continue
    const cells = lines[i]!.split(',')
    const epoch = Number(cells[heading.indexOf('epoch')])
    const before = table.at(-1)?.epoch ?? -1
    if (!Number.isInteger(epoch) || epoch <= before || epoch >= MOST_EPOCHS) {
      const expected = `an epoch from ${before + 1} to ${MOST_EPOCHS - 1}`
      return fail('BAND_POWER_ROW', `line ${i + 1}`, lines[i]!.slice(0, 60), expected)
    }
    table.push({ epoch, cells })
  }
  const first = table[0]?.epoch ?? 0
  const epochs = table.length === 0 ? 0 : table.at(-1)!.epoch - first + 1
  const channels = labels.map((label) => {
    const values = new Float64Array(epochs * BAND_MEASURE_COUNT).fill(NaN)
    const columns = COLUMNS.map((c) => heading.indexOf(`${label}_${c}`))
    for (const { epoch, cells } of table) {
      const row = columns.map((c) => Number(cells[c] === '' ? NaN : cells[c]))
      const good = row.every((v) => v >= 0) && row[5]! > 0 && row[6]! > 0
      values.set(good ? row : row.fill(NaN), (epoch - first) * BAND_MEASURE_COUNT)
    }
    return { label, powers: { epochs, values } }
  })
  const column = heading.indexOf('stage')
  if (column < 0) return ok({ epochS: EPOCH_S, channels })
  const stages: Stage[] = new Array<Stage>(epochs).fill('?')
  for (const { epoch, cells } of table) {
    stages[epoch - first] = STAGES.find((stage) => stage === cells[column]?.trim()) ?? '?'
  }
  return ok({ epochS: EPOCH_S, channels, stages })
}

function decodeAscii(bytes: Uint8Array): string {
  let text = ''
  for (let i = 0; i < bytes.length; i += 8192) {
    text += String.fromCharCode(...bytes.subarray(i, i + 8192))
  }
  return text
}
