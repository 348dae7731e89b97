import { wallClockS } from '@nocturne/core/math'
import { edfChunks, type WriteOptions } from '@nocturne/core/signal'
import {
  LONGEST_NIGHT_H,
  RATE_LIMITS_HZ,
  SYNTHETIC_CHANNELS,
  type SyntheticNight,
  synthesizeNight,
} from '@nocturne/core/sleep'
import { type Arguments, type Command, type Io, numberOption, UsageError } from '../command.ts'
import { writeWholeFile } from '../whole-file.ts'

/** Shortest recording that has whole epochs in it, hours, and the night that is made unasked. */
const SHORTEST_H = 0.01
const NIGHT_H = 8
const RATE_HZ = 128
/** Most samples of a channel: 24 h at 256 Hz. The recording is in memory once, at 4 bytes a sample. */
const MOST_SAMPLES = 24 * 3600 * 256
/** Share of the work that is making the night; the rest is writing it. */
const MAKING = 0.75

/** `nocturne synth`: a simulated sleeper's night as EDF+, with the truth about it as annotations. */
export const command: Command = {
  name: 'synth',
  summary: "Make up a sleeper's night with its true stages and events, as EDF+",
  usage: 'synth --out FILE.edf [--hours H] [--seed N] [--rate HZ] [--channels A,B,…]',
  example: 'nocturne synth --hours 8 --seed 7 --out night.edf',
  positionals: [0, 0],
  options: {
    hours: { type: 'string', value: 'H', help: `length of the recording, hours (${NIGHT_H})` },
    seed: {
      type: 'string',
      value: 'N',
      help: 'which sleeper and night; same seed, same bytes (1)',
    },
    out: { type: 'string', value: 'FILE', help: 'the .edf file to write, or .bdf for 24 bits' },
    rate: { type: 'string', value: 'HZ', help: `samples a second of every channel (${RATE_HZ})` },
    channels: { type: 'string', value: 'A,B', help: `out of ${SYNTHETIC_CHANNELS.join(', ')}` },
    start: { type: 'string', value: 'TIME', help: 'wall clock of the start, 2026-01-01T23:00:00' },
    clean: { type: 'boolean', help: 'no electrode pops, sweat or lost contacts' },
  },
  run,
}

type Wish = {
  readonly out: string
  readonly format: NonNullable<WriteOptions['format']>
  readonly seed: number
  readonly hours: number
  readonly rateHz: number
  readonly clean: boolean
  readonly channels?: readonly string[]
  readonly startTime?: string
}

async function run(args: Arguments, io: Io): Promise<number> {
  const wish = wishOf(args)
  const night = synthesizeNight(wish, (done) => io.progress('making the night', MAKING * done))
  await writeWholeFile(wish.out, chunksOf(night, wish, io))
  io.progress('', 1)
  const { stages } = night.hypnogram
  if (args.flag('json')) io.out(`${JSON.stringify({ file: wish.out, seed: wish.seed, stages })}\n`)
  else io.out(describe(night, wish))
  return 0
}

function wishOf(args: Arguments): Wish {
  const out = args.text('out')
  if (out === undefined) throw new UsageError('--out: got nothing, expected a FILE.edf to write')
  const extension = /\.(edf|bdf)$/i.exec(out)?.[1]?.toLowerCase()
  if (!extension)
    throw new UsageError(`--out: got "${out}", expected a name ending in .edf or .bdf`)
  const [least, most] = RATE_LIMITS_HZ
  const rateHz = numberOption(args, 'rate', least, most) ?? RATE_HZ
  if (!Number.isInteger(rateHz)) {
    throw new UsageError(
      `--rate: got "${rateHz}", expected a whole number from ${least} to ${most}`,
    )
  }
  const hours = numberOption(args, 'hours', SHORTEST_H, LONGEST_NIGHT_H) ?? NIGHT_H
  if (hours * 3600 * rateHz > MOST_SAMPLES) {
    const fits = Math.floor(MOST_SAMPLES / hours / 3600)
    throw new UsageError(`--rate: got "${rateHz}", expected at most ${fits} for ${hours} h`)
  }
  const channels = channelsOf(args)
  const startTime = startOf(args)
  return {
    ...{ out, rateHz, format: extension === 'bdf' ? 'BDF+' : 'EDF+', clean: args.flag('clean') },
    seed: seedOf(args),
    // Whole seconds: the records of the file.
    hours: Math.round(hours * 3600) / 3600,
    ...(channels && { channels }),
    ...(startTime !== undefined && { startTime }),
  }
}

function seedOf(args: Arguments): number {
  const seed = numberOption(args, 'seed', 0, Number.MAX_SAFE_INTEGER) ?? 1
  if (Number.isInteger(seed)) return seed
  throw new UsageError(`--seed: got "${args.text('seed')}", expected a whole number from 0`)
}

function channelsOf(args: Arguments): readonly string[] | undefined {
  const wanted = args
    .text('channels')
    ?.split(',')
    .map((name) => name.trim())
  return wanted?.map((name, k) => {
    const label = SYNTHETIC_CHANNELS.find((known) => known.toLowerCase() === name.toLowerCase())
    if (label !== undefined && wanted.indexOf(name) === k) return label
    const expected = `each once, out of ${SYNTHETIC_CHANNELS.join(', ')}`
    throw new UsageError(`--channels: got "${name}", expected ${expected}`)
  })
}

function startOf(args: Arguments): string | undefined {
  const text = args.text('start')
  if (text === undefined) return undefined
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(text) && wallClockS(text) !== undefined) return text
  throw new UsageError(`--start: got "${text}", expected a time like 2026-01-01T23:00:00`)
}

async function* chunksOf(night: SyntheticNight, wish: Wish, io: Io): AsyncGenerator<Uint8Array> {
  const { recording } = night
  const bytes = recording.channels.length * recording.durationS * wish.rateHz * 2
  const options: WriteOptions = {
    format: wish.format,
    // Nobody should take this file for a person's.
    patient: { code: `synthetic-${wish.seed}`, name: 'Synthetic sleeper' },
    equipment: 'nocturne_synth',
  }
  let written = 0
  for (const chunk of edfChunks(recording, options)) {
    io.signal.throwIfAborted()
    yield chunk
    written += chunk.length
    const share = Math.min(0.999, written / bytes)
    io.progress('writing the night', MAKING + (1 - MAKING) * share)
    // Lets Ctrl-C be heard between chunks.
    await new Promise((resume) => setImmediate(resume))
  }
}

function describe({ recording, hypnogram, events }: SyntheticNight, wish: Wish): string {
  const count = (kind: string): number => events.filter((event) => event.kind === kind).length
  const hours = (recording.durationS / 3600).toFixed(1).replace(/\.0$/, '')
  const share = (stage: string): string => {
    const epochs = hypnogram.stages.filter((name) => name === stage).length
    return `${stage} ${Math.round((100 * epochs) / Math.max(1, hypnogram.stages.length))} %`
  }
  return [
    `${wish.out}: ${hours} h of sleeper ${wish.seed}, ${recording.channels.length} channels at ${wish.rateHz} Hz`,
    `  ${hypnogram.stages.length} epochs: ${['W', 'N1', 'N2', 'N3', 'R'].map(share).join(', ')}`,
    `  ${count('spindle')} spindles, ${count('slow-wave')} slow waves, ${count('k-complex')} K-complexes, ` +
      `${count('rem')} rapid eye movements, ${count('arousal')} arousals`,
    '',
  ].join('\n')
}
