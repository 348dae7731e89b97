import type { Closing, Incident, Piece } from './incident.ts'
import type { SafeAction } from './safe-action.ts'
import type { IncidentSignal } from './signal.ts'

/** What the incidents hear of. `atMs` is the centre's wall clock, never falling. */
export type IncidentInput = { readonly atMs: number } & (
  | { readonly kind: 'signal'; readonly signal: IncidentSignal }
  | {
      readonly kind: 'ack' | 'recover'
      readonly incident: string
      readonly operator: string
    }
  /** What was done about it, or a remark. */
  | {
      readonly kind: 'mitigate' | 'note'
      readonly incident: string
      readonly operator: string
      readonly words: string
    }
  | {
      readonly kind: 'close'
      readonly incident: string
      readonly operator: string
      readonly as: Closing
      readonly words: string
    }
  | {
      readonly kind: 'ask-piece'
      readonly incident: string
      readonly operator: string
      readonly device: string
      readonly fromMs: number
      readonly toMs: number
    }
  /** The sleeper's answer; `verified` says that its signature was found good for just this piece. */
  | {
      readonly kind: 'answer'
      readonly incident: string
      readonly device: string
      readonly granted: boolean
      readonly verified: boolean
    }
  | {
      readonly kind: 'piece'
      readonly incident: string
      readonly device: string
      readonly digest: string
    }
  /** A replay named the release, or the last good one. */
  | {
      readonly kind: 'finding'
      readonly incident: string
      readonly release: number
      readonly lastGood: number
      readonly words: string
    }
  | { readonly kind: 'tick' }
)

/** Why something was not done. */
export type IncidentRefusal =
  | 'unknown'
  | 'not-now'
  | 'still-going-on'
  | 'no-words'
  | 'full'
  | 'not-consented'

/** What the incidents ask of the world around them. */
export type IncidentEffect =
  | { readonly kind: 'act'; readonly incident: string; readonly action: SafeAction }
  /** Calls the people on duty. */
  | { readonly kind: 'page'; readonly incident: string; readonly again: boolean }
  /** The sleeper agreed: the piece may be fetched. */
  | { readonly kind: 'fetch-piece'; readonly incident: string; readonly piece: Piece }
  | { readonly kind: 'changed'; readonly incident: Incident }
  | { readonly kind: 'refused'; readonly incident: string; readonly why: IncidentRefusal }
