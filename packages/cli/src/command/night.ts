import { readFile, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { describeProblem } from '@nocturne/core/math'
import { openEdf } from '@nocturne/core/signal'
import {
  type Hypnogram,
  type Night,
  type NightOptions,
  readBandPowerNight,
  readHypnogramSource,
  readNight,
} from '@nocturne/core/sleep'
import { type Arguments, type Command, type Io, UsageError } from '../command.ts'
import { fileSource } from '../file-source.ts'
import { openModel, SHIPPED_MODELS } from '../model-shelf.ts'
import { nightJson, writeNight } from '../night-files.ts'
import { nightSummary } from '../night-summary.ts'

/** Largest table of band powers that is read: a day of two channels is .4 MB. */
const MAX_TABLE_BYTES = 64 * 1024 * 1024
const BAND_POWER_FILE = /\.csv(\.gz)?$/i

/** `nocturne night`: stage a recording, find its events, write one page about it. */
export const command: Command = {
  name: 'night',
  summary: 'Stage a recording, find its events, and report',
  usage:
    'night REC [--eeg L] [--eog L] [--emg L] [--hypnogram FILE] [--model NAME|FILE|DIR] [--out DIR]',
  example: 'nocturne night night.edf --out report/',
  positionals: [1, 1],
  options: {
    eeg: {
      type: 'string',
      value: 'L',
      help: 'EEG channel: a label, a number, or A-B (chosen by name)',
    },
    eog: {
      type: 'string',
      value: 'L',
      help: 'EOG channel or both with a comma; none leaves it out',
    },
    emg: { type: 'string', value: 'L', help: 'chin EMG channel; none leaves it out' },
    hypnogram: { type: 'string', value: 'FILE', help: "a scorer's hypnogram to compare with" },
    model: {
      type: 'string',
      value: 'NAME',
      help: 'the stager: a name, a file or a folder (starter)',
    },
    out: {
      type: 'string',
      value: 'DIR',
      help: 'write report.html, night.json, hypnogram.png and .edf',
    },
  },
  run,
}

async function run(args: Arguments, io: Io): Promise<number> {
  const path = args.positionals[0]!
  const model = await openModel(args.text('model') ?? 'starter')
  const reference = await referenceOf(args.text('hypnogram'))
  const wishes = Object.fromEntries(
    (['eeg', 'eog', 'emg'] as const).flatMap((kind) => {
      const label = args.text(kind)
      return label === undefined ? [] : [[kind, label]]
    }),
  )
  const read = await readFileNight(path, {
    file: basename(path),
    model,
    wishes,
    ...(reference && { reference }),
    onProgress: io.progress,
  })
  io.progress('', 1)
  const folder = args.text('out')
  const written = folder === undefined ? [] : await writeNight(folder, read, commandWords(args))
  if (args.flag('json')) io.out(nightJson(read))
  else io.out(nightSummary(read, written))
  return 0
}

/** The call as the report shows it, to run it again: files without the folders they lie in. */
function commandWords(args: Arguments): string[] {
  const channels = (['eeg', 'eog', 'emg'] as const).flatMap((kind) => {
    const label = args.text(kind)
    return label === undefined ? [] : [`--${kind}`, label]
  })
  const scorer = args.text('hypnogram')
  return [
    ...['nocturne', 'night', basename(args.positionals[0]!), ...channels],
    ...(scorer === undefined ? [] : ['--hypnogram', basename(scorer)]),
    ...['--model', basename(args.text('model') ?? 'starter'), '--out', 'report'],
  ]
}

async function readFileNight(path: string, options: NightOptions): Promise<Night> {
  if (BAND_POWER_FILE.test(path)) return readBandPowerFile(path, options)
  const source = await fileSource(path)
  try {
    const edf = await openEdf(source)
    if (!edf.ok) throw new UsageError(`${path}: ${describeProblem(edf.problem)}`)
    const read = await readNight(edf.value, options)
    if (!read.ok) throw new UsageError(`${path}: ${describeProblem(read.problem)}`)
    return read.value
  } finally {
    await source.close()
  }
}

/** A table of band powers instead of a signal: the starter reads it, other models cannot. */
async function readBandPowerFile(path: string, options: NightOptions): Promise<Night> {
  const { card } = options.model
  if (!SHIPPED_MODELS.includes(card.name)) {
    throw new UsageError(
      `--model: got "${card.name}", expected starter or starter-live for a table`,
    )
  }
  const { file, reference, wishes } = options
  const read = await readBandPowerNight(await readWhole(path, MAX_TABLE_BYTES), {
    file,
    variant: card.causal ? 'live' : 'offline',
    ...(wishes?.eeg !== undefined && { eeg: wishes.eeg }),
    ...(reference && { reference }),
  })
  if (!read.ok) throw new UsageError(`${path}: ${describeProblem(read.problem)}`)
  return read.value
}

async function readWhole(path: string, most: number): Promise<Uint8Array> {
  const { size } = await stat(path)
  if (size <= most) return readFile(path)
  throw new UsageError(`${path}: got ${size} bytes, expected at most ${most}`)
}

async function referenceOf(path: string | undefined): Promise<Hypnogram | undefined> {
  if (path === undefined) return undefined
  const source = await fileSource(path)
  try {
    const read = await readHypnogramSource(source)
    if (!read.ok) throw new UsageError(`${path}: ${describeProblem(read.problem)}`)
    return read.value.hypnogram
  } finally {
    await source.close()
  }
}
