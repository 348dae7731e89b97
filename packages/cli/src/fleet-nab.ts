import { readdir, readFile } from 'node:fs/promises'
import { basename, dirname, join, relative } from 'node:path'
import { SERIES_DETECTOR } from '@nocturne/core/fleet'
import { wallClockS } from '@nocturne/core/math'
import { type Arguments, type CommandOption, type Io, UsageError } from './command.ts'
import { writeWholeFile } from './whole-file.ts'

/** Most series of a folder, and most characters of one. */
const MOST_SERIES = 10_000
const LONGEST_SERIES = 100_000_000

/** The options of `nocturne fleet nab`. */
export const FLEET_NAB_OPTIONS: Readonly<Record<string, CommandOption>> = {
  scores: { type: 'string', value: 'OUT', help: 'nab: the folder for the scores' },
}

/**
 * `nocturne fleet nab DIR --scores OUT`: runs the series detector over every CSV file of a folder
 * (`timestamp,value`; in `DIR/data` where there is such a folder), row by row, and writes a score
 * of 0 to 1 for each row to `OUT/<category>/<name>.txt`. A value that is no number scores 0.
 */
export async function runFleetNab(args: Arguments, io: Io): Promise<number> {
  const [folder, ...more] = args.positionals
  const out = args.text('scores')
  if (folder === undefined || more.length > 0 || out === undefined) {
    throw new UsageError(`got "${args.positionals.join(' ')}", expected nab DIR --scores OUT`)
  }
  const { root, files } = await seriesOf(folder)
  let rows = 0
  for (const [i, file] of files.entries()) {
    if (io.signal.aborted) return 1
    io.progress('scoring', i / files.length)
    const path = relative(root, file)
    const scores = scoresOf(await readFile(file, 'utf8'), file)
    const target = join(out, dirname(path), `${basename(path, '.csv')}.txt`)
    await writeWholeFile(target, `${scores.join('\n')}\n`)
    rows += scores.length
  }
  io.progress('scoring', 1)
  const done = { series: files.length, rows, scores: out }
  const text = `${files.length} series, ${rows} rows: a score a row in ${out}\n`
  io.out(args.flag('json') ? `${JSON.stringify(done)}\n` : text)
  return 0
}

async function seriesOf(folder: string): Promise<{ root: string; files: string[] }> {
  for (const root of [join(folder, 'data'), folder]) {
    const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => [])
    const files = entries
      .filter((entry) => entry.isFile() && entry.name.endsWith('.csv'))
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
    if (files.length > MOST_SERIES) {
      throw new UsageError(`${root}: got ${files.length} series, expected at most ${MOST_SERIES}`)
    }
    if (files.length > 0) return { root, files }
  }
  throw new UsageError(`${folder}: got no CSV file, expected DIR/<category>/<name>.csv`)
}

function scoresOf(text: string, path: string): string[] {
  if (text.length > LONGEST_SERIES) {
    const got = `${text.length} characters`
    throw new UsageError(`${path}: got ${got}, expected at most ${LONGEST_SERIES}`)
  }
  let state = SERIES_DETECTOR.begin()
  const lines = text.split(/\r?\n/).filter((line) => line !== '')
  return lines.slice(1).map((line, i) => {
    const [time = '', value = ''] = line.split(',')
    const atS = wallClockS(time)
    if (atS === undefined) {
      const got = JSON.stringify(time.slice(0, 40))
      throw new UsageError(`${path}, row ${i + 2}: got ${got}, expected YYYY-MM-DD HH:MM:SS`)
    }
    const number = value.trim() === '' ? Number.NaN : Number(value)
    const judged = SERIES_DETECTOR.step(state, { minute: atS / 60, value: number })
    state = judged.state
    return Number.isNaN(judged.score) ? '0' : judged.score.toFixed(6).replace(/\.?0+$/, '')
  })
}
