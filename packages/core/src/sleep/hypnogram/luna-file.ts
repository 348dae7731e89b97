import { fail, ok } from '../../math/result.ts'
import { EPOCH_S } from '../stage/stage.ts'
import type { HypnogramFileOptions, Reading } from './file.ts'
import { type Moment, readMoment, unrollClocks } from './moment.ts'
import { hypnogramOfSpans, type StageSpan } from './span.ts'
import { stageOfWord } from './stage-code.ts'
import { quoted } from './token.ts'

/** True for a Luna `.annot` file: its heading, or `# class | description` lines above tabs. */
export function isLunaFile(lines: readonly string[]): boolean {
  const rows = lines.slice(0, 200).filter((line) => line.trim() !== '')
  if (rows.some((line) => /^class\tinstance\t/i.test(line.trim()))) return true
  const classes = rows.filter((line) => /^#[^|]*(?:\||$)/.test(line)).length
  const body = rows.filter((line) => !line.startsWith('#'))
  const cells = body.map((line) => line.split('\t'))
  const bare = cells.some((row) => row.length >= 5 && stageOfWord(row[0]!) !== undefined)
  return (classes > 0 || bare) && cells.length > 0 && cells.every(isLunaRow)
}

function isLunaRow(cells: readonly string[]): boolean {
  const [first, last] = times(cells)
  return cells.length >= 3 && cells.length <= 7 && first !== undefined && last !== undefined
}

/**
 * Reads stages from a Luna `.annot` file: tab-separated `class instance channel start stop meta`
 * (older files have no channel). Start and stop are seconds, clocks `hh:mm:ss`, or epochs `e:12`;
 * the stop may be `...` (until the next) or `+30` (a length). Classes that are no stage are left
 * out; a class such as `SleepStage` takes the stage from the instance.
 */
export function readLunaFile(lines: readonly string[], options: HypnogramFileOptions): Reading {
  const rows: { start: Moment; stop: string; stage: StageSpan['stage']; where: string }[] = []
  let left = 0
  for (const [i, line] of lines.entries()) {
    if (line.trim() === '' || line.startsWith('#') || /^class\t/i.test(line)) continue
    const cells = line.split('\t').map((cell) => cell.trim())
    const where = `line ${i + 1}`
    const stage = stageOfWord(cells[0]!) ?? instanceStage(cells)
    if (stage === undefined) {
      left++
      continue
    }
    const [from = '', to = ''] = times(cells)
    const start = lunaMoment(from, options)
    if (!start) return fail('HYPNOGRAM_TIME', where, quoted(from), 'seconds, hh:mm:ss or e:N')
    rows.push({ start, stop: to, stage, where })
  }
  if (rows.length === 0) return fail('HYPNOGRAM_EMPTY', 'file', 'no stages', 'at least one')
  const starts = unrollClocks(rows.map(({ start }) => start))
  const spans: StageSpan[] = []
  for (const [i, { stop, stage, where, start }] of rows.entries()) {
    const durationS = lunaLength(stop, start, options)
    if (Number.isNaN(durationS)) return fail('HYPNOGRAM_TIME', where, quoted(stop), 'a stop time')
    spans.push({
      onsetS: starts[i]!,
      ...(durationS !== undefined && { durationS }),
      stage,
      where,
    })
  }
  const spanned = hypnogramOfSpans(spans, { epochS: options.epochS })
  if (!spanned.ok) return spanned
  const { startS, ...hypnogram } = spanned.value.hypnogram
  const elapsed = rows[0]!.start.kind === 'elapsed' && startS !== undefined
  return ok({
    hypnogram: { ...hypnogram, ...(elapsed && { startS }) },
    format: 'luna',
    warnings: [
      ...spanned.value.warnings,
      ...(left > 0 ? [`${left} rows that are no stage are left out`] : []),
    ],
  })
}

function instanceStage(cells: readonly string[]): StageSpan['stage'] | undefined {
  return /^(?:sleep)?_?stag(?:e|es|ing)$/i.test(cells[0]!) ? stageOfWord(cells[1] ?? '') : undefined
}

/** The two neighbouring cells that are times, the last such pair before the meta column. */
function times(cells: readonly string[]): readonly [string, string] | readonly [] {
  for (const at of [3, 2, 1]) {
    const from = cells[at]
    const to = cells[at + 1]
    if (from !== undefined && to !== undefined && isTime(from) && (isTime(to) || to === '...')) {
      return [from, to]
    }
  }
  return []
}

function isTime(text: string): boolean {
  return lunaMoment(text.replace(/^\+/, ''), {}) !== undefined
}

function lunaMoment(text: string, { epochS = EPOCH_S }: HypnogramFileOptions): Moment | undefined {
  const epoch = /^e:(?:\d+:\d+:)?(\d+)$/i.exec(text.trim())?.[1]
  return epoch ? { kind: 'elapsed', s: (Number(epoch) - 1) * epochS } : readMoment(text)
}

function lunaLength(
  stop: string,
  start: Moment,
  options: HypnogramFileOptions,
): number | undefined {
  if (stop === '...' || stop === '.' || stop === '') return undefined
  if (stop.startsWith('+')) return Number(stop.slice(1))
  if (/^e:/i.test(stop)) {
    return (lunaMoment(stop, options)?.s ?? Number.NaN) - start.s + (options.epochS ?? EPOCH_S)
  }
  const end = readMoment(stop)
  if (!end) return Number.NaN
  const length = end.s - start.s
  return end.kind === 'clock' && length < 0 ? length + 86400 : length
}
