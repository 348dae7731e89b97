import { assert } from '../../math/assert.ts'
import type { Facts } from '../governor/facts.ts'
import { govern } from '../governor/governor.ts'
import type { GovernorEvent } from '../governor/governor-event.ts'
import type { Proposal } from '../governor/proposal.ts'
import type { Verdict } from '../governor/verdict.ts'
import type { Decision } from './decision.ts'
import type { LoopEvent } from './event.ts'
import type { Governed, NightMoment } from './moment.ts'

/** The governor hears an event; its notes become events of the night at this sample. */
export function governed(
  held: Governed,
  event: GovernorEvent,
  facts: Facts,
  sample: number,
  events: LoopEvent[],
): void {
  turn(held, event, facts, sample, events)
}

/** The governor judges a wish; its notes become events of the night before the answer. */
export function judged(
  { governor, facts, seen }: NightMoment,
  wish: Proposal,
  events: LoopEvent[],
): Verdict {
  const verdict = turn(governor, wish, facts, seen.sample, events)
  assert(verdict !== undefined, 'a wish was not judged')
  return verdict
}

/** What a decision keeps of a verdict: the reason, and the rules behind it. */
export function verdictWords(verdict: Verdict): Pick<Decision, 'allowed' | 'code' | 'rule'> {
  return verdict.kind === 'allowed'
    ? { allowed: true, code: 'ALLOWED', rule: verdict.rules.join(' ') }
    : { allowed: false, code: verdict.code, rule: verdict.rule }
}

function turn(
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
