import type { Guess } from './blinding.ts'
import type { Design } from './design.ts'
import type { Secret } from './seal.ts'

/**
 * What was measured in a night, told without its arm. Markers are the first chance for a click of
 * each window; those of windows with sound are muted in a muted night. It hints at the arm, and is
 * kept away until the trial is opened.
 */
export type Measured = MarkerMeasure & {
  /**
   * Of a night with both arms: its blocks in order, each told without its arm. Then nothing is
   * told of the night as a whole, in which both arms are mixed.
   */
  readonly blocks?: readonly BlockMeasure[]
}

/** What was measured in a block of a night; see `countedBlock` for the markers that are its own. */
export type BlockMeasure = MarkerMeasure & {
  /** 0 is the block that began with the night. */
  readonly block: number
  /** Mean power of 0.5 to 4 Hz in all its undisturbed non-REM sleep, uV^2, above 0. */
  readonly wholeUv2?: number
}

/** What followed the markers of a stretch of the night; a missing field was not had. */
export type MarkerMeasure = {
  /** Mean power of 0.5 to 4 Hz in the 4 s after a marker with sound, uV^2, above 0. */
  readonly swaUv2?: number
  /** Markers with sound, and those followed by an arousal within 10 s. */
  readonly markers?: number
  readonly arousals?: number
  /** The same of the windows without sound. */
  readonly silentMarkers?: number
  readonly silentArousals?: number
  /**
   * Of each pair of windows in which both were measured, in order: natural log of that power after
   * the marker with sound less after the one without.
   */
  readonly windows?: readonly number[]
  /** How much deeper the trough .3 to 1 s after a marker with sound is, uV. */
  readonly evokedUv?: number
  /** Natural log of 12 to 15 Hz power .5 to 2 s after a marker, with sound less without. */
  readonly spindleLog?: number
}

/** What one night of a trial left, told without knowing its arm; a missing field was not had. */
export type NightOutcome = Measured & {
  /** 0 is the first night with an arm. */
  readonly night: number
  /** Karolinska sleepiness in the morning, 1 to 9. */
  readonly kss?: number
  readonly guess?: Guess
  /** Whether sounds were heard, and distress 0 to 10, as told in the morning. */
  readonly heard?: boolean
  readonly distress?: number
}

/** A trial as anyone may see it; the secret joins it at the end, and then it can be read. */
export type Trial = {
  readonly name: string
  readonly createdMs: number
  readonly design: Design
  /** SHA-256 of the design and the secret; see `commitmentOf`. */
  readonly commitment: string
  /** By night, each once. */
  readonly nights: readonly NightOutcome[]
  /** Only after unblinding. */
  readonly opened?: Secret
}

/** Notes what a night left: new fields beside those noted before, in the order of the nights. */
export function withOutcome(trial: Trial, outcome: NightOutcome): Trial {
  const before = trial.nights.find((known) => known.night === outcome.night)
  const others = trial.nights.filter((known) => known.night !== outcome.night)
  const nights = [...others, { ...before, ...outcome }].sort((a, b) => a.night - b.night)
  return { ...trial, nights }
}
