import type { GovernorState } from '../governor/governor-state.ts'
import type { WatchFacts } from '../watch/facts.ts'
import type { FilledFacts, KnownOutside } from './governor-facts.ts'
import type { NightHeader } from './header.ts'

/** The governor's state as the loop holds it: replaced at every turn. */
export type Governed = { state: GovernorState }

/**
 * What every part of the loop may look at when it decides: the same objects all night, brought up
 * to the present before each decision.
 */
export type NightMoment = {
  readonly header: NightHeader
  readonly seen: WatchFacts
  readonly facts: FilledFacts
  readonly outside: KnownOutside
  readonly governor: Governed
  /** Device time of the last input, ms. */
  atMs: number
}
