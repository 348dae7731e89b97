import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Stretch } from '../packages/core/src/sleep/event/movement.ts'
import type { Hypnogram } from '../packages/core/src/sleep/hypnogram/hypnogram.ts'
import type { Stage } from '../packages/core/src/sleep/stage/stage.ts'
import { hasShared, sharedPath } from './shared.ts'

/**
 * Half an hour of one sleeper of the DREAMS spindle database (Devuyst), with what experts marked.
 */
export type DreamsExcerpt = {
  readonly number: number
  readonly rateHz: number
  /** uV. */
  readonly samples: Float64Array
  /** Rechtschaffen and Kales stages of 5 s, in the AASM's names. */
  readonly hypnogram: Hypnogram
  /** One list per expert, one or two. */
  readonly experts: readonly (readonly Stretch[])[]
}

const FOLDER = 'data/sleep-eeg/dreams-spindles'
const DURATION_S = 1800
const STAGE_OF_CODE: Record<string, Stage> = { 5: 'W', 4: 'R', 3: 'N1', 2: 'N2', 1: 'N3', 0: 'N3' }

/** The folder of the DREAMS excerpts inside the shared test material, if it is there. */
export function dreamsFolder(): string | undefined {
  return hasShared(FOLDER) ? sharedPath(FOLDER) : undefined
}

/** Every excerpt of a folder that has a signal, a hypnogram and at least one expert, by number. */
export function readDreams(folder: string): DreamsExcerpt[] {
  const numbers = readdirSync(folder).map((name) => /^excerpt(\d+)\.txt$/.exec(name)?.[1])
  return numbers
    .filter((number) => number !== undefined)
    .map((number) => Number(number))
    .sort((a, b) => a - b)
    .map((number) => readExcerpt(folder, number))
}

function readExcerpt(folder: string, number: number): DreamsExcerpt {
  const samples = Float64Array.from(rows(join(folder, `excerpt${number}.txt`)), Number)
  const stages = rows(join(folder, `Hypnogram_excerpt${number}.txt`)).map(
    (code) => STAGE_OF_CODE[code.trim()] ?? '?',
  )
  const experts = [1, 2]
    .map((expert) => join(folder, `Visual_scoring${expert}_excerpt${number}.txt`))
    .filter((path) => existsSync(path))
    .map((path) => rows(path).map(stretchOf))
  return {
    number,
    rateHz: Math.round(samples.length / DURATION_S),
    samples,
    hypnogram: { epochS: 5, stages },
    experts,
  }
}

/** The lines of a file after its heading, blank ones left out. */
function rows(path: string): string[] {
  const [, ...lines] = readFileSync(path, 'utf8').split('\n')
  return lines.filter((line) => line.trim() !== '')
}

function stretchOf(row: string): Stretch {
  const [startS, durationS] = row.trim().split(/\s+/).map(Number)
  return { startS: startS!, durationS: durationS! }
}
