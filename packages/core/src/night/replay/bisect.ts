import { assert } from '../../math/assert.ts'
import { ok, type Problem, type Result } from '../../math/result.ts'
import type { ByteSource } from '../../signal/source.ts'
import type { Release } from '../loop/release.ts'
import { type Behaviour, type BehaviourWatch, DecisionTrace, otherDecisions } from './behaviour.ts'
import { type ParameterChange, parameterChanges, withParameter } from './blame.ts'
import { type RunEnd, type RunOptions, runBox } from './loop-run.ts'
import type { ReplayCode } from './replay.ts'

/** Which release of a series brought a behaviour. */
export type Bisection = {
  /** What was looked for. */
  readonly behaviour: string
  /**
   * Place in the series of the first release that shows it; 0 when the first one does already,
   * undefined when the last one does not.
   */
  readonly index?: number
  readonly release?: Release
  /** In which parameters it differs from the one before. */
  readonly changes: readonly ParameterChange[]
  /** Nights that were run. */
  readonly replays: number
}

/** Longest series. */
const MOST_RELEASES = 4096

/**
 * Finds the release of a series that introduced a behaviour, by halving: with N releases the night
 * runs about log2 N times, and once more for each parameter of the guilty step. Without a behaviour
 * it looks for decisions other than those of the first release. Supposes what every bisection does:
 * that once it is there it stays.
 */
export async function bisect<State>(
  sources: readonly ByteSource[],
  options: RunOptions<State>,
  releases: readonly Release[],
  behaviour?: Behaviour,
): Promise<Result<Bisection, ReplayCode>> {
  assert(releases.length >= 2 && releases.length <= MOST_RELEASES, 'two releases at least')
  const search = new Search(sources, options)
  const first = releases[0]!
  const wanted = behaviour ?? otherDecisions(await search.traceOf(first))
  const shows = (release: Release): Promise<boolean> => search.shows(release, wanted)
  let [without, withIt] = [0, releases.length - 1]
  const early = behaviour !== undefined && (await shows(first))
  const late = !early && (await shows(releases[withIt]!))
  if (search.problem) return { ok: false, problem: search.problem }
  if (early || !late) {
    const found = early ? { index: 0, release: first } : {}
    return ok({ behaviour: wanted.says, ...found, changes: [], replays: search.replays })
  }
  while (withIt - without > 1) {
    const middle = Math.floor((without + withIt) / 2)
    if (await shows(releases[middle]!)) withIt = middle
    else without = middle
  }
  const [before, release] = [releases[without]!, releases[withIt]!]
  const changes: ParameterChange[] = []
  for (const change of parameterChanges(before, release)) {
    const alone = await shows(withParameter(before, change.parameter, change.is))
    changes.push({ ...change, alone })
  }
  if (search.problem) return { ok: false, problem: search.problem }
  return ok({ behaviour: wanted.says, index: withIt, release, changes, replays: search.replays })
}

class Search<State> {
  replays = 0
  problem: Problem<ReplayCode> | undefined
  private readonly sources: readonly ByteSource[]
  private readonly options: RunOptions<State>

  constructor(sources: readonly ByteSource[], options: RunOptions<State>) {
    this.sources = sources
    this.options = options
  }

  async traceOf(release: Release): Promise<DecisionTrace> {
    const trace = new DecisionTrace()
    await this.run(release, (event) => {
      trace.take(event)
      return true
    })
    return trace
  }

  async shows(release: Release, behaviour: Behaviour): Promise<boolean> {
    const watch = behaviour.watch()
    await this.run(release, (event, atMs) => watch.take(event, atMs))
    return watch.holds()
  }

  private async run(release: Release, take: BehaviourWatch['take']): Promise<void> {
    this.replays++
    const end: RunEnd = await runBox(this.sources, { ...this.options, release }, (step, events) =>
      events.every((event) => take(event, step.input.atMs)),
    )
    this.problem ??= end.problem
  }
}
