import { log } from '../../math/elementary.ts'
import { quantile } from '../../math/quantile.ts'

/** One score an epoch: 1 asleep, 0 awake, NaN where the counts are missing. */
export type SleepScore = Float32Array

/** How counts are brought to the scale an algorithm was made on. */
export type CountScale =
  /** As they are. */
  | 'none'
  /** ActiLife's for Cole-Kripke: a hundredth, 300 at most. For ActiGraph counts. */
  | 'actilife'
  /**
   * The person's own: the 90th percentile of the known counts is 25. For devices whose counts are
   * of another size; chosen on the six cyepi people with odd numbers (kappa with the diary .70
   * there at 20 to 30, .61 to .65 on the nine others).
   */
  | 'personal'

/** Sadeh's counts end at 300. */
const MOST_COUNTS = 300
/** What the personal scale makes of the 90th percentile. */
const PERSONAL_TOP = 25

/**
 * Sadeh, Sharkey & Carskadon 1994 (Sleep 17:201), as ActiLife runs it on 60-s epochs: counts above
 * 300 are 300; over the 11 minutes around an epoch their mean and the number with 50 <= counts <
 * 100, over the 6 that end with it their standard deviation (n - 1), and the logarithm of its own
 * count + 1; asleep where 7.601 - .065 mean - 1.08 number - .056 SD - .703 ln is above -4. Minutes
 * outside the recording and missing ones count as 0 to their neighbours; a missing one is NaN.
 */
export function sadehScore(counts: Float64Array): SleepScore {
  const cut = capped(counts, 1)
  return Float32Array.from(counts, (count, i) => {
    if (Number.isNaN(count)) return Number.NaN
    let sum = 0
    let between = 0
    for (let j = i - 5; j <= i + 5; j++) {
      const at = cut[j] ?? 0
      sum += at
      if (at >= 50 && at < 100) between++
    }
    const sd = trailingDeviation(cut, i)
    const index =
      7.601 - 0.065 * (sum / 11) - 1.08 * between - 0.056 * sd - 0.703 * log(cut[i]! + 1)
    return index > -4 ? 1 : 0
  })
}

function trailingDeviation(x: Float64Array, i: number): number {
  let mean = 0
  for (let j = i - 5; j <= i; j++) mean += (x[j] ?? 0) / 6
  let sum = 0
  for (let j = i - 5; j <= i; j++) {
    const d = (x[j] ?? 0) - mean
    sum += d * d
  }
  return Math.sqrt(sum / 5)
}

/** Weights of the minutes 4 before to 2 after. */
const COLE_KRIPKE = [106, 54, 58, 76, 230, 74, 67] as const

/**
 * Cole, Kripke et al. 1992 (Sleep 15:461), 60-s epochs: asleep where .001 (106 a-4 + 54 a-3 + 58
 * a-2 + 76 a-1 + 230 a0 + 74 a+1 + 67 a+2) is below 1. Minutes outside the recording and missing
 * ones count as 0 to their neighbours; a missing one is NaN.
 */
export function coleKripkeScore(counts: Float64Array, scale: CountScale = 'actilife'): SleepScore {
  const x = scaled(counts, scale)
  return Float32Array.from(counts, (count, i) => {
    if (Number.isNaN(count)) return Number.NaN
    let index = 0
    COLE_KRIPKE.forEach((weight, k) => {
      index += weight * (x[i + k - 4] ?? 0)
    })
    return 0.001 * index < 1 ? 1 : 0
  })
}

function scaled(counts: Float64Array, scale: CountScale): Float64Array {
  if (scale === 'actilife') return capped(counts, 0.01)
  const known = counts.filter((count) => !Number.isNaN(count))
  const top = scale === 'personal' && known.length > 0 ? quantile(known, 0.9) : PERSONAL_TOP
  return counts.map((count) => ((count || 0) * PERSONAL_TOP) / (top || PERSONAL_TOP))
}

function capped(counts: Float64Array, factor: number): Float64Array {
  return counts.map((count) => Math.min(MOST_COUNTS, (count || 0) * factor))
}

/** `asleep` minutes are rescored awake after this long awake. */
const WEBSTER_AFTER = [
  { awake: 4, asleep: 1 },
  { awake: 10, asleep: 3 },
  { awake: 15, asleep: 4 },
] as const
/** Sleep up to this long between stretches of wake this long is rescored awake. */
const WEBSTER_BETWEEN = [
  { asleep: 6, awake: 10 },
  { asleep: 10, awake: 20 },
] as const

/**
 * Webster et al. 1982's rescoring (Sleep 5:389), 60-s epochs: after at least 4, 10, 15 minutes
 * awake the next 1, 3, 4 asleep are awake; 6 minutes or less asleep between 10 awake on either
 * side, 10 or less between 20, are awake. Each rule reads the score it was given; NaN breaks a
 * stretch.
 */
export function websterRescored(score: SleepScore): SleepScore {
  const out = score.slice()
  const stretches = stretchesOf(score)
  stretches.forEach(({ from, to, state }, s) => {
    if (state !== 1) return
    const [before, after] = [stretches[s - 1], stretches[s + 1]]
    const awakeBefore = before?.state === 0 ? before.to - before.from : 0
    const awakeAfter = after?.state === 0 ? after.to - after.from : 0
    for (const { awake, asleep } of WEBSTER_AFTER) {
      if (awakeBefore >= awake) out.fill(0, from, Math.min(to, from + asleep))
    }
    for (const { awake, asleep } of WEBSTER_BETWEEN) {
      const isBetween = awakeBefore >= awake && awakeAfter >= awake
      if (isBetween && to - from <= asleep) out.fill(0, from, to)
    }
  })
  return out
}

type Stretch = { readonly from: number; readonly to: number; readonly state: number }

/** Runs of one state, NaN among the states; `to` is one past the last epoch. */
export function stretchesOf(score: SleepScore): readonly Stretch[] {
  const found: Stretch[] = []
  let from = 0
  for (let i = 1; i <= score.length; i++) {
    if (i < score.length && Object.is(score[i], score[from])) continue
    found.push({ from, to: i, state: score[from]! })
    from = i
  }
  return score.length === 0 ? [] : found
}
