import type { Mode } from '../../night/governor/mode.ts'

/** What a device says of itself when it comes; the centre answers with its durable watermark. */
export type Birth = {
  readonly protocol: 1
  readonly boot: number
  /** Highest epoch the device has heard of; it never obeys a lower one. */
  readonly epoch: number
  readonly hardware: string
  readonly code: string
  readonly release: number
  readonly mode: Mode
  /** What the consent in force allows at most. */
  readonly consent: Mode
  readonly consentId: string
  /** Releases are taken only by those who said so. */
  readonly takesUpdates: boolean
  readonly cohort: Cohort
  /** Lowest and highest sequence numbers that the device still holds for the centre. */
  readonly held: readonly Held[]
}

/** Frames or events that wait on a device, both ends counted. */
export type Held = { readonly boot: number; readonly fromSeq: number; readonly toSeq: number }

/** What strata an assignment is balanced over; every field is coarse, so that nobody is named. */
export type Cohort = {
  readonly chronotype: 'early' | 'middle' | 'late' | 'unknown'
  readonly age: 'under-30' | '30-59' | '60-on' | 'unknown'
  readonly district: string
}

/** All frames below `seq` of `boot` and of every earlier boot are durable at the centre. */
export type Watermark = { readonly boot: number; readonly seq: number }
