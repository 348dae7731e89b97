/** What a detector says of one value. `unknown` is no alarm and no all-clear: nothing follows. */
export type Verdict = 'quiet' | 'alarm' | 'unknown'

/** A detector's next state and what it says: `score` is 0 (as ever) to 1, NaN where unknown. */
export type Judged<State> = {
  readonly state: State
  readonly score: number
  readonly verdict: Verdict
}

/**
 * Anything that watches a stream, of ours or of somebody else. `step` is a function of its two
 * arguments alone: no clock, no dice, no future. It may write into the state it was given, which
 * the caller does not use again. A value that is missing gives `unknown` and leaves the state as it
 * was. Memory is bounded; the same values give the same scores to the bit.
 */
export type StreamDetector<Value, State> = {
  readonly name: string
  begin(): State
  step(state: State, value: Value): Judged<State>
}
