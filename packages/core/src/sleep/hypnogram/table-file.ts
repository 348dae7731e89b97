import { fail, ok, type Result } from '../../math/result.ts'
import { wallClockText } from '../../math/wall-clock.ts'
import { EPOCH_S, STAGE_COUNT, STAGES, type Stage } from '../stage/stage.ts'
import type { HypnogramCode, HypnogramFileOptions, Reading } from './file.ts'
import { hypnogramOf } from './hypnogram.ts'
import { statedEpoch } from './line-file.ts'
import { type Moment, readMoment, unrollClocks } from './moment.ts'
import { hypnogramOfSpans, MAX_EPOCHS, type SpannedHypnogram, type StageSpan } from './span.ts'
import { stageOfWord, statedCodes } from './stage-code.ts'
import { columnKey, columnUnitS, splitTable, type Table, type TableRow } from './table.ts'
import { findColumns, type TableColumns } from './table-column.ts'
import { quoted, stagesOfTokens, type TokenStages } from './token.ts'

/**
 * Reads a table with or without a heading, separated by tabs, semicolons, commas or spaces: any
 * order of onset (seconds, clock or date), duration or end, epoch number and stage; BIDS events
 * (BOAS: `stage_hum` before `stage_ai`, 8 = artefact), YASA's event table, MNE's annotations, our
 * own CSV with probabilities. Rows of other events are left out where the column holds events of
 * all kinds.
 */
export function readTableFile(lines: readonly string[], options: HypnogramFileOptions): Reading {
  const table = splitTable(lines)
  if (table.rows.length === 0) return fail('HYPNOGRAM_EMPTY', 'file', 'no rows', 'at least one')
  const probabilities = readProbabilities(table)
  const columns = findColumns(table, options.column)
  if (!columns.ok) {
    if (!probabilities || options.column !== undefined) return columns
    const epochS = options.epochS ?? statedEpoch(table.comments.join('\n')) ?? EPOCH_S
    const hypnogram = hypnogramOf(probabilities, { epochS })
    return ok({ hypnogram, format: 'table', warnings: [] })
  }
  const { stage, mixed } = columns.value
  const rows = mixed
    ? table.rows.filter(({ cells }) => stageOfWord(cells[stage] ?? '') !== undefined)
    : table.rows
  const stated = table.comments.map(statedCodes).find((codes) => codes !== undefined)
  const tokens = rows.map(({ cells, where }) => ({ text: cells[stage] ?? '', where }))
  const read = stagesOfTokens(tokens, options.codes ?? stated)
  if (!read.ok) return read
  return assemble(table, rows, columns.value, read.value, options)
}

function assemble(
  table: Table,
  rows: readonly TableRow[],
  columns: TableColumns,
  read: TokenStages,
  options: HypnogramFileOptions,
): Reading {
  const epochS =
    options.epochS ?? table.comments.map(statedEpoch).find((seconds) => seconds !== undefined)
  const placed = place(table, rows, columns, read.stages, epochS)
  if (!placed.ok) return placed
  const warnings = [...read.warnings, ...placed.value.warnings]
  if (columns.others.length > 0) {
    const taken = table.names?.[columns.stage] ?? ''
    warnings.push(`stages read from column ${taken} (also there: ${columns.others.join(', ')})`)
  }
  const left = table.rows.length - rows.length
  if (left > 0) warnings.push(`${left} rows that are no stage are left out`)
  const probabilities = left === 0 ? readProbabilities(table) : undefined
  const { hypnogram } = placed.value
  const fits = probabilities?.length === hypnogram.stages.length * STAGE_COUNT
  return ok({
    hypnogram: { ...hypnogram, ...(fits && { probabilities }) },
    format: 'table',
    ...(read.codes && { codes: read.codes }),
    warnings,
  })
}

function place(
  table: Table,
  rows: readonly TableRow[],
  columns: TableColumns,
  stages: readonly Stage[],
  epochS: number | undefined,
): Result<SpannedHypnogram, HypnogramCode> {
  const { onset, epoch } = columns
  if (onset !== undefined) return placeByTime(table, rows, columns, onset, stages, epochS)
  if (epoch !== undefined) return placeByEpoch(rows, epoch, stages, epochS ?? EPOCH_S)
  const constant = constantDuration(rows, columns.duration)
  if (stages.length > MAX_EPOCHS) {
    return fail('HYPNOGRAM_SIZE', 'file', `${stages.length} epochs`, `at most ${MAX_EPOCHS}`)
  }
  return ok({ hypnogram: { epochS: epochS ?? constant ?? EPOCH_S, stages }, warnings: [] })
}

