import type { LeadWatch } from './lead-watch.ts'
import type { LiveStagerModel } from './live-stager.ts'
import type { Montage } from './montage.ts'
import type { Seen } from './seen.ts'
import { type StageClock, stageClock } from './stage-clock.ts'

/** The stager at work, and what follows from its word and from deep sleep's own look. */
export type StageWatch = {
  /**
   * Takes elements `from` to `to` (not included) of the columns, of which the first is sample
   * `sample`: the sample with which there is a new opinion, which is then among the events, or -1.
   */
  take(sample: number, columns: readonly Float32Array[], from: number, to: number): number
  skip(samples: number): void
  /** Ends a second: does the lead look like deep sleep? */
  closeSecond(lead: LeadWatch): void
  readonly clock: StageClock
  /** The last readable opinion; NaN before the first. Reused. */
  readonly probabilities: Float32Array
  quality: number
  about: number
  /** How long 1-4 Hz has been large and 20-45 Hz small, s. */
  deepS: number
  /** Waking is known to be likelier than not. */
  awake(): boolean
  /** Deep sleep is known to be likelier than not. */
  deep(): boolean
  /** Sleep has just turned light: P(W) + P(N1) over 5 s has passed .4 from below. */
  waking(): boolean
}

/** Deep sleep looks like this (EEG-LLAMAS), uV over 30 s. */
const DEEP_DELTA_UV = 7
const DEEP_MUSCLE_UV = 4
/** Light sleep is called above the first, after ten seconds below the second. */
const LIGHT = 0.4
const SOUND = 0.25
const SOUND_S = 10

/** Begins a night's staging; without a model every stage stays unknown. */
export function stageWatch(
  montage: Montage,
  model: LiveStagerModel | undefined,
  events: Seen[],
): StageWatch {
  const stager = model?.begin(montage)
  const clock = stageClock(montage.rateHz)
  let soundS = 0
  const tell = (sample: number): boolean => {
    const { probabilities, quality, about } = stager!.opinion
    if (Number.isNaN(probabilities[0]!)) return false
    watch.probabilities.set(probabilities)
    watch.quality = quality
    watch.about = about
    clock.take(stager!.opinion)
    const row = Array.from(probabilities)
    events.push({ kind: 'stage', sample, about, probabilities: row, quality })
    soundS = soundFor(soundS, clock.lightMean)
    return true
  }
  const watch: StageWatch = {
    ...{ clock, quality: NaN, about: NaN, deepS: 0 },
    probabilities: new Float32Array(5).fill(NaN),
    take: (sample, columns, from, to) => {
      const at = stager === undefined ? -1 : stager.take(sample, columns, from, to)
      return at >= 0 && tell(sample + at - from) ? sample + at - from : -1
    },
    skip: (samples) => stager?.skip(samples),
    closeSecond: ({ deltaRmsUv, muscleRmsUv }) => {
      const deep = deltaRmsUv > DEEP_DELTA_UV && muscleRmsUv < DEEP_MUSCLE_UV
      watch.deepS = deep ? watch.deepS + 1 : 0
    },
    awake: () => watch.probabilities[0]! > 0.5,
    deep: () => watch.probabilities[3]! > 0.5,
    waking: () => soundS < 0,
  }
  return watch
}

/** Seconds of sound sleep so far; -1 while sleep that was sound is light. Unknown is neither. */
function soundFor(before: number, light: number): number {
  if (light < SOUND) return before + 1
  if (light > LIGHT) return before >= SOUND_S ? -1 : Math.min(before, 0)
  return Math.max(before, 0)
}
