import { execFile } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { nocturne } from '../packages/cli/src/nocturne.ts'

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

/**
 * Runs `nocturne` in this process, from source: the same words and answers without the third of a
 * second that a process takes to start. One call at a time: the home is set for its length.
 */
export async function callNocturne(
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Call> {
  let [out, err] = ['', '']
  const before = process.env.NOCTURNE_HOME
  process.env.NOCTURNE_HOME = environment.NOCTURNE_HOME ?? HOME.NOCTURNE_HOME
  try {
    const code = await nocturne(words, {
      out: (text) => {
        out += text
      },
      err: (text) => {
        err += text
      },
      progress: () => undefined,
      signal: new AbortController().signal,
    })
    return { code, out, err }
  } finally {
    if (before === undefined) delete process.env.NOCTURNE_HOME
    else process.env.NOCTURNE_HOME = before
  }
}

/** The standard output of a call that must succeed. */
export async function nocturneText(...words: readonly string[]): Promise<string> {
  const { code, out, err } = await runNocturne(words)
  if (code !== 0) throw new Error(`nocturne ${words.join(' ')}: exit ${code}: ${err}`)
  return out
}
