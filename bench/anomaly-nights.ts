import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import {
  beginDriftNight,
  beginPersonModel,
  DEVIATION,
  DRIFT_BOUNDS,
  type DriftBounds,
  driftBank,
  driftStep,
  learnFrame,
  memoryOf,
  residual,
  standardised,
} from '@nocturne/core/fleet'
import { type Random, seededRandom } from '@nocturne/core/math'

/** Numbers of a frame that the recordings fill: four band powers of each of two derivations. */
const BANDS = ['delta', 'theta', 'alpha', 'beta']
const FILLED = ['fpz', 'pz'].flatMap((side) => BANDS.map((band) => `${side}_${band}`))
const NUMBERS = 12
const CODES = ['W', 'N1', 'N2', 'N3', 'R']
/** Wake kept before and after sleep, frames. */
const MARGIN = 60
/** Blocks of the bootstrap, frames. */
const BLOCK = 60
/** Frames of 30 s in a year. */
export const YEAR_FRAMES = 1_051_920

/** A recorded night as residuals against the same person's other night. */
export type ResidualNight = {
  readonly person: string
  readonly residuals: Float64Array
  readonly memories: Float64Array
}

type Night = { readonly stages: number[]; readonly values: Float64Array[]; readonly onset: number }

/** Both nights of every person of the folder, each against a model of the other alone. */
export function residualNights(folder: string): ResidualNight[] {
  const files = readdirSync(folder).filter((name) => /^SC4\d{3}\.csv\.gz$/.test(name))
  const people = [...new Set(files.map((name) => name.slice(0, 5)))].sort()
  return people.flatMap((person) => {
    const nights = files
      .filter((name) => name.startsWith(person))
      .sort()
      .map((name) => nightOf(gunzipSync(readFileSync(join(folder, name))).toString()))
    return nights.length < 2
      ? []
      : [against(person, nights[0]!, nights[1]!), against(person, nights[1]!, nights[0]!)]
  })
}

function nightOf(text: string): Night {
  const [head, ...lines] = text.trim().split('\n')
  const columns = head!.split(',')
  const rows = lines.map((line) => line.split(','))
  const all = rows.map((row) => CODES.indexOf(row[columns.indexOf('stage')]!))
  const first = all.findIndex((stage) => stage > 0)
  const last = all.findLastIndex((stage) => stage > 0)
  const from = Math.max(0, first - MARGIN)
  const kept = rows.slice(from, last + MARGIN)
  const values = kept.map((row) => {
    const frame = new Float64Array(NUMBERS).fill(Number.NaN)
    for (const [c, name] of FILLED.entries()) {
      frame[c] = 10 * Math.log10(Number(row[columns.indexOf(name)]))
    }
    return frame
  })
  const stages = kept.map((row) => CODES.indexOf(row[columns.indexOf('stage')]!))
  return { stages: stages.map((s) => (s < 0 ? Number.NaN : s)), values, onset: first - from }
}

function against(person: string, night: Night, earlier: Night): ResidualNight {
  const model = beginPersonModel()
  for (let pass = 0; pass < 2; pass++) {
    for (const [i, frame] of earlier.values.entries()) {
      learnFrame(model, earlier.stages[i]!, 30 * (i - earlier.onset), frame)
    }
  }
  const residuals = new Float64Array(night.values.length * NUMBERS)
  for (const [i, frame] of night.values.entries()) {
    for (let c = 0; c < NUMBERS; c++) {
      const since = 30 * (i - night.onset)
      residuals[i * NUMBERS + c] = asleep(night, i)
        ? residual(model, night.stages[i]!, since, c, frame[c]!)
        : Number.NaN
    }
  }
  const memories = Float64Array.from({ length: NUMBERS }, (_, c) => memoryOf(model, c))
  return { person, residuals, memories }
}

