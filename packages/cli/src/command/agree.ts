import { describeProblem } from '@nocturne/core/math'
import {
  type Agreement,
  type AlignedHypnograms,
  agreement,
  alignHypnograms,
  findShift,
  type Hypnogram,
  type HypnogramFileOptions,
  parseStageCodes,
  readHypnogramSource,
  type StageCodes,
} from '@nocturne/core/sleep'
import { agreementText, scorersText } from '../agreement-text.ts'
import { type Arguments, type Command, type Io, numberOption, UsageError } from '../command.ts'
import { fileSource } from '../file-source.ts'
import { compareScorers } from '../scorer-comparison.ts'

/** Most hypnograms that are compared at once: pairs grow with the square. */
const MOST_FILES = 20

/** `nocturne agree A B …`: epoch-by-epoch agreement of hypnograms. */
export const command: Command = {
  name: 'agree',
  summary: 'Compare hypnograms epoch by epoch: two, or several scorers of one night',
  usage: 'agree A B [MORE…] [--codes C] [--column C] [--min-kappa K]',
  example: 'nocturne agree expert.edf night.json',
  positionals: [2, MOST_FILES],
  options: {
    codes: {
      type: 'string',
      value: 'C',
      help: 'what numbers mean: aasm, rk, dreams, or 0=W,1=N1,2=N2,3=N3,4=R',
    },
    'codes-a': { type: 'string', value: 'C', help: 'the same for the first file only' },
    'codes-b': { type: 'string', value: 'C', help: 'the same for the second file only' },
    column: { type: 'string', value: 'C', help: 'the column of a table that holds the stage' },
    'column-a': { type: 'string', value: 'C', help: 'the same for the first file only' },
    'column-b': { type: 'string', value: 'C', help: 'the same for the second file only' },
    epoch: { type: 'string', value: 'S', help: 'seconds of an epoch where a file does not say' },
    by: { type: 'string', value: 'HOW', help: 'align by time (when known) or by epoch (time)' },
    strict: { type: 'boolean', help: 'refuse hypnograms that do not cover the same epochs' },
    'min-kappa': { type: 'string', value: 'K', help: 'exit 1 when kappa is below K' },
  },
  run,
}

async function run(args: Arguments, io: Io): Promise<number> {
  const least = numberOption(args, 'min-kappa', -1, 1)
  const files = args.positionals
  const hypnograms: Hypnogram[] = []
  for (const [i, path] of files.entries()) {
    hypnograms.push(await hypnogramOf(path, fileOptions(args, i), io))
  }
  const aligned = align(hypnograms, args)
  for (const warning of aligned.warnings) io.err(`nocturne agree: ${warning}\n`)
  const kappa =
    files.length === 2
      ? reportPair(files, aligned, args, io)
      : reportScorers(files, aligned, args, io)
  return least !== undefined && !(kappa >= least) ? 1 : 0
}

function reportPair(
  files: readonly string[],
  { hypnograms, by }: AlignedHypnograms,
  args: Arguments,
  io: Io,
): number {
  const [reference, tested] = hypnograms
  const result: Agreement = agreement(reference!, tested!)
  if (result.n === 0) {
    const got = 'no epoch that both have scored'
    throw new UsageError(`${files.join(' and ')}: got ${got}, expected one at least`)
  }
  const shift = findShift(reference!.stages, tested!.stages)
  if (shift) {
    const late = `${Math.abs(shift.epochs)} epochs ${shift.epochs > 0 ? 'late' : 'early'}`
    const kappa = `kappa would be ${shift.kappa.toFixed(2)} instead of ${result.kappa.toFixed(2)}`
    io.err(`nocturne agree: the second file seems to be ${late}: moved, ${kappa}\n`)
  }
  if (args.flag('json')) io.out(`${JSON.stringify(result)}\n`)
  else io.out(agreementText(result, files[0]!, files[1]!, by))
  return result.kappa
}

function reportScorers(
  files: readonly string[],
  { hypnograms }: AlignedHypnograms,
  args: Arguments,
  io: Io,
): number {
  const result = compareScorers(files, hypnograms)
  if (args.flag('json')) io.out(`${JSON.stringify(result)}\n`)
  else io.out(scorersText(result))
  return result.pairwise.kappa
}

function fileOptions(args: Arguments, index: number): HypnogramFileOptions {
  const letter = ['a', 'b'][index]
  const own = (name: string): string | undefined =>
    (letter && args.text(`${name}-${letter}`)) ?? args.text(name)
  return {
    codes: codesOf(own('codes')),
    column: own('column'),
    epochS: numberOption(args, 'epoch', 0.1, 600),
  }
}

function codesOf(text: string | undefined): StageCodes | undefined {
  if (text === undefined) return undefined
  const codes = parseStageCodes(text)
  if (!codes.ok) throw new UsageError(describeProblem(codes.problem))
  return codes.value
}

async function hypnogramOf(
  path: string,
  options: HypnogramFileOptions,
  io: Io,
): Promise<Hypnogram> {
  const source = await fileSource(path)
  try {
    const read = await readHypnogramSource(source, options)
    if (!read.ok) throw new UsageError(`${path}: ${describeProblem(read.problem)}`)
    for (const warning of read.value.warnings) io.err(`${path}: ${warning}\n`)
    return read.value.hypnogram
  } finally {
    await source.close()
  }
}

function align(hypnograms: readonly Hypnogram[], args: Arguments): AlignedHypnograms {
  const by = args.text('by') ?? 'time'
  if (by !== 'time' && by !== 'epoch') {
    throw new UsageError(`--by: got "${by}", expected time or epoch`)
  }
  const aligned = alignHypnograms(hypnograms, { by, trim: !args.flag('strict') })
  if (!aligned.ok) throw new UsageError(describeProblem(aligned.problem))
  return aligned.value
}
