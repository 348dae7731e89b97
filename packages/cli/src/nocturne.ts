import { parseArgs } from 'node:util'
import { COMMANDS } from './command/index.ts'
import {
  type Arguments,
  type Command,
  type CommandOption,
  type Io,
  oneLine,
  parserOptions,
  UsageError,
} from './command.ts'
import { progressBar } from './progress.ts'

/** Exit code for Ctrl-C, as shells expect it (128 + SIGINT). */
const INTERRUPTED = 130
/** Time that a night has to close its source and its box; a second Ctrl-C does not wait. */
const GRACE_MS = 4000

/** Runs `nocturne` with the words after its name; resolves to the exit code of DESIGN §3. */
export async function nocturne(words: readonly string[], io: Io): Promise<number> {
  const [name, ...rest] = words
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    const command = COMMANDS.find((candidate) => candidate.name === rest[0])
    io.out(command ? helpPage(command) : overview())
    return 0
  }
  const command = COMMANDS.find((candidate) => candidate.name === name)
  if (!command) {
    io.err(`nocturne: got "${name}", expected one of ${COMMANDS.map((c) => c.name).join(', ')}\n`)
    return 2
  }
  return runCommand(command, rest, io)
}

/**
 * The process's own streams as an `Io`. Ctrl-C aborts its signal once a command has asked for that;
 * until then it ends the process at once, as computing never comes up for air to hear it.
 */
export function processIo(): Io {
  let interrupt: AbortController | undefined
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0)
  })
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    progress: progressBar((text) => void process.stderr.write(text), process.stderr.isTTY === true),
    get signal() {
      interrupt ??= abortedByInterrupt()
      return interrupt.signal
    },
  }
}

function abortedByInterrupt(): AbortController {
  const interrupt = new AbortController()
  const end = (): void => {
    interrupt.abort()
    setTimeout(() => process.exit(INTERRUPTED), GRACE_MS).unref()
  }
  process.once('SIGINT', end)
  // Begun by a program that is gone, perhaps already.
  process.once('disconnect', end)
  if (process.send !== undefined && !process.connected) end()
  process.channel?.unref()
  return interrupt
}

async function runCommand(command: Command, words: readonly string[], io: Io): Promise<number> {
  try {
    const args = readArguments(command, words)
    if (args.flag('help')) {
      io.out(helpPage(command))
      return 0
    }
    const [least, most] = command.positionals
    if (args.positionals.length < least || args.positionals.length > most) {
      throw new UsageError(
        `got ${args.positionals.length} arguments, expected: nocturne ${command.usage}`,
      )
    }
    return await command.run(args, io)
  } catch (error) {
    if (io.signal.aborted) return INTERRUPTED
    const line = oneLine(error)
    if (line === undefined) throw error
    io.progress('', 1)
    io.err(`nocturne ${command.name}: ${line}\n`)
    return 2
  }
}

function readArguments(command: Command, words: readonly string[]): Arguments {
  try {
    const { values, positionals } = parseArgs({
      args: joinNegatives(words),
      options: parserOptions(command),
      allowPositionals: true,
      strict: true,
    })
    return {
      positionals,
      text: (name) => textOf(values[name]),
      flag: (name) => values[name] === true,
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error)
    throw new UsageError(`${reason} See: nocturne ${command.name} --help`)
  }
}

function textOf(value: unknown): string | undefined {
  if (Array.isArray(value)) return value.join(' ')
  return typeof value === 'string' ? value : undefined
}

/** `--hours -3` is a value, not an option: joined so that the option's own check can answer it. */
function joinNegatives(words: readonly string[]): string[] {
  const joined: string[] = []
  for (const word of words) {
    const last = joined.at(-1)
    if (/^-\d/.test(word) && last && /^--[^=]+$/.test(last)) joined[joined.length - 1] += `=${word}`
    else joined.push(word)
  }
  return joined
}

function overview(): string {
  const width = Math.max(...COMMANDS.map((command) => command.name.length))
  const rows = COMMANDS.map((command) => `  ${command.name.padEnd(width + 2)}${command.summary}`)
  return [
    'nocturne: reads sleep, and says how sure it is. Not a medical device.',
    '',
    ...rows,
    '',
    'nocturne COMMAND --help   more about one command',
    '--json                    one JSON document on stdout and nothing else',
    '',
  ].join('\n')
}

function helpPage(command: Command): string {
  const options = Object.entries({
    ...command.options,
    json: { type: 'boolean', help: 'one JSON document on stdout and nothing else' },
  } satisfies Record<string, CommandOption>).map(([name, option]: [string, CommandOption]) => {
    const left = option.type === 'string' ? `--${name} ${option.value ?? 'TEXT'}` : `--${name}`
    return `  ${left.padEnd(24)}${option.help}`
  })
  return [
    `nocturne ${command.usage}`,
    '',
    `${command.summary}.`,
    '',
    'Options',
    ...options,
    '',
    ...(command.notes === undefined ? [] : [...command.notes, '']),
    'Example',
    `  ${command.example}`,
    '',
  ].join('\n')
}
