import { describeProblem } from '@nocturne/core/math'
import { type Lattice, montageColumns, type NightMontage, nightMontage } from '@nocturne/core/night'
import { type EdfFile, openEdf, streamingResampler } from '@nocturne/core/signal'
import { DEFAULT_CHANNELS, syntheticSleeper } from '@nocturne/core/sleep'
import { fileSource } from '../sources.ts'
import type { PlayedNight } from './tonight-messages.ts'

/** A stretch of signal: one column a channel of the montage, from sample `first`. */
export type Piece = { readonly first: number; readonly columns: readonly Float32Array[] }

/** A night that is played: its channels, length and pieces. */
export type NightFeed = {
  readonly montage: NightMontage['montage']
  readonly durationS: number
  /** Wall clock of the first sample as the file has it, `YYYY-MM-DDTHH:MM:SS`. */
  readonly startTime?: string
  readonly lattices: readonly (Lattice | undefined)[]
  pieces(): AsyncGenerator<Piece>
}

/** Pieces a second. */
export const PIECES_HZ = 32
const SYNTH_RATE_HZ = 256
/** The steps of a made-up amplifier, uV: what is written down is then a third as long. */
const STEP = { gain: 0.1, offset: 0 } as const
const SYNTH_BLOCK_S = 2
const FILE_BLOCK_S = 20
/** Rates that the loop takes as they are, Hz. */
const [LEAST_HZ, MOST_HZ] = [64, 512]

/** Opens what is to be played. Rejects with one line for a person. */
export function openFeed(played: PlayedNight): Promise<NightFeed> {
  return played.kind === 'synth'
    ? Promise.resolve(synthFeed(played.seed, played.hours))
    : fileFeed(played.file)
}

function synthFeed(seed: number, hours: number): NightFeed {
  const chosen = montageOf(DEFAULT_CHANNELS, SYNTH_RATE_HZ)
  const sleeper = syntheticSleeper({ seed, rateHz: SYNTH_RATE_HZ, hours })
  async function* pieces(): AsyncGenerator<Piece> {
    for (let first = 0; ; ) {
      const made = sleeper.next(SYNTH_BLOCK_S)
      const length = made[0]!.length
      if (length === 0) return
      const columns = montageColumns(chosen, made).map((column) => column.map(measured))
      yield* cut({ first, columns }, SYNTH_RATE_HZ)
      first += length
    }
  }
  const { montage, from } = chosen
  const lattices = from.map(({ minus }) => (minus === undefined ? STEP : undefined))
  return { montage, durationS: hours * 3600, lattices, pieces }
}

async function fileFeed(file: File): Promise<NightFeed> {
  const opened = await openEdf(fileSource(file), { anyGap: true })
  if (!opened.ok) throw new Error(`${file.name}: ${describeProblem(opened.problem)}`)
  const { header } = opened.value
  const usable = [...header.signals.keys()].filter((k) => header.signals[k]!.rateHz >= LEAST_HZ)
  const labels = usable.map((k) => header.signals[k]!.label)
  const draft = montageOf(labels, SYNTH_RATE_HZ)
  const own = header.signals[usable[draft.from[0]!.index]!]!.rateHz
  const isUsual = Number.isInteger(own) && own >= LEAST_HZ && own <= MOST_HZ
  const rateHz = isUsual ? own : SYNTH_RATE_HZ
  const chosen = montageOf(labels, rateHz)
  return {
    montage: chosen.montage,
    durationS: header.durationS,
    ...(header.startTime !== undefined && { startTime: header.startTime }),
    lattices: chosen.from.map(() => undefined),
    pieces: () => filePieces(opened.value, usable, chosen),
  }
}

/** A recording piece by piece on one even axis; what was not recorded is NaN. */
async function* filePieces(
  file: EdfFile,
  usable: readonly number[],
  chosen: NightMontage,
): AsyncGenerator<Piece> {
  const { rateHz } = chosen.montage
  const wanted = [...new Set(chosen.from.flatMap(({ index, minus = index }) => [index, minus]))]
  const indices = wanted.map((k) => usable[k]!)
  const resamplers = indices.map((k) => {
    const resampler = streamingResampler(file.header.signals[k]!.rateHz, rateHz)
    resampler.start(0)
    return resampler
  })
  const waiting = indices.map(() => new Float32Array(0))
  let first = 0
  for (let startS = 0; startS < file.header.durationS; startS += FILE_BLOCK_S) {
    const endS = Math.min(file.header.durationS, startS + FILE_BLOCK_S)
    const read = await file.readChannels(indices, { startS, endS })
    for (const [k, { samples }] of read.entries()) {
      waiting[k] = joined(waiting[k]!, resamplers[k]!.push(samples).samples)
    }
    const length = Math.min(...waiting.map((samples) => samples.length))
    const columns: Float32Array[] = []
    for (const [k, samples] of waiting.entries()) {
      columns[wanted[k]!] = samples.slice(0, length)
      waiting[k] = samples.slice(length)
    }
    yield* cut({ first, columns: montageColumns(chosen, columns) }, rateHz)
    first += length
  }
}

function montageOf(labels: readonly string[], rateHz: number): NightMontage {
  const montage = nightMontage(labels, rateHz)
  if (!montage.ok) throw new Error(describeProblem(montage.problem))
  return montage.value
}

/** A sample as the made-up amplifier gives it. */
function measured(uv: number): number {
  return Math.round(uv / STEP.gain) * STEP.gain
}

function* cut({ first, columns }: Piece, rateHz: number): Generator<Piece> {
  const most = Math.max(1, Math.round(rateHz / PIECES_HZ))
  const length = columns[0]!.length
  for (let at = 0; at < length; at += most) {
    yield { first: first + at, columns: columns.map((column) => column.slice(at, at + most)) }
  }
}

function joined(a: Float32Array, b: Float32Array): Float32Array<ArrayBuffer> {
  const both = new Float32Array(a.length + b.length)
  both.set(a)
  both.set(b, a.length)
  return both
}
