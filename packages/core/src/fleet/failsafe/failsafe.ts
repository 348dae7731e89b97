import { assert } from '../../math/assert.ts'
import type { Mode } from '../../night/governor/mode.ts'

/** Where the switch was pulled: none of the four needs the others to work. */
export type PulledFrom = 'app' | 'cli' | 'file' | 'incident'

/** The switch of a fleet: one record of it, plain JSON, a function of the desk's log. */
export type FailsafeState = {
  /** Whole, from 1; rises with every order and never falls. */
  readonly epoch: number
  readonly granting: boolean
  /** The most that a grant may say. */
  readonly ceiling: Mode
  /** Centre time of the order in force, ms. */
  readonly sinceMs: number
  /** Whether the file that pulls the switch lies on the disk: nothing lifts while it does. */
  readonly filePresent: boolean
  readonly incidentOpen: boolean
  /** The first of the two persons that lifting needs. */
  readonly asked?: LiftAsked
}

/** One person's wish to lift; it lapses after `LIFT_WITHIN_MS`. */
export type LiftAsked = {
  readonly operator: string
  readonly atMs: number
  readonly atLeastEpoch: number
}

/** What the switch is told; `atMs` is the centre's time of the record. */
export type FailsafeInput = { readonly atMs: number } & (
  | {
      readonly kind: 'pull'
      readonly from: PulledFrom
      /** Who; empty when it was the file or an incident. */
      readonly operator: string
      readonly why: string
    }
  | {
      readonly kind: 'lift'
      readonly operator: string
      readonly why: string
      /** Highest epoch that devices were heard to know: after a restore it may be ahead of ours. */
      readonly atLeastEpoch: number
      /** Who may lift just now: anybody else's ask counts no more. Left out: anybody's does. */
      readonly among?: readonly string[]
    }
  | { readonly kind: 'file'; readonly present: boolean }
  /** An incident of the whole fleet; those of a cohort are the `incidentCeiling` of its devices. */
  | { readonly kind: 'incident'; readonly open: boolean }
  /** The ladder of recovery begins to give control back; it says to whom. */
  | { readonly kind: 'restored' }
)

/** What every partition is told: from now on its grants carry this epoch and go no higher. */
export type FailsafeOrder = {
  readonly epoch: number
  readonly granting: boolean
  readonly ceiling: Mode
  readonly sinceMs: number
}

/** Why a wish was refused. */
export type FailsafeRefusal =
  | 'NO_OPERATOR'
  | 'SAME_PERSON'
  | 'FILE_PRESENT'
  | 'NOT_PULLED'
  | 'PULLED'
  | 'INCIDENT_OPEN'
  | 'EPOCH_LEAP'

/** What follows from an input; notes are for the audit. */
export type FailsafeEffect =
  | { readonly kind: 'order'; readonly order: FailsafeOrder }
  | { readonly kind: 'refused'; readonly code: FailsafeRefusal; readonly operator: string }
  | {
      readonly kind: 'note'
      readonly what: 'pulled' | 'lift-asked' | 'lifted' | 'file-gone' | 'guidance' | 'restored'
      readonly operator: string
      readonly why: string
      readonly atMs: number
    }

/** A state and what follows from the input that led to it. */
export type FailsafeStep = {
  readonly state: FailsafeState
  readonly effects: readonly FailsafeEffect[]
}

/** Time within which the second person must agree to lift, ms: as for every order of two persons. */
export const LIFT_WITHIN_MS = 1_800_000
/** Most epochs that lifting may leap over: a device that lies cannot use up the numbers. */
export const MOST_EPOCH_LEAP = 1_000_000

/** A fleet that was never in trouble. */
export function startFailsafe(): FailsafeState {
  return {
    epoch: 1,
    granting: true,
    ceiling: 'control',
    sinceMs: 0,
    filePresent: false,
    incidentOpen: false,
  }
}

/** The order in force, as a partition that has just begun is told it. */
export function orderOf(state: FailsafeState): FailsafeOrder {
  const { epoch, granting, ceiling, sinceMs } = state
  return { epoch, granting, ceiling, sinceMs }
}

/**
 * The switch takes an input. Pulling is one person, a file or an incident, works at once and again
 * and again; lifting is two persons within half an hour, and gives guidance back, never control. A
 * bad wish is an effect, never an exception. Rules F63-F67 of SPEC.md.
 */
export function failsafeStep(state: FailsafeState, input: FailsafeInput): FailsafeStep {
  switch (input.kind) {
    case 'pull':
      return pull(state, input)
    case 'file':
      return fileSeen(state, input)
    case 'lift':
      return lift(state, input)
    case 'incident':
      return incident(state, input)
    case 'restored':
      return restored(state, input)
  }
}

