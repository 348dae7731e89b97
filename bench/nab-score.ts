import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** One series of the benchmark, read: its rows and the windows of its anomalies. */
export type NabSeries = {
  /** `category/name`, without `.csv`. */
  readonly name: string
  readonly times: readonly string[]
  readonly values: Float64Array
  /** First and last row of each window, both ends counted. */
  readonly windows: readonly (readonly [number, number])[]
}

/** What a hit, a false alarm and a miss cost. */
export type NabProfile = {
  readonly hit: number
  readonly falseAlarm: number
  readonly miss: number
}

/** The benchmark's three profiles. */
export const NAB_PROFILES: Readonly<Record<'standard' | 'lowFp' | 'lowFn', NabProfile>> = {
  standard: { hit: 1, falseAlarm: 0.11, miss: 1 },
  lowFp: { hit: 1, falseAlarm: 0.22, miss: 1 },
  lowFn: { hit: 1, falseAlarm: 0.11, miss: 2 },
}

/** Rows at a series' start that nobody is scored on. */
export function probationRows(rows: number): number {
  return Math.floor(0.15 * Math.min(rows, 5000))
}

/** Reads every series of a folder that has labels (`data/<category>/<name>.csv`, `labels/`). */
export function readNab(folder: string): NabSeries[] {
  const labels = JSON.parse(
    readFileSync(join(folder, 'labels', 'combined_windows.json'), 'utf8'),
  ) as Record<string, [string, string][]>
  const series: NabSeries[] = []
  for (const category of readdirSync(join(folder, 'data')).sort()) {
    for (const file of readdirSync(join(folder, 'data', category)).sort()) {
      const windows = labels[`${category}/${file}`]
      if (!windows) continue
      const lines = readFileSync(join(folder, 'data', category, file), 'utf8')
        .trim()
        .split('\n')
      const rows = lines.slice(1).map((line) => line.split(','))
      const times = rows.map((row) => row[0]!)
      series.push({
        name: `${category}/${file.replace(/\.csv$/, '')}`,
        times,
        values: Float64Array.from(rows, (row) => Number(row[1])),
        windows: windows.map(([from, to]) => [rowAt(times, from), rowAt(times, to)]),
      })
    }
  }
  return series
}

function rowAt(times: readonly string[], label: string): number {
  return times.indexOf(label.replace(/\.0+$/, ''))
}

/** What a detection at each row is worth: a window's rows above 0, the others at most 0. */
type Worth = { readonly worth: Float64Array; readonly windowOf: Int32Array; readonly from: number }

function worthOf(series: NabSeries, profile: NabProfile): Worth {
  const rows = series.values.length
  const worth = new Float64Array(rows)
  const windowOf = new Int32Array(rows).fill(-1)
  let previous: readonly [number, number] | undefined
  let next = 0
  for (let i = 0; i < rows; i++) {
    const window = series.windows[next]
    if (window && i >= window[0]) {
      const width = window[1] - window[0] + 1
      worth[i] = (profile.hit * fallingOff(-(window[1] - i + 1) / width)) / fallingOff(-1)
      windowOf[i] = next
      if (i === window[1]) {
        previous = window
        next++
      }
    } else if (previous) {
      const width = previous[1] - previous[0]
      worth[i] = profile.falseAlarm * fallingOff((i - previous[1]) / width)
    } else worth[i] = -profile.falseAlarm
  }
  return { worth, windowOf, from: probationRows(rows) }
}

/** The benchmark's scaled sigmoid: 1 far before a window's end, 0 at it, -1 far behind. */
function fallingOff(position: number): number {
  return position > 3 ? -1 : 2 / (1 + Math.exp(5 * position)) - 1
}

/** Raw score of one series at a threshold: a row is a detection where its score reaches it. */
export function rawNabScore(
  series: NabSeries,
  scores: ArrayLike<number>,
  profile: NabProfile,
  threshold: number,
): number {
  const { worth, windowOf, from } = worthOf(series, profile)
  const best = series.windows.map(() => -profile.miss)
  let sum = 0
  for (let i = from; i < worth.length; i++) {
    if (!(scores[i]! >= threshold)) continue
    const window = windowOf[i]!
    if (window < 0) sum += worth[i]!
    else best[window] = Math.max(best[window]!, worth[i]!)
  }
  return best.reduce((a, b) => a + b, sum)
}

/** The best threshold of a whole corpus and the normalised score there, 100 = perfect, 0 = mute. */
export type NabResult = { readonly score: number; readonly threshold: number }

/** Optimises one threshold over a corpus, as the benchmark does. */
export function optimalNabScore(
  corpus: readonly NabSeries[],
  scores: readonly ArrayLike<number>[],
  profile: NabProfile,
): NabResult {
  const rows: { s: number; w: number; at: number }[] = []
  let windows = 0
  for (const [k, series] of corpus.entries()) {
    const { worth, windowOf, from } = worthOf(series, profile)
    for (let i = from; i < worth.length; i++) {
      const s = scores[k]![i]!
      if (s > 0) rows.push({ s, w: worth[i]!, at: windowOf[i]! < 0 ? -1 : windows + windowOf[i]! })
    }
    windows += series.windows.length
  }
  rows.sort((a, b) => b.s - a.s)
  const best = new Float64Array(windows).fill(-profile.miss)
  let raw = -profile.miss * windows
  let top: NabResult = { score: normalised(raw, windows, profile), threshold: 1.1 }
  for (let i = 0; i < rows.length; i++) {
    const { s, w, at } = rows[i]!
    if (at < 0) raw += w
    else if (w > best[at]!) {
      raw += w - best[at]!
      best[at] = w
    }
    if (rows[i + 1]?.s === s) continue
    const score = normalised(raw, windows, profile)
    if (score > top.score) top = { score, threshold: s }
  }
  return top
}

/** A corpus' normalised score at a threshold that was fixed before. */
export function nabScoreAt(
  corpus: readonly NabSeries[],
  scores: readonly ArrayLike<number>[],
  profile: NabProfile,
  threshold: number,
): number {
  let raw = 0
  let windows = 0
  for (const [k, series] of corpus.entries()) {
    raw += rawNabScore(series, scores[k]!, profile, threshold)
    windows += series.windows.length
  }
  return normalised(raw, windows, profile)
}

function normalised(raw: number, windows: number, profile: NabProfile): number {
  return (100 * (raw + profile.miss * windows)) / (windows * (profile.hit + profile.miss))
}