/** Alarms over the nights as they were. */
export function alarmsAsRecorded(nights: readonly ResidualNight[], bounds?: DriftBounds): number {
  const bank = driftBank(1, bounds)
  let alarms = 0
  for (const { residuals, memories } of nights) {
    beginDriftNight(bank, 0)
    for (let i = 0; i < residuals.length; i += NUMBERS) {
      if (driftStep(bank, 0, residuals.subarray(i, i + NUMBERS), memories) >= 0) alarms++
    }
  }
  return alarms
}

/**
 * False alarms over years put together from half-hour blocks of standardised residuals of recorded
 * sleep: their correlation within a block, and across numbers, is kept.
 */
export function bootstrapAlarms(
  nights: readonly ResidualNight[],
  years: number,
  seed: number,
  bounds: DriftBounds = DRIFT_BOUNDS,
): { readonly alarms: number; readonly years: number } {
  const recorded = nights.map(standardNight).filter((night) => night.length > BLOCK * FILLED.length)
  const random = seededRandom(seed)
  const width = FILLED.length
  const up = new Float64Array(width)
  const down = new Float64Array(width)
  let [alarms, frames] = [0, 0]
  while (frames < years * YEAR_FRAMES) {
    const night = drawn(recorded, random)
    let at = Math.floor(random.uniform() * (night.length / width - BLOCK)) * width
    for (const end = at + BLOCK * width; at < end; at += width) {
      let over = false
      for (let c = 0; c < width; c++) {
        up[c] = Math.max(0, up[c]! + night[at + c]! - bounds.allowance)
        down[c] = Math.max(0, down[c]! - night[at + c]! - bounds.allowance)
        if (up[c]! < bounds.limit && down[c]! < bounds.limit) continue
        over = true
        up[c] = down[c] = 0
      }
      if (over) alarms++
    }
    frames += BLOCK
  }
  return { alarms, years: frames / YEAR_FRAMES }
}

/** A night's frames of sleep as the sums see them, the first twenty left out. */
function standardNight({ residuals, memories }: ResidualNight): Float64Array {
  const bank = driftBank(1)
  const kept: number[] = []
  for (let i = 0; i < residuals.length / NUMBERS; i++) {
    const u = FILLED.map((_, c) =>
      standardised(bank, c, i + 1, residuals[i * NUMBERS + c]!, memories[c]!),
    )
    if (i >= 20 && !u.some(Number.isNaN)) kept.push(...u)
  }
  return Float64Array.from(kept)
}

/**
 * Frames of sleep from a step of `sigma` (in the detector's deviations) in one number to the alarm,
 * laid over
 * recorded nights at random moments; NaN where it was not found within the night.
 */
export function delays(
  nights: readonly ResidualNight[],
  sigma: number,
  runs: number,
  seed: number,
  bounds?: DriftBounds,
): number[] {
  const random = seededRandom(seed)
  return Array.from({ length: runs }, () => {
    const { residuals, memories } = drawn(nights, random)
    const frames = residuals.length / NUMBERS
    const start = 150 + Math.floor(random.uniform() * (frames - 300))
    const c = Math.floor(random.uniform() * FILLED.length)
    const bank = driftBank(1, bounds)
    const sign = random.uniform() < 0.5 ? -1 : 1
    let [level, waited] = [0, 0]
    for (let i = 0; i < frames; i++) {
      const frame = residuals.slice(i * NUMBERS, (i + 1) * NUMBERS)
      if (i >= start) {
        // A step of the whitened residual: y_t = m y_(t-1) + s sqrt(1 - m^2) is added to z_t.
        const m = memories[c]!
        const step = sigma * DEVIATION * Math.max(1, bank.spread[c]!)
        level = m * level + step * Math.sqrt(1 - m * m)
        if (!Number.isNaN(frame[c]!)) waited++
        frame[c]! += sign * level
      }
      if (driftStep(bank, 0, frame, memories) === c && i >= start) return waited
    }
    return Number.NaN
  })
}

function drawn<T>(items: readonly T[], random: Random): T {
  return items[Math.floor(random.uniform() * items.length)]!
}

/** Asleep by the stage of the frame: of wake nothing is expected but movement. */
function asleep(night: Night, i: number): boolean {
  return night.stages[i]! > 0
}