type Of<Kind> = Extract<FailsafeInput, { kind: Kind }>

function pull(state: FailsafeState, input: Of<'pull'>): FailsafeStep {
  const { asked: _, ...rest } = state
  const { operator, why, atMs } = input
  const note = {
    kind: 'note',
    what: 'pulled',
    operator,
    why: `${input.from}: ${why}`,
    atMs,
  } as const
  if (!state.granting)
    return { state: rest, effects: [{ kind: 'order', order: orderOf(rest) }, note] }
  return ordered({ ...rest, granting: false, ceiling: 'natural' }, state.epoch + 1, note)
}

function fileSeen(state: FailsafeState, input: Of<'file'>): FailsafeStep {
  if (input.present === state.filePresent) return { state, effects: [] }
  const next = { ...state, filePresent: input.present }
  const { atMs } = input
  if (!input.present) {
    const note = {
      kind: 'note',
      what: 'file-gone',
      operator: '',
      why: 'pulled still',
      atMs,
    } as const
    return { state: next, effects: [note] }
  }
  return pull(next, { kind: 'pull', from: 'file', operator: '', why: 'the file is there', atMs })
}

function lift(state: FailsafeState, input: Of<'lift'>): FailsafeStep {
  const { operator, atMs, why, atLeastEpoch } = input
  const code = whyNotLifted(state, input)
  if (code !== undefined) return { state, effects: [{ kind: 'refused', code, operator }] }
  const { asked: _, ...rest } = state
  const asked = livingAsk(state, input)
  if (asked === undefined) {
    const note = { kind: 'note', what: 'lift-asked', operator, why, atMs } as const
    return { state: { ...rest, asked: { operator, atMs, atLeastEpoch } }, effects: [note] }
  }
  const epoch = Math.max(state.epoch, asked.atLeastEpoch, atLeastEpoch) + 1
  const by = `${asked.operator} and ${operator}`
  const note = { kind: 'note', what: 'lifted', operator: by, why, atMs } as const
  return ordered({ ...rest, granting: true, ceiling: 'guidance' }, epoch, note)
}

function whyNotLifted(state: FailsafeState, input: Of<'lift'>): FailsafeRefusal | undefined {
  if (input.operator === '') return 'NO_OPERATOR'
  if (state.granting) return 'NOT_PULLED'
  if (state.filePresent) return 'FILE_PRESENT'
  const leap = input.atLeastEpoch - state.epoch
  if (!Number.isInteger(input.atLeastEpoch) || leap > MOST_EPOCH_LEAP) return 'EPOCH_LEAP'
  return livingAsk(state, input)?.operator === input.operator ? 'SAME_PERSON' : undefined
}

/** The first person's ask, while it counts: within half an hour, and only of who may lift still. */
function livingAsk({ asked }: FailsafeState, { atMs, among }: Of<'lift'>): LiftAsked | undefined {
  if (asked === undefined || atMs - asked.atMs > LIFT_WITHIN_MS) return undefined
  return among === undefined || among.includes(asked.operator) ? asked : undefined
}

function incident(state: FailsafeState, input: Of<'incident'>): FailsafeStep {
  const next = { ...state, incidentOpen: input.open }
  if (!input.open || state.ceiling !== 'control') return { state: next, effects: [] }
  const { atMs } = input
  const why = 'an incident of the whole fleet'
  const note = { kind: 'note', what: 'guidance', operator: '', why, atMs } as const
  return ordered({ ...next, ceiling: 'guidance' }, state.epoch + 1, note)
}

function restored(state: FailsafeState, { atMs }: Of<'restored'>): FailsafeStep {
  const refused = (code: FailsafeRefusal): FailsafeStep => {
    return { state, effects: [{ kind: 'refused', code, operator: '' }] }
  }
  if (!state.granting) return refused('PULLED')
  if (state.incidentOpen) return refused('INCIDENT_OPEN')
  if (state.ceiling === 'control') return { state, effects: [] }
  const why = 'the ladder says to whom'
  const note = { kind: 'note', what: 'restored', operator: '', why, atMs } as const
  return ordered({ ...state, ceiling: 'control' }, state.epoch + 1, note)
}

function ordered(
  state: FailsafeState,
  epoch: number,
  note: Extract<FailsafeEffect, { kind: 'note' }>,
): FailsafeStep {
  assert(epoch > state.epoch, `epochs rise: got ${epoch} after ${state.epoch}`)
  const next = { ...state, epoch, sinceMs: note.atMs }
  return { state: next, effects: [{ kind: 'order', order: orderOf(next) }, note] }
}
