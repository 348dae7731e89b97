import type { BoxSummary, Mode, MomentAccount } from '@nocturne/core/night'

/** A click of a night: when it was to be heard (device time, ms), and how loud, dB(A). */
export type ToldClick = { readonly atMs: number; readonly levelDb: number }

/** What happened at a moment of the night, in words; several clicks in a row are one. */
export type Happening = {
  readonly atMs: number
  /** Local clock, HH:MM:SS. */
  readonly at: string
  readonly kind: 'clicks' | 'mode' | 'word' | 'alarm' | 'silence'
  readonly text: string
}

/** A reason for which nothing was done, and how many decisions it had. */
export type CountedReason = {
  readonly code: string
  readonly says: string
  /** Rule of SPEC.md, or the parameter of the release. */
  readonly rule: string
  readonly count: number
}

/** A night as its box tells it. */
export type NightStory = {
  readonly name: string
  readonly summary: BoxSummary
  readonly rehearsal: boolean
  readonly release: string
  /** Length, ms, and local clock of its begin and end. */
  readonly spanMs: number
  readonly from: string
  readonly to: string
  /** `from` as seconds of the local day. */
  readonly startS: number
  /** The most likely stage of each 30 s by the causal stager: 0 to 4 = W N1 N2 N3 R, -1 unknown. */
  readonly stages: readonly number[]
  readonly clicks: readonly ToldClick[]
  /** When each mode began. */
  readonly modes: readonly { readonly atMs: number; readonly mode: Mode }[]
  readonly happenings: readonly Happening[]
  /** Happenings beyond those told. */
  readonly untold: number
  readonly allowed: number
  readonly reasons: readonly CountedReason[]
}

/** A moment of the night: its picture in the page's colours and its account. */
export type ToldMoment = {
  readonly atMs: number
  readonly svg: string
  readonly account: MomentAccount
}

/** What came of running the night again. */
export type ToldReplay = {
  readonly identical: boolean
  readonly inputs: number
  readonly decisions: number
  /** Where it parts, in words. */
  readonly difference?: string
  readonly incomplete: boolean
}

/** A trial, as far as it may be seen. */
export type ToldTrial = {
  readonly name: string
  readonly noted: number
  readonly planned: number
  /** Only after unblinding: what it says. */
  readonly sentence?: string
}

/** What the page asks of a worker; one worker answers one question and ends. */
export type MorningRequest =
  | { readonly kind: 'read'; readonly file: File }
  | { readonly kind: 'replay'; readonly file: File }
  | { readonly kind: 'moment'; readonly file: File; readonly atMs: number }

/** What a worker answers. */
export type MorningReply =
  | { readonly kind: 'progress'; readonly label: string; readonly fraction: number }
  | { readonly kind: 'story'; readonly story: NightStory }
  | { readonly kind: 'trial'; readonly trial: ToldTrial }
  | { readonly kind: 'replayed'; readonly replay: ToldReplay }
  | { readonly kind: 'moment'; readonly moment: ToldMoment }
  | { readonly kind: 'problem'; readonly text: string }
