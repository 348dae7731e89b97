import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** One run of a command: wall-clock seconds, the largest memory it held, and what it printed. */
export type Run = { readonly seconds: number; readonly maxRssMb: number; readonly stdout: string }

/** Runs a Node program to its end and measures it as a whole process, its start included. */
export function runNode(args: readonly string[]): Run {
  const folder = mkdtempSync(join(tmpdir(), 'nocturne-bench-'))
  const usageFile = join(folder, 'usage')
  const hook = `import{writeFileSync}from'node:fs';process.on('exit',()=>writeFileSync(${JSON.stringify(usageFile)},String(process.resourceUsage().maxRSS)))`
  const started = performance.now()
  const child = spawnSync(
    process.execPath,
    ['--import', `data:text/javascript,${encodeURIComponent(hook)}`, ...args],
    { encoding: 'utf8', maxBuffer: 1 << 28 },
  )
  const seconds = (performance.now() - started) / 1000
  if (child.status !== 0)
    throw new Error(`${args.join(' ')}: exit ${child.status}: ${child.stderr}`)
  const maxRssMb = Number(readFileSync(usageFile, 'utf8')) / 1024
  rmSync(folder, { recursive: true })
  return { seconds, maxRssMb, stdout: child.stdout }
}

/** Runs a Python peer that prints one JSON object; undefined when it cannot run here. */
export function runPython<T>(
  args: readonly string[],
  python = process.env.NOCTURNE_PYTHON,
): (T & { wallS: number }) | undefined {
  if (!python) return undefined
  const started = performance.now()
  const child = spawnSync(python, args, { encoding: 'utf8', maxBuffer: 1 << 28 })
  const wallS = (performance.now() - started) / 1000
  if (child.status !== 0) throw new Error(`${args.join(' ')}: ${child.stderr.slice(-2000)}`)
  return { ...(JSON.parse(child.stdout.trim().split('\n').at(-1) ?? '{}') as T), wallS }
}

/** The middle of some numbers, the lower one of two. */
export function middle(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[(sorted.length - 1) >> 1] ?? Number.NaN
}
