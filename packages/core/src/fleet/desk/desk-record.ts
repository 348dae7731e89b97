import type { FailsafeInput } from '../failsafe/failsafe.ts'
import type { IncidentInput } from '../incident/input.ts'
import type { LadderInput } from '../recovery/ladder.ts'
import type { RolloutInput } from '../rollout/state.ts'
import type { Tell } from './tell.ts'

/** What the desk's log holds, in order: its only input. */
export type DeskRecord = { readonly atMs: number } & (
  | { readonly kind: 'tick' }
  | {
      readonly kind: 'tell'
      readonly partition: number
      readonly offset: number
      readonly index: number
      readonly tell: Tell
    }
  /** The file that pulls the switch was seen, or is gone. */
  | { readonly kind: 'file'; readonly present: boolean }
  /** Somebody's order, checked for role and shape before it came here; `id` names its answer. */
  | {
      readonly kind: 'order'
      readonly id: string
      readonly operator: string
      readonly order: DeskOrder
    }
)

/** An input of one of the machines without what the record has already. */
type Ordered<Input> = Input extends unknown ? Omit<Input, 'atMs' | 'operator'> : never

/** What a person may order. */
export type DeskOrder =
  | { readonly what: 'failsafe'; readonly do: Ordered<Extract<FailsafeInput, { kind: 'pull' }>> }
  | {
      readonly what: 'failsafe'
      readonly do: Omit<Ordered<Extract<FailsafeInput, { kind: 'lift' }>>, 'atLeastEpoch'>
    }
  | { readonly what: 'ladder'; readonly do: Extract<LadderInput, { kind: 'resume' | 'stop' }> }
  | {
      readonly what: 'open-rollout'
      readonly plan: {
        readonly id: string
        readonly release: number
        readonly baseline: number
        readonly seed: string
      }
    }
  | {
      readonly what: 'rollout'
      readonly rollout: string
      readonly do: Ordered<
        Extract<RolloutInput, { kind: 'approve' | 'pause' | 'resume' | 'stop' | 'rehearsed' }>
      >
    }
  | {
      readonly what: 'incident'
      readonly do: Ordered<
        Extract<
          IncidentInput,
          {
            kind: 'ack' | 'recover' | 'mitigate' | 'note' | 'close' | 'ask-piece' | 'finding'
          }
        >
      >
    }
  /** Somebody saw something: an incident without a detector. */
  | { readonly what: 'report'; readonly metric: string; readonly release?: number }
