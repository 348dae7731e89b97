import { ok, type Result } from '../../math/result.ts'
import type { LoopEvent } from '../../night/loop/event.ts'
import type { Release } from '../../night/loop/release.ts'
import { eventDifference } from '../../night/replay/difference.ts'
import { type RunOptions, runBox } from '../../night/replay/loop-run.ts'
import type { ReplayCode } from '../../night/replay/replay.ts'
import type { ByteSource } from '../../signal/source.ts'

/** A number of a night as it was recorded, and as it is under another release. */
export type WasIs<T> = { readonly was: T; readonly is: T }

/** What another release would have done with one recorded night. */
export type NightCounterfactual = {
  readonly night: string
  readonly recorded: Pick<Release, 'name' | 'version'>
  readonly decisions: number
  readonly differences: number
  /** Clicks, and the loudest of all sounds, dB(A); -Infinity where there was none. */
  readonly clicks: WasIs<number>
  readonly loudestDb: WasIs<number>
  /** Codes of decisions that became others, the most frequent first. */
  readonly codes: readonly (WasIs<string> & { readonly count: number })[]
  /** Device time of the first decision that differs, s. */
  readonly firstAtS?: number
  /** False when the box could not be followed to its end. */
  readonly whole: boolean
}

/** What must not be passed by a release on nights that were recorded, fixed before it is run. */
export type CounterfactualLimits = {
  /** Most clicks, as a multiple of those recorded, over all nights. */
  readonly mostClickRatio: number
  /** Most by which the loudest sound of a night may be louder than the recorded one, dB. */
  readonly mostLouderDb: number
}

/** The limits unless others were named. */
export const COUNTERFACTUAL_LIMITS: CounterfactualLimits = { mostClickRatio: 1.25, mostLouderDb: 1 }

/** What a release would have done with recorded nights, and whether people may be next. */
export type Counterfactual = {
  readonly nights: readonly NightCounterfactual[]
  readonly decisions: number
  readonly differences: number
  readonly clicks: WasIs<number>
  readonly passed: boolean
  /** Why not: one line each. */
  readonly objections: readonly string[]
}

/** Codes of decisions that are told of one night. */
const MOST_CODES = 8

/**
 * Runs one recorded night under another release. The inputs are those of that night: what the
 * sleeper would have done otherwise is not in them, so this shows what a release does with a night
 * and not what it does to a sleeper.
 */
export async function nightUnder<State>(
  night: string,
  sources: readonly ByteSource[],
  options: RunOptions<State> & { readonly release: Release },
): Promise<Result<NightCounterfactual, ReplayCode>> {
  const tally = new NightTally()
  const end = await runBox(sources, options, (step, events) => {
    tally.take(step.events, events, step.input.atMs / 1000, step.complete)
    return true
  })
  if (end.problem) return { ok: false, problem: end.problem }
  const { name, version } = end.header!.release
  return ok({
    ...{ night, recorded: { name, version }, whole: end.damage === undefined },
    ...tally.result(),
  })
}

/** The sum of nights against the limits. */
export function counterfactual(
  nights: readonly NightCounterfactual[],
  limits: CounterfactualLimits,
): Counterfactual {
  const sum = (of: (night: NightCounterfactual) => number): number =>
    nights.reduce((total, night) => total + of(night), 0)
  const clicks = { was: sum((night) => night.clicks.was), is: sum((night) => night.clicks.is) }
  const objections: string[] = []
  if (nights.length === 0) objections.push('no night was run')
  const most = limits.mostClickRatio * clicks.was
  if (clicks.is > most) {
    objections.push(`clicks: ${clicks.is} instead of ${clicks.was}, at most ${most} are allowed`)
  }
  for (const { night, loudestDb, whole } of nights) {
    if (!whole) objections.push(`${night}: cannot be followed to its end`)
    const louder = loudestDb.is - loudestDb.was
    if (louder > limits.mostLouderDb) {
      objections.push(`${night}: loudest ${loudestDb.is} dB(A) instead of ${loudestDb.was}`)
    }
  }
  return {
    ...{ nights, clicks, passed: objections.length === 0, objections },
    decisions: sum((night) => night.decisions),
    differences: sum((night) => night.differences),
  }
}

type Told = Omit<NightCounterfactual, 'night' | 'recorded' | 'whole'>

class NightTally {
  private decisions = 0
  private differences = 0
  private firstAtS: number | undefined
  private readonly clicks = { was: 0, is: 0 }
  private readonly loudestDb = { was: Number.NEGATIVE_INFINITY, is: Number.NEGATIVE_INFINITY }
  private readonly codes = new Map<string, { was: string; is: string; count: number }>()

  take(
    was: readonly LoopEvent[],
    is: readonly LoopEvent[],
    atS: number,
    isComplete: boolean,
  ): void {
    this.sounds('was', was)
    this.sounds('is', is)
    const [before, after] = [was.filter(isDecision), is.filter(isDecision)]
    this.decisions += before.length
    const length = isComplete ? Math.max(before.length, after.length) : before.length
    for (let k = 0; k < length; k++) {
      if (eventDifference(before[k], after[k]) === undefined) continue
      this.differences++
      this.firstAtS ??= atS
      this.code(before[k]?.decision.code ?? 'none', after[k]?.decision.code ?? 'none')
    }
  }

  result(): Told {
    const codes = [...this.codes.values()].sort((a, b) => b.count - a.count)
    return {
      ...{ decisions: this.decisions, differences: this.differences },
      ...{ clicks: this.clicks, loudestDb: this.loudestDb, codes: codes.slice(0, MOST_CODES) },
      ...(this.firstAtS !== undefined && { firstAtS: this.firstAtS }),
    }
  }

  private code(was: string, is: string): void {
    if (was === is) return
    const key = `${was} ${is}`
    const entry = this.codes.get(key) ?? { was, is, count: 0 }
    entry.count++
    this.codes.set(key, entry)
  }

  private sounds(side: 'was' | 'is', events: readonly LoopEvent[]): void {
    for (const event of events) {
      if (event.kind !== 'command') continue
      const { action, actuator } = event.lease
      if (action === 'click') this.clicks[side]++
      // The alarm that the sleeper set is not the release's doing.
      const isSound = (actuator === 'sound' && action !== 'wake') || actuator === 'cue'
      if (isSound) this.loudestDb[side] = Math.max(this.loudestDb[side], event.level)
    }
  }
}

function isDecision(event: LoopEvent): event is Extract<LoopEvent, { kind: 'decision' }> {
  return event.kind === 'decision'
}
