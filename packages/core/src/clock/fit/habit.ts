import { median } from '../../math/quantile.ts'
import type { FitNight } from './fit-night.ts'

/** A person's usual sleep, hours from the midnight before waking (23:00 is -1). */
export type Habit = {
  readonly bedH: number
  readonly onsetH: number
  readonly offsetH: number
  /** Standard deviations of onset and offset about it, h; shrunk to an ordinary person's. */
  readonly onsetSdH: number
  readonly offsetSdH: number
}

/**
 * Melatonin starts this long before an average adult's bedtime, h. The same interval, 2 to 2.5 h
 * before bed, is found in people who keep their own hours (Burgess et al. 2003,
 * 10.1177/0748730403257510; Sletten et al. 2010, 10.3389/fneur.2010.00137).
 */
const DLMO_BEFORE_BED_H = 2.22
/** The bedtime the average adult keeps, h from midnight, at which the interval above is met. */
const AVERAGE_BED_H = -0.5
const AVERAGE_SLEEP_H = 8
/**
 * Hours the DLMO moves per hour that the whole sleep moves. Two hours of enforced sleep timing
 * moved the DLMO by 1.75 h (Sletten et al. 2010); a fixed interval is too early in late sleepers
 * and too late in early ones (Reis et al. 2020, 10.1080/07420528.2020.1809443).
 */
const SLOPE = 0.88
/**
 * Share of an hour of later waking, bedtime kept, that counts as later sleep. Waking and mid-sleep
 * follow the DLMO better than bedtime does (Burgess 2003: r .77 and .68 against .36; Martin and
 * Eastman 2002, 10.1081/CBI-120006080: mid-sleep r .89); a quarter keeps to the bedtime rule where
 * the length of sleep is ordinary.
 */
const WAKE_SHARE = 0.25
/**
 * Standard deviation of a person's usual DLMO about this estimate, h; with the wander from day to
 * day it is 1.15. Limits of agreement of 1.8 to 1.9 h in students (Reis et al. 2020), but a mean
 * error of 1.02 h (Stone et al. 2020), 1.04 h for the bedtime rule, a root mean square of 68 min in
 * delayed sleepers (Murray et al. 2021, 10.1038/s41598-021-89924-8) and 1.1 h (Woelders 2017).
 */
export const DLMO_SD_H = 1.12

/**
 * The dim light melatonin onset to expect of habitual hours alone, h from the midnight before
 * waking (20:50 is -3.17). `bedH` and `wakeH` on the same scale. 2.22 h before bed at an ordinary
 * 23:30, drawn towards it by an eighth elsewhere.
 */
export function dlmoFromHabit(bedH: number, wakeH: number): number {
  const longer = wakeH - bedH - AVERAGE_SLEEP_H
  const shift = bedH + WAKE_SHARE * longer - AVERAGE_BED_H
  return AVERAGE_BED_H - DLMO_BEFORE_BED_H + SLOPE * shift
}

/** Prior sd of a night's onset and offset about the habit, h, and how many nights it counts for. */
const ORDINARY_SD_H = 0.75
const PRIOR_NIGHTS = 6
/**
 * A night further from the habit than this counts no more for being further, h: Huber's 1.345
 * standard deviations of an ordinary person.
 */
const FAR_H = 1
/** For the spread of the nights the same, wider. */
const FAR_SPREAD_H = 2

/**
 * The usual sleep of some nights: Huber means, so that one night out does not move it by more than
 * any other late night would. Clock times are taken on a circle around the median, so a shift
 * worker's days are fine; NaN-free for at least one night with an onset or an offset.
 */
export function habitOf(nights: readonly FitNight[]): Habit {
  const onsets = present(nights.map((night) => night.onsetH))
  const offsets = present(nights.map((night) => night.offsetH))
  const beds = present(nights.map((night) => night.bedH))
  const offsetH = offsets.length > 0 ? robustMean(offsets) : robustMean(onsets) + AVERAGE_SLEEP_H
  const onsetH = onsets.length > 0 ? robustMean(onsets) : offsetH - AVERAGE_SLEEP_H
  return {
    bedH: beds.length > 0 ? Math.min(robustMean(beds), onsetH) : onsetH - 0.25,
    onsetH,
    offsetH,
    onsetSdH: shrunkSd(onsets, onsetH),
    offsetSdH: shrunkSd(offsets, offsetH),
  }
}

function present(values: readonly (number | undefined)[]): number[] {
  return values.filter((value): value is number => value !== undefined)
}

/** Mean of values drawn in to within `FAR_H` of it, found in a few rounds. */
function robustMean(values: readonly number[]): number {
  let centre = median(Float64Array.from(values))
  for (let round = 0; round < 8; round++) {
    let sum = 0
    for (const value of values) sum += Math.max(-FAR_H, Math.min(FAR_H, value - centre))
    centre += sum / values.length
  }
  return centre
}

function shrunkSd(values: readonly number[], centre: number): number {
  let sum = PRIOR_NIGHTS * ORDINARY_SD_H * ORDINARY_SD_H
  for (const value of values) {
    const d = Math.max(-FAR_SPREAD_H, Math.min(FAR_SPREAD_H, value - centre))
    sum += d * d
  }
  return Math.sqrt(sum / (PRIOR_NIGHTS + values.length))
}
