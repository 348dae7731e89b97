/**
 * How a value came to be known. `measured`: a device recorded it. `reported`: the person wrote it
 * down. `inferred`: a program guessed it (a phone's "in bed", an actigraph's window). Values of
 * different provenance are never merged into one number.
 */
export type Provenance = 'measured' | 'reported' | 'inferred'

/**
 * A stretch of a sleep episode in one stage, as the source says it. Moments in ms since 1970 UTC.
 */
export type StageSpan = {
  readonly startMs: number
  readonly endMs: number
  readonly stage: 'awake' | 'asleep' | 'light' | 'deep' | 'rem' | 'inBed'
}

/**
 * One sleep of a person. Every moment is ms since 1970-01-01T00:00:00Z; `undefined` = unknown.
 * Where they are known `bedMs <= onsetMs <= offsetMs <= riseMs`.
 */
export type SleepEpisode = {
  /** Into bed, lights out. */
  readonly bedMs?: number | undefined
  /** Fell asleep. */
  readonly onsetMs?: number | undefined
  /** Woke for good. */
  readonly offsetMs?: number | undefined
  /** Out of bed. */
  readonly riseMs?: number | undefined
  /** The zone the clocks of the place had then, where it differs from the record's. */
  readonly zone?: string | undefined
  readonly kind: 'main' | 'nap' | 'unknown'
  readonly provenance: Provenance
  /** Who says so: `Apple Watch`, `diary`. */
  readonly source: string
  /** Woken by an alarm (or another person): natural waking would have come later. */
  readonly alarm?: boolean | undefined
  /** The day of waking is a working day. */
  readonly workday?: boolean | undefined
  /** Minutes asleep, where the source counts them. */
  readonly asleepMin?: number | undefined
  readonly stages?: readonly StageSpan[] | undefined
}
