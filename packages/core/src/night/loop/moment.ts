import type { WatchFacts } from '../watch/facts.ts'
import type { Governed } from './governed.ts'
import type { FilledFacts, KnownOutside } from './governor-facts.ts'
import type { NightHeader } from './header.ts'

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
