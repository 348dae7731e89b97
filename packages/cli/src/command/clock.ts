import { type Arguments, type Command, type Io, UsageError } from '../command.ts'
import { FIT } from './clock-fit.ts'
import { PLOT } from './clock-plot.ts'
import { SIMULATE } from './clock-simulate.ts'
import type { ClockVerb } from './clock-verb.ts'

/** What `nocturne clock` can do, in the order of the help page. */
const VERBS: readonly ClockVerb[] = [SIMULATE, FIT, PLOT]

/** `nocturne clock VERB`: run a pacemaker, fit a person's, or draw it. */
export const command: Command = {
  name: 'clock',
  summary: 'The body clock: run a model over a light record, or fit a person’s own',
  usage: VERBS.map(({ usage }) => `clock ${usage}`).join(' | '),
  example: VERBS[0]!.example,
  positionals: [1, Math.max(...VERBS.map(({ positionals }) => positionals[1])) + 1],
  options: Object.assign({}, ...VERBS.map(({ options }) => options)) as Command['options'],
  run,
}

function run(args: Arguments, io: Io): Promise<number> {
  const [name, ...rest] = args.positionals
  const verb = VERBS.find((candidate) => candidate.name === name)
  if (!verb) {
    const expected = VERBS.map((candidate) => candidate.name).join(', ')
    throw new UsageError(`got "${name}", expected one of ${expected}`)
  }
  const [least, most] = verb.positionals
  if (rest.length < least || rest.length > most) {
    throw new UsageError(`got ${rest.length} files, expected: nocturne clock ${verb.usage}`)
  }
  for (const [option, { type }] of Object.entries(command.options)) {
    const given = type === 'boolean' ? args.flag(option) : args.text(option) !== undefined
    if (given && !(option in verb.options)) {
      throw new UsageError(`--${option}: got it, expected: nocturne clock ${verb.usage}`)
    }
  }
  return verb.run({ ...args, positionals: rest }, io)
}
