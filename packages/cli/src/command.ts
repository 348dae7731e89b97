import type { ParseArgsConfig } from 'node:util'

/** Where a command speaks. Documents go to `out`; progress, warnings and errors to `err`. */
export type Io = {
  out(text: string): void
  err(text: string): void
  /** Shows how far long work has come, 0..1, on stderr; silent for work under a second. */
  progress(label: string, fraction: number): void
  /** Aborted by Ctrl-C: long work stops and leaves no half-written file. */
  readonly signal: AbortSignal
}

/** What a command was called with, after parsing. */
export type Arguments = {
  readonly positionals: readonly string[]
  /** The value of a text option, or undefined when it was not given. */
  text(name: string): string | undefined
  /** True when a flag was given. */
  flag(name: string): boolean
}

/** One command of `nocturne`: its words for a person, its options, and what it does. */
export type Command = {
  readonly name: string
  /** One line for the list of commands. */
  readonly summary: string
  /** The call's shape after the word nocturne: `read FILE [--json]`. */
  readonly usage: string
  /** A call that works, for the help page. */
  readonly example: string
  /** Every option with one line of help; `--json` and `--help` are understood by all. */
  readonly options: Readonly<Record<string, CommandOption>>
  /** What else a person should know, a line each, below the options. */
  readonly notes?: readonly string[]
  /** Smallest and largest number of positional arguments. */
  readonly positionals: readonly [least: number, most: number]
  /**
   * Does the work. Resolves to the exit code: 0 done, 1 the answer is no. Throws `UsageError` for
   * bad usage or input (exit code 2).
   */
  run(args: Arguments, io: Io): Promise<number>
}

/** An option of a command, as `node:util` parses it, with its line of help. */
export type CommandOption = {
  readonly type: 'string' | 'boolean'
  /** What stands for the value in the help: `FILE`, `N`. */
  readonly value?: string
  readonly help: string
  /** May be said more than once: its text is all values, a space between two. */
  readonly isMany?: boolean
}

/** Bad usage or bad input: one line on stderr (what, where, got, expected) and exit code 2. */
export class UsageError extends Error {
  override readonly name: string = 'UsageError'
}

/** Reads a number option; undefined when absent. Throws `UsageError` outside `[least, most]`. */
export function numberOption(
  args: Arguments,
  name: string,
  least: number,
  most: number,
): number | undefined {
  const text = args.text(name)
  if (text === undefined) return undefined
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value) || value < least || value > most) {
    throw new UsageError(`--${name}: got "${text}", expected a number from ${least} to ${most}`)
  }
  return value
}

/** The options of a command in the form `node:util`'s parseArgs wants. */
export function parserOptions(command: Command): NonNullable<ParseArgsConfig['options']> {
  const options: NonNullable<ParseArgsConfig['options']> = {
    json: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  }
  for (const [name, { type, isMany = false }] of Object.entries(command.options))
    options[name] = { type, multiple: isMany }
  return options
}

/**
 * The one line a person gets for a usage error or a system error; undefined for our own mistakes.
 */
export function oneLine(error: unknown): string | undefined {
  if (error instanceof UsageError) return error.message
  if (error instanceof Error && 'code' in error && 'syscall' in error) {
    const path = 'path' in error ? `${String(error.path)}: ` : ''
    return `${path}got ${String(error.code)}, expected to ${String(error.syscall)} it`
  }
  return undefined
}
