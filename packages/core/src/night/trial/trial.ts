import type { Guess } from './blinding.ts'
import type { Design } from './design.ts'
import type { Secret } from './seal.ts'

/** What one night of a trial left, told without knowing its arm; a missing field was not had. */
export type NightOutcome = {
  /** 0 is the first night with an arm. */
  readonly night: number
  /** Mean power of 0.5 to 4 Hz in the 4 s after a marker, uV^2, above 0. */
  readonly swaUv2?: number
  /** Markers of stimulation and those followed by an arousal within 10 s. */
  readonly markers?: number
  readonly arousals?: number
  /** Karolinska sleepiness in the morning, 1 to 9. */
  readonly kss?: number
  readonly guess?: Guess
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
