import { fail, ok, type Result } from '../../math/result.ts'
import { readMoment } from './moment.ts'
import { codeOf, stageOfWord, UNSCORED_CODES } from './stage-code.ts'
import { columnKey, columnRole, EVENT_NAMES, STAGE_NAMES, type Table, tableWidth } from './table.ts'

/** Which column is what; `step` says whether the onset column counts epochs or seconds. */
export type TableColumns = {
  readonly stage: number
  /** True when other events share the stage column: rows that are no stage are then left out. */
  readonly mixed: boolean
  readonly onset?: number
  readonly duration?: number
  readonly end?: number
  readonly epoch?: number
  /** Names of other columns that could be meant. */
  readonly others: readonly string[]
}

/**
 * Finds the columns of a table: by the user's choice, by the names of the heading, else by what is
 * in them. Fails with `HYPNOGRAM_COLUMN` when the chosen one is not there or none holds stages.
 */
export function findColumns(
  table: Table,
  wanted: string | undefined,
): Result<TableColumns, 'HYPNOGRAM_COLUMN'> {
  const stage = wanted === undefined ? stageColumn(table) : chosenColumn(table, wanted)
  if (stage === undefined) {
    const names = table.names?.join(', ') ?? `${tableWidth(table)} columns without names`
    const expected = wanted === undefined ? 'a column of stages' : `the column ${wanted}`
    return fail('HYPNOGRAM_COLUMN', 'heading', names, expected)
  }
  const role = columnRole(table.names?.[stage] ?? '')
  return ok({
    stage,
    mixed: wanted === undefined && role === 'event',
    others: otherStageColumns(table, stage),
    ...(table.names ? namedTimes(table, table.names, stage) : guessedTimes(table, stage)),
  })
}

function chosenColumn(table: Table, wanted: string): number | undefined {
  const key = columnKey(wanted)
  const named = table.names?.findIndex((name) => columnKey(name) === key) ?? -1
  if (named >= 0) return named
  const number = Number(wanted)
  return Number.isInteger(number) && number >= 1 && number <= tableWidth(table)
    ? number - 1
    : undefined
}

function stageColumn(table: Table): number | undefined {
  const keys = table.names?.map(columnKey) ?? []
  for (const name of STAGE_NAMES) {
    const at = keys.indexOf(name)
    if (at >= 0) return at
  }
  const pure = pureStageColumn(table)
  if (pure !== undefined && table.names === undefined) return pure
  const events = EVENT_NAMES.map((name) => keys.indexOf(name)).filter((at) => at >= 0)
  return events.find((at) => someStages(table, at)) ?? pure
}

/** Names of further columns that a stage could be read from: shown to the user in a warning. */
function otherStageColumns(table: Table, stage: number): string[] {
  const names = table.names ?? []
  return names.filter((name, at) => at !== stage && columnRole(name) === 'stage')
}

function someStages(table: Table, at: number): boolean {
  return table.rows.some(({ cells }) => stageOfWord(cells[at] ?? '') !== undefined)
}

/**
 * The column in which every cell is a stage: words before numbers, one that does not grow before
 * one that does (as a count of epochs would), then the one with most values.
 */
function pureStageColumn(table: Table): number | undefined {
  let best: number | undefined
  let bestScore = 0
  for (let at = 0; at < tableWidth(table); at++) {
    const role = columnRole(table.names?.[at] ?? '')
    if (role !== undefined && role !== 'stage' && role !== 'event') continue
    const cells = table.rows.map((row) => row.cells[at] ?? '')
    const words = cells.filter((cell) => stageOfWord(cell) !== undefined).length
    const codes = cells.filter(isStageCode).length
    if (words + codes < cells.length) continue
    const score = new Set(cells).size + (words > 0 ? 2000 : grows(cells) ? 0 : 1000)
    if (score >= bestScore) {
      best = at
      bestScore = score
    }
  }
  return best
}

function isStageCode(cell: string): boolean {
  const code = codeOf(cell)
  return code !== undefined && ((code >= 0 && code <= 5) || UNSCORED_CODES.includes(code))
}

function grows(cells: readonly string[]): boolean {
  const moments = cells.map(readMoment)
  if (cells.length < 2) return false
  return moments.every((moment, i) => moment && (i === 0 || moment.s > moments[i - 1]!.s))
}

type Times = Pick<TableColumns, 'onset' | 'duration' | 'end' | 'epoch'>

function namedTimes(table: Table, names: readonly string[], stage: number): Times {
  const of = (role: string): number | undefined => {
    const at = names.findIndex((name, i) => i !== stage && columnRole(name) === role)
    return at >= 0 ? at : undefined
  }
  const epoch = of('epoch')
  const onset = of('onset') ?? of('time')
  const duration = of('duration')
  const end = of('end')
  if (onset === undefined && epoch === undefined && duration === undefined && end === undefined) {
    return guessedTimes(table, stage)
  }
  return {
    ...(onset !== undefined && { onset }),
    ...(duration !== undefined && { duration }),
    ...(end !== undefined && { end }),
    ...(epoch !== undefined && { epoch }),
  }
}

/** Without names: the growing column is the onset (or the epoch, when it counts by one). */
function guessedTimes(table: Table, stage: number): Times {
  const width = tableWidth(table)
  const column = (at: number): string[] => table.rows.map((row) => row.cells[at] ?? '')
  const rest = Array.from({ length: width }, (_, at) => at).filter((at) => at !== stage)
  const onset = rest.find((at) => grows(column(at)))
  if (onset === undefined) return {}
  const starts = column(onset).map((cell) => readMoment(cell)!.s)
  const counts = starts.every((s, i) => i === 0 || s - starts[i - 1]! === 1)
  const duration = rest.find((at) => at !== onset && isDuration(column(at)))
  if (counts && duration === undefined) return { epoch: onset }
  return { onset, ...(duration !== undefined && { duration }) }
}

function isDuration(cells: readonly string[]): boolean {
  return cells.every((cell) => {
    const moment = readMoment(cell)
    return moment?.kind === 'elapsed' && moment.s > 0
  })
}
