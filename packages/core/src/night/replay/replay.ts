import { ok, type Problem, type Result } from '../../math/result.ts'
import type { ByteSource } from '../../signal/source.ts'
import type { BoxDamage } from '../box/damage.ts'
import type { BoxCode } from '../box/parts.ts'
import type { SubtleEd25519 } from '../consent/ed25519.ts'
import type { Decision } from '../loop/decision.ts'
import type { LoopEvent } from '../loop/event.ts'
import type { Release } from '../loop/release.ts'
import { unsignedConsents } from './consent-check.ts'
import { eventDifference } from './difference.ts'
import { type BoxStep, type RunOptions, runBox } from './loop-run.ts'

/** A place where the night that was run again parts from the one that was recorded. */
export type Difference = {
  /** Device time, s. */
  readonly atS: number
  /** The input after which it came, counted from 0. */
  readonly input: number
  /**
   * Path of the field: `decision.code`, `stage.probabilities.3`, `event` for one that is missing,
   * `consent.verified` for a consent that is not what its signer signed.
   */
  readonly field: string
  readonly was: unknown
  readonly is: unknown
  /** Both decisions, where they are decisions, with all that each saw. */
  readonly decisions?: { readonly was?: Decision; readonly is?: Decision }
}

/** What came of running a box again. */
export type Replay = {
  /** Every event came again, to the last bit, and every consent is what its signer signed. */
  readonly identical: boolean
  /** A consent that is not signed, the first decision that differs, or the first other event. */
  readonly firstDifference?: Difference
  /** Decisions that were recorded. */
  readonly decisions: number
  /** Decisions that differ; where none does, other events; and consents that are not signed. */
  readonly differences: number
  readonly inputs: number
  /** Consents that were given, their signatures checked again; missing where they were not. */
  readonly consents?: number
  readonly spanS: number
  /** The release of the box, and the one that was run. */
  readonly recorded: Release
  readonly ran: Release
  /** Where the box could not be followed further. */
  readonly damage?: BoxDamage
}

/** How a box is compared with its rerun. */
export type ReplayOptions<State> = RunOptions<State> & {
  /** Ends at the first decision that differs. */
  readonly stopAtFirst?: boolean
  /** WebCrypto, to check the signatures of consents again (rule N10); not checked without it. */
  readonly subtle?: SubtleEd25519
}

/** Why a box cannot be run again. */
export type ReplayCode = BoxCode | 'BOX_EMPTY'

/**
 * Runs a night again from its box, with its own release or another, and compares every event with
 * the recorded one, bit for bit; with WebCrypto also what the box says of the signatures of its
 * consents. Up to a torn end it compares what is there.
 */
export async function replay<State>(
  sources: readonly ByteSource[],
  options: ReplayOptions<State>,
): Promise<Result<Replay, ReplayCode>> {
  const decisions = new Comparison((event) => event.kind === 'decision')
  const others = new Comparison((event) => event.kind !== 'decision')
  const given: BoxStep[] = []
  const end = await runBox(sources, options, (step, events) => {
    if (step.input.kind === 'consent') given.push(step)
    if (step.events.length === 0 && events.length === 0) return true
    decisions.compare(step, events)
    others.compare(step, events)
    return !(options.stopAtFirst && decisions.first)
  })
  const problem: Problem<ReplayCode> | undefined = end.problem
  if (problem) return { ok: false, problem }
  const told = decisions.first ? decisions : others
  const unsigned = options.subtle && (await unsignedConsents(options.subtle, given))
  const first = unsigned?.[0] ? unsignedDifference(unsigned[0]) : told.first
  const recorded = end.header!.release
  return ok({
    identical: first === undefined,
    ...(first && { firstDifference: first }),
    decisions: decisions.recorded,
    differences: told.differences + (unsigned?.length ?? 0),
    ...{ inputs: end.inputs, spanS: end.spanS },
    ...(unsigned && { consents: given.length }),
    ...{ recorded, ran: options.release ?? recorded },
    ...(end.damage && { damage: end.damage }),
  })
}

function unsignedDifference({ input: { atMs }, index }: BoxStep): Difference {
  return { atS: atMs / 1000, input: index, field: 'consent.verified', was: true, is: false }
}

/** Compares the events of one sort, step by step. */
class Comparison {
  first: Difference | undefined
  differences = 0
  recorded = 0
  private readonly counts: (event: LoopEvent) => boolean

  constructor(counts: (event: LoopEvent) => boolean) {
    this.counts = counts
  }

  compare(step: BoxStep, events: readonly LoopEvent[]): void {
    const was = step.events.filter(this.counts)
    const is = events.filter(this.counts)
    this.recorded += was.length
    // Of a step that was torn off, only what was recorded can be compared.
    const length = step.complete ? Math.max(was.length, is.length) : was.length
    for (let k = 0; k < length; k++) {
      const found = eventDifference(was[k], is[k])
      if (!found) continue
      this.differences++
      this.first ??= {
        atS: step.input.atMs / 1000,
        input: step.index,
        ...found,
        ...bothDecisions(was[k], is[k]),
      }
    }
  }
}

function bothDecisions(
  was: LoopEvent | undefined,
  is: LoopEvent | undefined,
): Pick<Difference, 'decisions'> {
  const before = was?.kind === 'decision' ? was.decision : undefined
  const after = is?.kind === 'decision' ? is.decision : undefined
  if (!before && !after) return {}
  return { decisions: { ...(before && { was: before }), ...(after && { is: after }) } }
}
