import { mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { OrdealReport } from '@nocturne/core/fleet'
import { UsageError } from './command.ts'

/** A seed of a storm and what became of it. */
export type SeedRun = OrdealReport & { readonly seed: number }

/** What the seeds of one file have in common: each line says it. */
export type StormSetting = {
  readonly devices: number
  readonly hours: number
  readonly flaw?: string
  /** The program that ran them. */
  readonly version: string
}

/** The seeds of a storm on disk, a line of JSON each, in the order in which they ended. */
export type StormFile = {
  /** Those that the file held when it was opened. */
  readonly runs: readonly SeedRun[]
  /** Adds a seed; resolves when it is on disk. Rejects when the disk does not take it, then ever. */
  add(run: SeedRun): Promise<void>
  close(): Promise<void>
}

/** Largest file that is read, bytes: some 500,000 seeds. */
const MOST_BYTES = 200_000_000
/** How every line begins: what is cut off at the end of a file is known by it. */
const BEGINNING = '{"seed":'
const NEWLINE = 0x0a

/**
 * Opens or begins a file of seeds. The torn last line of a program that was killed is cut off.
 * Throws `UsageError` for a line of another setting, for what is no such file, and for a seed that
 * stands there twice with two outcomes.
 */
export async function openStormFile(path: string, setting: StormSetting): Promise<StormFile> {
  await mkdir(dirname(path), { recursive: true })
  const file = await open(path, 'a+')
  try {
    const { size } = await file.stat()
    if (size > MOST_BYTES) throw wrong(path, `${size} bytes`, `at most ${MOST_BYTES}`)
    const bytes = await file.readFile()
    const whole = bytes.lastIndexOf(NEWLINE) + 1
    const runs = runsOf(bytes.toString('utf8', 0, whole), path, setting)
    if (whole < bytes.length) {
      // Where power went, zeros may stand for what was not written.
      const torn = bytes.toString('utf8', whole).replaceAll('\0', '')
      const isOurs = BEGINNING.startsWith(torn.slice(0, BEGINNING.length))
      if (!isOurs) throw wrong(path, `"${torn.slice(0, 40)}" at its end`, 'lines of seeds')
      await file.truncate(whole)
    }
    let [length, turn] = [whole, Promise.resolve()]
    const append = async (line: Buffer): Promise<void> => {
      try {
        await file.appendFile(line)
        await file.datasync()
        length += line.length
      } catch (error) {
        // Of a line that did not go in whole nothing stays, and none comes after it.
        await file.truncate(length).catch(() => undefined)
        throw error
      }
    }
    return {
      runs,
      add: ({ seed, ...report }) => {
        const line = Buffer.from(`${JSON.stringify({ seed, ...setting, ...report })}\n`)
        turn = turn.then(() => append(line))
        return turn
      },
      close: () => file.close(),
    }
  } catch (error) {
    await file.close()
    throw error
  }
}

function runsOf(text: string, path: string, setting: StormSetting): SeedRun[] {
  const runs = new Map<number, SeedRun>()
  for (const [k, line] of text.split('\n').entries()) {
    if (line === '') continue
    const where = `${path} line ${k + 1}`
    const { run, ...of } = readLine(line, where)
    const [got, expected] = [wordsOf(of), wordsOf(setting)]
    if (got !== expected) throw wrong(where, got, `${expected}, or another file`)
    const before = runs.get(run.seed)
    if (before !== undefined && before.digest !== run.digest) {
      throw wrong(where, `seed ${run.seed} with another digest`, `${before.digest} as before`)
    }
    runs.set(run.seed, run)
  }
  return [...runs.values()]
}

function readLine(line: string, where: string): StormSetting & { readonly run: SeedRun } {
  const problem = wrong(where, `"${line.slice(0, 40)}"`, 'a seed and its report as JSON')
  if (!line.startsWith(BEGINNING)) throw problem
  try {
    const { devices, hours, flaw, version, ...run } = JSON.parse(line) as StormSetting & SeedRun
    const isWhole = [run.seed, run.events, run.digest].every(Number.isSafeInteger)
    const { breach = { words: '', invariant: '', atMs: 0 } } = run
    const isTold = typeof breach.words === 'string' && Number.isFinite(breach.atMs)
    if (isWhole && isTold) return { devices, hours, ...(flaw && { flaw }), version, run }
  } catch {}
  throw problem
}

function wordsOf({ devices, hours, flaw, version }: StormSetting): string {
  const built = flaw === undefined ? '' : ` with ${flaw}`
  return `${devices} devices, ${hours} h${built}, program ${version}`
}

function wrong(where: string, got: string, expected: string): UsageError {
  return new UsageError(`${where}: got ${got}, expected ${expected}`)
}
