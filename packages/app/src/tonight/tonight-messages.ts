import type { Consent, Mode } from '@nocturne/core/night'

/** What is played: a made-up sleeper, or a recording that was dropped. */
export type PlayedNight =
  | { readonly kind: 'synth'; readonly seed: number; readonly hours: number }
  | { readonly kind: 'file'; readonly file: File }

/** A consent and the public key of the sleeper that it must be of. */
export type GivenConsent = { readonly consent: Consent; readonly sleeper: string }

/** What the page says to the worker that runs a rehearsal. */
export type TonightRequest =
  | {
      readonly kind: 'begin'
      readonly played: PlayedNight
      /** 1 is real time, 0 as fast as it goes. */
      readonly speed: number
      readonly mode: Mode
      /** Without one a throw-away consent carries the rehearsal. */
      readonly given: GivenConsent | undefined
      /** Wall clock of a night that names none, ms, and the sleeper's zone. */
      readonly startMs: number
      readonly zone: string
    }
  | { readonly kind: 'word'; readonly word: NightWord }
  | { readonly kind: 'speed'; readonly speed: number }
  | { readonly kind: 'end' }

/** The words of the page: stop, another mode, a consent taken back. */
export type NightWord =
  | { readonly kind: 'stop'; readonly by: 'button' }
  | { readonly kind: 'mode'; readonly to: Mode; readonly awake: boolean; readonly ask: number }
  | { readonly kind: 'revoke'; readonly consentId: string }

/** Why something is done or not done. */
export type StandingReason = {
  readonly allowed: boolean
  readonly code: string
  readonly says: string
  readonly rule: string
}

/** The night as it is now. */
export type LiveNight = {
  readonly atMs: number
  readonly clock: string
  /** How far through, 0 to 1. */
  readonly fraction: number
  readonly mode: Mode
  /** Probabilities of W N1 N2 N3 R; NaN where unknown. */
  readonly stages: readonly number[]
  /** The EEG that is aimed at: the last 10 s, uV, oldest first; NaN where missing. */
  readonly trace: Float32Array
  readonly label: string
  /** Clicks of the last 10 s: how long ago each was heard, s. */
  readonly clicksAgoS: readonly number[]
  readonly standing: StandingReason | undefined
  readonly levelDb: number | undefined
  readonly clicks: number
  readonly allowed: number
  /** Decisions not done, the most frequent reasons first. */
  readonly refused: readonly { readonly says: string; readonly count: number }[]
  /** What the governor did of itself, last first. */
  readonly notes: readonly { readonly at: string; readonly text: string }[]
}

/** What the worker says. */
export type TonightReply =
  | { readonly kind: 'live'; readonly live: LiveNight }
  /** A word was taken up, and this is what holds now. */
  | { readonly kind: 'heard'; readonly word: NightWord['kind']; readonly mode: Mode }
  /** The night is over; the box where the browser has no file system of its own. */
  | { readonly kind: 'ended'; readonly live: LiveNight; readonly box?: File }
  /** Something a person should know of how this rehearsal runs. */
  | { readonly kind: 'told'; readonly text: string }
  | { readonly kind: 'problem'; readonly text: string }
