import { fail, ok, type Result } from '../../math/result.ts'
import { BOUNDS } from './rate-evidence.ts'

/** One ring: who has the release while it is the last one that was reached. */
export type Ring = {
  readonly name: string
  /** `twin` and `replay` are rehearsals without a person; `staff` are people who build it. */
  readonly kind: 'twin' | 'replay' | 'staff' | 'people'
  /** Share of those who take updates, 0 to 1. */
  readonly share: number
}

/** The rings of a rollout, in order; none is left out. */
export const RINGS: readonly Ring[] = [
  { name: 'twin', kind: 'twin', share: 0 },
  { name: 'replay', kind: 'replay', share: 0 },
  { name: 'staff', kind: 'staff', share: 0 },
  { name: '0.1 %', kind: 'people', share: 0.001 },
  { name: '1 %', kind: 'people', share: 0.01 },
  { name: '10 %', kind: 'people', share: 0.1 },
  { name: '50 %', kind: 'people', share: 0.5 },
  { name: '100 %', kind: 'people', share: 1 },
]

/** Beyond this share a ring is entered only at the word of two persons. */
export const TWO_PERSONS_ABOVE = 0.1

/** Shortest stay in a ring of people, so that every time zone has had its night, ms. */
export const RING_MS: number = 24 * 3_600_000

/**
 * What is fixed before a rollout begins and never changed while it goes on, the boundaries of
 * stopping above all.
 */
export type RolloutPlan = {
  readonly id: string
  /** The release that goes out, and the one that devices are set back to. */
  readonly release: number
  readonly baseline: number
  /** Seed of the assignment. */
  readonly seed: string
  /** Probability of ever stopping a release that is no worse, over all metrics and looks. */
  readonly falseStop: number
  /** The ratio of rates, one of `BOUNDS`, that must be refuted before a ring is left. */
  readonly mostRatio: number
  /** Probability of ever saying so wrongly. */
  readonly falseAdvance: number
}

/** Why a plan was not read. */
export type PlanCode = 'PLAN_ID' | 'PLAN_RELEASE' | 'PLAN_RISK'

const ID = /^[a-z0-9][a-z0-9-]{0,39}$/

/**
 * A plan from what an operator names; the risks are .001, 1.25 and .05 unless they are given.
 * Releases are 0 (as shipped) to 65,535, the new one above the one it follows.
 */
export function rolloutPlan(
  named: Pick<RolloutPlan, 'id' | 'release' | 'baseline' | 'seed'> & Partial<RolloutPlan>,
): Result<RolloutPlan, PlanCode> {
  const plan = { falseStop: 0.001, mostRatio: 1.25, falseAdvance: 0.05, ...named }
  if (!ID.test(plan.id)) {
    return fail('PLAN_ID', 'id', JSON.stringify(plan.id), "1 to 40 of a-z, 0-9 and '-'")
  }
  const { release, baseline } = plan
  const isRelease = (n: number): boolean => Number.isInteger(n) && n >= 0 && n <= 65_535
  if (!isRelease(release) || !isRelease(baseline) || release <= baseline) {
    const expected = 'a release of 1 to 65535 above the one before it'
    return fail('PLAN_RELEASE', 'release', `${release} after ${baseline}`, expected)
  }
  const isRisk = (p: number): boolean => p > 0 && p <= 0.1
  if (!isRisk(plan.falseStop) || !isRisk(plan.falseAdvance) || !BOUNDS.includes(plan.mostRatio)) {
    const got = `${plan.falseStop}, ${plan.falseAdvance}, ${plan.mostRatio}`
    return fail('PLAN_RISK', 'risks', got, `two of 0 to .1, and one of ${BOUNDS.join(' ')}`)
  }
  return ok(plan)
}
