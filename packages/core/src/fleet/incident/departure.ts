import { ok, type Result } from '../../math/result.ts'
import type { LoopEvent } from '../../night/loop/event.ts'
import type { Release } from '../../night/loop/release.ts'
import { type Behaviour, readBehaviour } from '../../night/replay/behaviour.ts'
import { type Bisection, bisect } from '../../night/replay/bisect.ts'
import { type ParameterChange, parameterChanges, withParameter } from '../../night/replay/blame.ts'
import { eventDifference } from '../../night/replay/difference.ts'
import { type Loop, type RunOptions, runBox } from '../../night/replay/loop-run.ts'
import type { Difference, ReplayCode } from '../../night/replay/replay.ts'
import type { ByteSource } from '../../signal/source.ts'

/** The last good release and the one under suspicion. */
export type ReleasePair = { readonly lastGood: Release; readonly suspect: Release }

/** Where, on the inputs of one box, the suspect first decides otherwise than the last good one. */
export type Departure = {
  /** Missing when both decide the same all along. */
  readonly first?: Difference
  /** The parameters in which they differ, and which of them makes that difference alone. */
  readonly changes: readonly ParameterChange[]
  readonly inputs: number
}

/**
 * Runs one box under two releases side by side, whatever it was recorded with, and names the first
 * decision in which the suspect departs from the last good one on the same inputs.
 */
export async function departure<State>(
  sources: readonly ByteSource[],
  options: RunOptions<State>,
  { lastGood, suspect }: ReleasePair,
): Promise<Result<Departure, ReplayCode>> {
  const whole = await firstOther(sources, options, lastGood, suspect)
  if (!whole.ok) return whole
  const { first, inputs } = whole.value
  if (first === undefined) return ok({ changes: [], inputs })
  const changes: ParameterChange[] = []
  const until = { ...options, untilMs: first.atS * 1000 }
  for (const change of parameterChanges(lastGood, suspect)) {
    const one = withParameter(lastGood, change.parameter, change.is)
    const again = await firstOther(sources, until, lastGood, one)
    const found = again.ok ? again.value.first : undefined
    changes.push({ ...change, alone: found?.input === first.input && found.field === first.field })
  }
  return ok({ first, changes, inputs })
}

/**
 * Finds, among releases oldest first, the one that brought the departure: the first under which the
 * decision of that moment has the suspect's code; when the codes are the same, the first that
 * decides anything otherwise than the first release.
 */
export async function bisectDeparture<State>(
  sources: readonly ByteSource[],
  options: RunOptions<State>,
  releases: readonly Release[],
  { first }: Departure,
): Promise<Result<Bisection, ReplayCode>> {
  return bisect(sources, options, releases, first && behaviourOf(first))
}

function behaviourOf({ decisions, atS }: Difference): Behaviour | undefined {
  const code = decisions?.is?.code
  if (code === undefined || code === decisions?.was?.code) return undefined
  const read = readBehaviour(`code ${code} at departure`, () => atS * 1000)
  return read.ok ? read.value : undefined
}

/** Two nights in one: the events that are shown are the first's, the other's are kept beside. */
async function firstOther<State>(
  sources: readonly ByteSource[],
  options: RunOptions<State>,
  was: Release,
  is: Release,
): Promise<Result<{ readonly first?: Difference; readonly inputs: number }, ReplayCode>> {
  const { loop, ...rest } = options
  let others: readonly LoopEvent[] = []
  const both: Loop<readonly [State, State]> = {
    start: (header) => [
      loop.start({ ...header, release: was }),
      loop.start({ ...header, release: is }),
    ],
    step: ([a, b], input) => {
      const [nextA, events] = loop.step(a, input)
      const [nextB, told] = loop.step(b, input)
      others = told
      return [[nextA, nextB], events]
    },
  }
  let first: Difference | undefined
  const end = await runBox(sources, { ...rest, loop: both }, (step, events) => {
    const found = decisionDifference(events, others)
    if (found) first = { atS: step.input.atMs / 1000, input: step.index, ...found }
    return first === undefined
  })
  if (end.problem) return { ok: false, problem: end.problem }
  return ok({ ...(first && { first }), inputs: end.inputs })
}

function decisionDifference(
  was: readonly LoopEvent[],
  is: readonly LoopEvent[],
): Omit<Difference, 'atS' | 'input'> | undefined {
  const before = was.flatMap((event) => (event.kind === 'decision' ? [event] : []))
  const after = is.flatMap((event) => (event.kind === 'decision' ? [event] : []))
  for (let k = 0; k < Math.max(before.length, after.length); k++) {
    const found = eventDifference(before[k], after[k])
    if (!found) continue
    const [a, b] = [before[k]?.decision, after[k]?.decision]
    return { ...found, decisions: { ...(a && { was: a }), ...(b && { is: b }) } }
  }
  return undefined
}
