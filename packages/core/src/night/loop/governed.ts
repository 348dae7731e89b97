import type { Facts } from '../governor/facts.ts'
import { govern } from '../governor/governor.ts'
import type { GovernorEvent } from '../governor/governor-event.ts'
import type { GovernorState } from '../governor/governor-state.ts'
import type { Proposal } from '../governor/proposal.ts'
import type { Verdict } from '../governor/verdict.ts'
import type { LoopEvent } from './event.ts'

/** The governor's state as the loop holds it, and where what it says of itself goes. */
export type Governed = { state: GovernorState }

/** One turn of the governor: its notes become events of the night at this sample. */
export function governed(
  held: Governed,
  input: GovernorEvent | Proposal,
  facts: Facts,
  sample: number,
  events: LoopEvent[],
): Verdict | undefined {
  const { state, verdict, notes } = govern(held.state, input, facts)
  held.state = state
  for (const note of notes) events.push({ kind: 'note', atMs: input.atMs, sample, note })
  return verdict
}
