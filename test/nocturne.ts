import { execFile } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const NOCTURNE = fileURLToPath(new URL('../packages/cli/bin/nocturne.js', import.meta.url))
const MAX_OUTPUT = 1 << 28
/** Tests never read or write the models of the person who runs them. */
const HOME = { NOCTURNE_HOME: join(tmpdir(), 'nocturne-test-home') }

/** What a call of the command line did. */
export type Call = { readonly code: number; readonly out: string; readonly err: string }

/** Runs `nocturne` as a person would, to its end, with a home of its own. */
export function runNocturne(
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Call> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [NOCTURNE, ...words],
      { encoding: 'utf8', maxBuffer: MAX_OUTPUT, env: { ...process.env, ...HOME, ...environment } },
      (error, out, err) => {
        const code = error ? (typeof error.code === 'number' ? error.code : 1) : 0
        resolve({ code, out, err })
      },
    )
  })
}

/** The standard output of a call that must succeed. */
export async function nocturneText(...words: readonly string[]): Promise<string> {
  const { code, out, err } = await runNocturne(words)
  if (code !== 0) throw new Error(`nocturne ${words.join(' ')}: exit ${code}: ${err}`)
  return out
}
