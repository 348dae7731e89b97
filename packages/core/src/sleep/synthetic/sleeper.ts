import { assert } from '../../math/assert.ts'
import type { Hypnogram } from '../hypnogram/hypnogram.ts'
import { EPOCH_S } from '../stage/stage.ts'
import { HOP_S } from './background.ts'
import { epochStages, type Stretch } from './course.ts'
import { hopRenderer, isSeen } from './hop-renderer.ts'
import { DEFAULT_CHANNELS, sitesOf } from './montage.ts'
import { planNight } from './night-plan.ts'
import type { Person } from './person.ts'
import type { SleepEvent } from './sleep-event.ts'

/** Which night to make up. */
export type SleeperOptions = {
  /** Any finite number; the same seed and options give the same night to the last bit. */
  readonly seed: number
  /** Length of the recording, above 0 and up to 24 hours; 8 unless said. */
  readonly hours?: number
  /** Samples a second of every channel, a whole number from 50 to 1024; 128 unless said. */
  readonly rateHz?: number
  /** Labels out of `SYNTHETIC_CHANNELS`; `DEFAULT_CHANNELS` unless said. */
  readonly channels?: readonly string[]
  /** Traits of the sleeper that are not left to the seed. */
  readonly person?: Partial<Person>
  /** Wall clock of the first sample, `YYYY-MM-DDTHH:MM:SS`. */
  readonly startTime?: string
  /** True leaves out what electrodes do (pops, sweat, lost contact); the sleeper still moves. */
  readonly clean?: boolean
}

/**
 * A made-up sleeper, live: the whole night is settled, and its samples come as they are asked for.
 */
export type SyntheticSleeper = {
  readonly person: Person
  readonly rateHz: number
  readonly durationS: number
  readonly labels: readonly string[]
  /** True stage of each whole 30-s epoch. */
  readonly hypnogram: Hypnogram
  /** True stages with borders to the instant. */
  readonly course: readonly Stretch[]
  /** All that happens, in order of its start. */
  readonly events: readonly SleepEvent[]
  /** True times of the R peaks of the heart, seconds. */
  readonly beatsS: Float64Array
  /**
   * The next `seconds` of every channel in uV, rounded to whole samples; shorter at the end of the
   * night and empty after it. However the night is cut into pieces, the samples are the same.
   */
  next(seconds: number): Float32Array[]
}

/** Longest night, hours: a day. */
export const LONGEST_NIGHT_H = 24
/** Least and most samples a second. */
export const RATE_LIMITS_HZ: readonly [number, number] = [50, 1024]

/**
 * A healthy sleeper made up from a seed, with the truth about everything that happens in the night.
 * A programmer's error outside the limits named in `SleeperOptions`. Memory is a few megabytes,
 * whatever the rate; a second of seven channels takes a fraction of a millisecond.
 */
export function syntheticSleeper(options: SleeperOptions): SyntheticSleeper {
  const { seed, hours = 8, rateHz = 128, channels = DEFAULT_CHANNELS, startTime } = options
  const [least, most] = RATE_LIMITS_HZ
  assert(Number.isFinite(seed), `seed ${seed}, expected a finite number`)
  assert(hours > 0 && hours <= LONGEST_NIGHT_H, `hours ${hours}, expected up to 24`)
  assert(Number.isInteger(rateHz) && rateHz >= least && rateHz <= most, `rateHz ${rateHz}`)
  const total = Math.round(hours * 3600 * rateHz)
  const durationS = total / rateHz
  const sites = sitesOf(channels)
  const plan = planNight(seed, durationS, options.person, options.clean)
  const stages = epochStages(plan.course, durationS)
  return {
    ...{ person: plan.person, rateHz, durationS, labels: channels, course: plan.course },
    hypnogram: { epochS: EPOCH_S, stages, ...(startTime !== undefined && { startTime }) },
    events: plan.events.filter((event) => isSeen(event, sites)),
    beatsS: plan.beatsS,
    next: sampleTap(hopRenderer(plan, sites, rateHz), sites.length, HOP_S * rateHz, total, rateHz),
  }
}

/** Pours hops into pieces of any length. */
function sampleTap(
  nextHop: () => readonly Float64Array[],
  width: number,
  hopLength: number,
  total: number,
  rateHz: number,
): (seconds: number) => Float32Array[] {
  let hop: readonly Float64Array[] = []
  let used = hopLength
  let given = 0
  return (seconds) => {
    const n = Math.max(0, Math.min(total - given, Math.round(seconds * rateHz)))
    const out = Array.from({ length: width }, () => new Float32Array(n))
    for (let at = 0; at < n; ) {
      if (used === hopLength) {
        hop = nextHop()
        used = 0
      }
      const count = Math.min(n - at, hopLength - used)
      for (let k = 0; k < width; k++) out[k]!.set(hop[k]!.subarray(used, used + count), at)
      used += count
      at += count
    }
    given += n
    return out
  }
}
