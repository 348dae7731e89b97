import type { GovernorState } from './governor-state.ts'
import type { Lease } from './lease.ts'
import type { Mode } from './mode.ts'
import type { ReasonCode } from './reason.ts'

/** What a wish was held to by a rule of SPEC.md. */
export type Held = { readonly rule: string; readonly code: ReasonCode }

/** A bound that a wish was held to: `value` was at most `most`. */
export type Bound = Held & { readonly value: number; readonly most: number }

/** What became of a wish. */
export type Verdict =
  /** With every rule that it was held to, and every number that it could have passed. */
  | {
      readonly kind: 'allowed'
      readonly lease: Lease
      /** The same wish again: nothing new is commanded or counted. */
      readonly repeated: boolean
      readonly rules: readonly string[]
      readonly bounds: readonly Bound[]
    }
  /** By the first rule, in the fixed order of the checks, that it broke. */
  | ({ readonly kind: 'refused' } & Held)

/** What the governor did of itself. */
export type Note =
  /** These leases end now: the actuator is told to be silent, and would be without. */
  | { readonly kind: 'mute'; readonly code: ReasonCode; readonly leaseIds: readonly string[] }
  /** The mode that holds changed: suspension counts as natural. */
  | { readonly kind: 'mode'; readonly from: Mode; readonly to: Mode; readonly code: ReasonCode }
  /** An event was not followed. */
  | { readonly kind: 'ignored'; readonly code: ReasonCode }
  /** For whoever follows the night, never a sound for the sleeper; 1 to 3. */
  | { readonly kind: 'alarm'; readonly code: ReasonCode; readonly level: 1 | 2 | 3 }

/** The next state, what became of the wish if there was one, and what the governor did itself. */
export type Governed = {
  readonly state: GovernorState
  readonly verdict?: Verdict
  readonly notes: readonly Note[]
}
