import type { Detector, IncidentCause } from './signal.ts'

/**
 * All that an incident does by itself. There is no word here that sends, raises, starts or widens
 * anything: each ends something, lowers something, or asks the sleeper.
 */
export type SafeAction =
  | { readonly do: 'stop-rollout'; readonly release: number }
  /** Grants of those concerned get shorter and allow guidance at most. */
  | { readonly do: 'shorten-grants'; readonly cause: IncidentCause; readonly ttlS: number }
  | { readonly do: 'natural'; readonly cause: IncidentCause }
  /** Asks a sleeper for a piece of the black box; nothing leaves the device before the answer. */
  | {
      readonly do: 'ask-piece'
      readonly incident: string
      readonly device: string
      readonly fromMs: number
      readonly toMs: number
    }

/** Life of a grant while an incident is open, s. */
export const INCIDENT_TTL_S = 45

/** What is done at once when a detector opens an incident. */
export const PLAYBOOK: Readonly<Record<Detector, readonly SafeAction['do'][]>> = {
  rollout: ['stop-rollout', 'shorten-grants', 'ask-piece'],
  cohort: ['stop-rollout', 'shorten-grants', 'ask-piece'],
  dream: ['stop-rollout', 'natural', 'ask-piece'],
  autonomy: ['stop-rollout', 'natural', 'ask-piece'],
  silence: ['stop-rollout'],
  device: ['ask-piece'],
  operator: [],
}
