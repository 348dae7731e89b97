import { wallClockS, wallClockText } from '../../math/wall-clock.ts'
import { timeOfDayS } from '../evidence/local-time.ts'

const DAY_S = 86_400
/** Columns of a day that make a graph: hours, or finer. */
const LEAST_COLUMNS = 24

/** A cell of a sheet: what it shows, and the fill it has (0 = none). */
export type SheetCell = { readonly text: string; readonly fill: number }

/**
 * A sheet in which days are rows, hours are columns and sleep is the cells that were filled, as a
 * table of sleeps; undefined for any other sheet. The first row has the times of a day in equal
 * steps from 00:00, the first column dates. The fill that most cells under the times have is sleep;
 * what goes on over midnight is one sleep. Times are as fine as the columns.
 */
export function sheetGraph(rows: readonly (readonly SheetCell[])[]): string | undefined {
  const stepS = stepOf(rows[0] ?? [])
  if (stepS === undefined) return undefined
  const columns = DAY_S / stepS
  const days = rows.slice(1).flatMap((row) => {
    const dayS = wallClockS(`${row[0]?.text.slice(0, 10)} 00:00`)
    return dayS === undefined ? [] : [{ dayS, cells: row.slice(1, columns + 1) }]
  })
  const asleep = commonFill(days.flatMap(({ cells }) => cells))
  if (days.length === 0 || asleep === 0) return undefined
  const spans: { fromS: number; toS: number }[] = []
  for (const { dayS, cells } of days.sort((a, b) => a.dayS - b.dayS)) {
    for (const [i, { fill }] of cells.entries()) {
      if (fill !== asleep) continue
      const fromS = dayS + i * stepS
      const last = spans.at(-1)
      if (last?.toS === fromS) last.toS = fromS + stepS
      else spans.push({ fromS, toS: fromS + stepS })
    }
  }
  const lines = spans.map(({ fromS, toS }) => `${wallClockText(fromS)},${wallClockText(toS)}`)
  return ['sleep,wake', ...lines].join('\n')
}

/** Seconds from column to column when the first row has the times of a whole day. */
function stepOf(header: readonly SheetCell[]): number | undefined {
  const times = header.slice(1).map(({ text }) => timeOfDayS(text))
  const end = times.indexOf(undefined)
  const n = end < 0 ? times.length : end
  const stepS = DAY_S / n
  const isEven = times.slice(0, n).every((s, i) => Math.abs(s! - i * stepS) < 1)
  return n >= LEAST_COLUMNS && isEven ? stepS : undefined
}

/** The fill that most filled cells have; 0 when none is filled. */
function commonFill(cells: readonly SheetCell[]): number {
  const counts = new Map<number, number>()
  for (const { fill } of cells) if (fill !== 0) counts.set(fill, (counts.get(fill) ?? 0) + 1)
  let [best, most] = [0, 0]
  for (const [fill, count] of counts) if (count > most) [best, most] = [fill, count]
  return best
}