function constantDuration(
  rows: readonly TableRow[],
  column: number | undefined,
): number | undefined {
  if (column === undefined) return undefined
  const values = new Set(rows.map(({ cells }) => readMoment(cells[column] ?? '')?.s))
  const [value] = values
  return values.size === 1 && value !== undefined && value > 0 ? value : undefined
}

function placeByTime(
  table: Table,
  rows: readonly TableRow[],
  columns: TableColumns,
  onset: number,
  stages: readonly Stage[],
  epochS: number | undefined,
): Result<SpannedHypnogram, HypnogramCode> {
  const moments: Moment[] = []
  for (const { cells, where } of rows) {
    const moment = readMoment(cells[onset] ?? '')
    if (!moment) return fail('HYPNOGRAM_TIME', where, quoted(cells[onset] ?? ''), 'an onset')
    moments.push(moment)
  }
  const unitS = columnUnitS(table.names?.[onset] ?? '')
  const starts = unrollClocks(moments).map((s) => s * unitS)
  const list: StageSpan[] = []
  for (const [i, row] of rows.entries()) {
    const durationS = spanDuration(table, row, columns, starts[i]!)
    if (Number.isNaN(durationS)) {
      return fail('HYPNOGRAM_TIME', row.where, quoted(row.cells.join(' ')), 'a duration in seconds')
    }
    const span = { onsetS: starts[i]!, stage: stages[i]!, where: row.where }
    list.push(durationS === undefined ? span : { ...span, durationS })
  }
  const spanned = hypnogramOfSpans(list, { epochS })
  if (!spanned.ok) return spanned
  const { startS, ...rest } = spanned.value.hypnogram
  const kind = moments[0]!.kind
  const hypnogram = {
    ...rest,
    ...(kind === 'elapsed' && startS !== undefined && { startS }),
    ...(kind === 'date' && startS !== undefined && { startTime: wallClockText(startS) }),
  }
  return ok({ hypnogram, warnings: spanned.value.warnings })
}

/**
 * Length of a row's span, seconds; undefined where the table has none, NaN where it cannot be read.
 */
function spanDuration(
  table: Table,
  row: TableRow,
  columns: TableColumns,
  startS: number,
): number | undefined {
  const { duration, end } = columns
  const column = duration ?? end
  if (column === undefined) return undefined
  const text = row.cells[column] ?? ''
  if (text === '' || text === 'n/a') return undefined
  const moment = readMoment(text)
  if (!moment) return Number.NaN
  const s = moment.s * columnUnitS(table.names?.[column] ?? '')
  if (duration !== undefined) return s
  const length = s - (moment.kind === 'clock' ? startS % 86400 : startS)
  return moment.kind === 'clock' && length < 0 ? length + 86400 : length
}

function placeByEpoch(
  rows: readonly TableRow[],
  column: number,
  stages: readonly Stage[],
  epochS: number,
): Result<SpannedHypnogram, HypnogramCode> {
  const placed: Stage[] = []
  let first: number | undefined
  for (const [i, { cells, where }] of rows.entries()) {
    const text = cells[column] ?? ''
    const epoch = /^\d+(\.0*)?$/.test(text) ? Number(text) : Number.NaN
    first ??= epoch
    const at = epoch - first
    if (Number.isNaN(epoch)) {
      return fail('HYPNOGRAM_TIME', where, quoted(text), 'the number of an epoch')
    }
    if (!(at >= placed.length && at < MAX_EPOCHS)) {
      const expected = `an epoch after ${placed.length - 1 + first} (one night in a file)`
      return fail('HYPNOGRAM_TIME', where, `epoch ${quoted(text)}`, expected)
    }
    while (placed.length < at) placed.push('?')
    placed.push(stages[i]!)
  }
  return ok({ hypnogram: { epochS, stages: placed }, warnings: [] })
}

/** n x 5 from columns named W N1 N2 N3 R or p_W …, `WAKE`/`REM` too; empty cells are NaN. */
function readProbabilities(table: Table): Float32Array | undefined {
  const keys = table.names?.map((name) => columnKey(name).replace(/^(?:p|prob|proba)(?=[wnr])/, ''))
  const columns = STAGES.map((stage) => {
    const names = { W: ['w', 'wake'], N1: ['n1'], N2: ['n2'], N3: ['n3'], R: ['r', 'rem'] }[stage]
    return keys?.findIndex((key) => names.includes(key)) ?? -1
  })
  if (columns.includes(-1)) return undefined
  const probabilities = new Float32Array(table.rows.length * STAGE_COUNT)
  for (const [i, { cells }] of table.rows.entries()) {
    for (const [k, column] of columns.entries()) {
      const text = cells[column] ?? ''
      probabilities[i * STAGE_COUNT + k] = text === '' ? Number.NaN : Number(text)
    }
  }
  return probabilities
}
