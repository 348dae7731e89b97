import { exp, PI, sin } from '../../math/elementary.ts'
import { chanceOf } from './chance.ts'
import type { Stretch } from './course.ts'
import type { Person } from './person.ts'
import type { Span } from './vigilance.ts'

/** Heart rate relative to N2, depth of respiratory sinus arrhythmia and of the 0.1 Hz wave. */
const RATE = { W: 1.13, N1: 1.05, N2: 1, N3: 0.985, R: 1.07 } as const
const SINUS = { W: 0.02, N1: 0.03, N2: 0.04, N3: 0.045, R: 0.02 } as const
const MAYER = { W: 0.025, N1: 0.02, N2: 0.015, N3: 0.008, R: 0.028 } as const
/**
 * The heart follows a change of state with this time constant, and calms after an arousal, seconds.
 */
const FOLLOW_S = 12
const CALM_S = 7
const AROUSED = 0.14

/**
 * Times of the R peaks of a night, seconds: rate by stage, faster after arousals, with respiratory
 * sinus arrhythmia, a 0.1 Hz wave and slow wandering (Task Force of the ESC and NASPE, Circulation
 * 93, 1996).
 */
export function planHeart(
  seed: number,
  person: Person,
  course: readonly Stretch[],
  stirs: readonly Span[],
  durationS: number,
): Float64Array {
  const random = chanceOf(seed, 'heart')
  const beats: number[] = []
  let atS = 0.3 + 0.5 * random.uniform()
  let breath = 0
  let level: number = RATE[course[0]!.stage]
  let wander = 0
  let stirred = 0
  let k = 0
  let next = 0
  while (atS < durationS) {
    beats.push(atS)
    while (course[k]!.endS <= atS && k + 1 < course.length) k++
    const { stage } = course[k]!
    while (next < stirs.length && stirs[next]!.startS <= atS) {
      stirred = AROUSED
      next++
    }
    wander = 0.985 * wander + 0.006 * random.normal()
    const waves = SINUS[stage] * sin(2 * PI * breath) + MAYER[stage] * sin(2 * PI * 0.1 * atS)
    const bpm = person.heartBpm * level * (1 + stirred + waves + wander + 0.006 * random.normal())
    const intervalS = 60 / Math.max(35, Math.min(150, bpm))
    level += (RATE[stage] - level) * (1 - exp(-intervalS / FOLLOW_S))
    stirred *= exp(-intervalS / CALM_S)
    breath += (intervalS * person.breathsPerMin * (1 + 0.06 * random.normal())) / 60
    atS += intervalS
  }
  return Float64Array.from(beats)
}

/** Seconds that a beat reaches before and after its R peak. */
export const BEAT_REACH_S: readonly [before: number, after: number] = [0.26, 0.46]
/** Steps of the beat's table in a second: linear interpolation between them is exact to 1 uV. */
const STEPS_PER_S = 2000

/** P, Q, R, S and T of lead II as bumps: [millivolts, seconds from R, spread]. */
const BEAT = [
  [0.11, -0.16, 0.024],
  [-0.09, -0.028, 0.008],
  [1.05, 0, 0.0105],
  [-0.2, 0.03, 0.009],
  [0.24, 0.24, 0.04],
  [0.06, 0.3, 0.03],
] as const

const TABLE: Float64Array = Float64Array.from(
  { length: Math.round((BEAT_REACH_S[0] + BEAT_REACH_S[1]) * STEPS_PER_S) + 2 },
  (_, i) => {
    const u = i / STEPS_PER_S - BEAT_REACH_S[0]
    let sum = 0
    for (const [size, atS, spread] of BEAT) {
      const z = (u - atS) / spread
      sum += size * exp(-0.5 * z * z)
    }
    return sum
  },
)

/** The ECG of one beat in millivolts, `u` seconds from its R peak; `u` within `BEAT_REACH_S`. */
export function beatValue(u: number): number {
  const x = (u + BEAT_REACH_S[0]) * STEPS_PER_S
  const i = Math.floor(x)
  return TABLE[i]! + (x - i) * (TABLE[i + 1]! - TABLE[i]!)
}
