import type { Arguments, Io } from '../packages/cli/src/command.ts'
import type { Call } from './nocturne.ts'

/** Calls a part of `nocturne fleet` by its function, with positionals and options as parsed. */
export async function callFleet(
  run: (args: Arguments, io: Io) => Promise<number>,
  positionals: readonly string[],
  options: Readonly<Record<string, string | boolean>> = {},
): Promise<Call> {
  let [out, err] = ['', '']
  const args: Arguments = {
    positionals,
    text: (name) => {
      const value = options[name]
      return typeof value === 'string' ? value : undefined
    },
    flag: (name) => options[name] === true,
  }
  const io: Io = {
    out: (text) => {
      out += text
    },
    err: (text) => {
      err += text
    },
    progress: () => undefined,
    signal: new AbortController().signal,
  }
  return { code: await run(args, io), out, err }
}
