import { commentOf } from './line-file.ts'

/** A row of a table and the line it stands on. */
export type TableRow = { readonly cells: readonly string[]; readonly where: string }

/** A table of text: names of the columns where there is a heading, rows, comment lines. */
export type Table = {
  readonly names: readonly string[] | undefined
  readonly rows: readonly TableRow[]
  readonly comments: readonly string[]
}

/** Names that columns with a stage carry, the likeliest first: people before machines. */
export const STAGE_NAMES: readonly string[] = [
  'stage',
  'sleepstage',
  'stagehum',
  'stagehuman',
  'stageconsensus',
  'consensus',
  'stages',
  'hypnogram',
  'hypno',
  'staging',
  'sleepstaging',
  'stagename',
  'stagelabel',
  'sleepstages',
  'majority',
  'reference',
  'scorer1',
  'stageai',
  'prediction',
  'predicted',
  'device',
]

/** Names of columns that hold events of all kinds, stages among them. */
export const EVENT_NAMES: readonly string[] = [
  'description',
  'annotation',
  'annotations',
  'trialtype',
  'event',
  'eventtype',
  'eventname',
  'label',
  'class',
  'value',
  'state',
  'score',
  'scoring',
  'type',
  'name',
  'text',
]

const ONSET_NAMES = /^(?:onset|start|begin|starttime|begintime|starts|startsec|timestamp|datetime)/
const TIME_NAMES = /^(?:time|timehhmmss|times|clock|date|datetime|t|sec|seconds)(?:s|sec|seconds)?$/
const DURATION_NAMES = /^(?:duration|dur|length|epochlength|durationseconds)(?:s|sec|min|ms)?$/
const END_NAMES = /^(?:end|stop|offsettime|endtime|stoptime|ends|stops|endsec|stopsec)$/
const EPOCH_NAMES = /^(?:epoch|epochs|epochnumber|epochno|epochindex|epochid|nepoch|index)$/

/** What a heading says a column is. */
type ColumnRole = 'stage' | 'event' | 'onset' | 'time' | 'duration' | 'end' | 'epoch'

/** A column's name without case, spaces and signs: `Sleep_Stage` is `sleepstage`. */
export function columnKey(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '')
}

/** The role a column's name gives it; undefined when the name says nothing to us. */
export function columnRole(name: string): ColumnRole | undefined {
  const key = columnKey(name)
  if (STAGE_NAMES.includes(key)) return 'stage'
  if (EVENT_NAMES.includes(key)) return 'event'
  if (ONSET_NAMES.test(key)) return 'onset'
  if (DURATION_NAMES.test(key)) return 'duration'
  if (END_NAMES.test(key)) return 'end'
  if (EPOCH_NAMES.test(key)) return 'epoch'
  return TIME_NAMES.test(key) ? 'time' : undefined
}

/** Seconds per unit of a time column: its name may say ms, min or h; else seconds. */
export function columnUnitS(name: string): number {
  const unit = /(?:^|[\s_([])(ms|msec|min|mins|minutes|h|hours)[\])]?\s*$/i.exec(name)?.[1]
  if (!unit) return 1
  if (/^ms/i.test(unit)) return 0.001
  return /^min/i.test(unit) ? 60 : 3600
}

/**
 * Splits lines into a table. The separator is the one of tab, semicolon and comma that every row
 * has, else white space; quotes may hold separators. The first row is the heading when one of its
 * names is known or its first cell is empty.
 */
export function splitTable(lines: readonly string[]): Table {
  const comments: string[] = []
  const kept: { text: string; where: string }[] = []
  for (const [i, line] of lines.entries()) {
    const comment = commentOf(line.trim())
    if (comment !== undefined) comments.push(comment)
    else if (line.trim() !== '') kept.push({ text: line, where: `line ${i + 1}` })
  }
  const separator = separatorOf(kept.map(({ text }) => text))
  const rows = kept.map(({ text, where }) => ({ cells: splitRow(text, separator), where }))
  const first = rows[0]
  const headed =
    first !== undefined &&
    rows.length > 1 &&
    (first.cells[0] === '' || first.cells.some((cell) => columnRole(cell) !== undefined))
  return headed
    ? { names: first.cells, rows: rows.slice(1), comments }
    : { names: undefined, rows, comments }
}

/** The widest row of a table, in cells. */
export function tableWidth(table: Table): number {
  return table.rows.reduce((width, { cells }) => Math.max(width, cells.length), 0)
}

function separatorOf(lines: readonly string[]): string {
  const sample = lines.slice(0, 50)
  return ['\t', ';', ','].find((mark) => sample.every((line) => line.includes(mark))) ?? ' '
}

/** Stages of two or three words stay one cell where spaces separate the cells. */
function joinWords(line: string): string {
  return line.replace(/\b(sleep stage|stage|movement|not) (?=\S)/gi, (words) =>
    words.replace(/ /g, '_'),
  )
}

function splitRow(line: string, separator: string): string[] {
  if (separator === ' ') return joinWords(line).trim().split(/\s+/)
  const cells: string[] = []
  let cell = ''
  let inside = false
  for (const character of line) {
    if (character === '"') inside = !inside
    else if (character === separator && !inside) {
      cells.push(cell.trim())
      cell = ''
    } else cell += character
  }
  cells.push(cell.trim())
  return cells
}
