import type { ReleaseOutcome } from '../telemetry/device-event.ts'

/** Longest time that the golden night of a release may take to run, ms. */
export const SELF_TEST_MS = 5000

/** What the two slots of a device hold; plain data, written whole before it is acted on. */
export type Slots = {
  /** The release in each; 0 is as shipped, always there in the program itself. */
  readonly holds: readonly [number, number]
  readonly active: 0 | 1
  /** A release that lies in the other slot and was not yet shown to decide as was meant. */
  readonly trial?: { readonly digest: string }
  /** A night is going on, in which no release changes. */
  readonly isNight: boolean
  /** What runs from the next night on; undefined when nothing changes. */
  readonly next?: 0 | 1
}

/** What happens to the slots. */
export type SlotInput =
  /** The other slot is about to be written over: from now on it holds nothing to go back to. */
  | { readonly kind: 'writing' }
  /** An update that passed every check was written to the other slot. */
  | { readonly kind: 'written'; readonly release: number; readonly digest: string }
  /** The golden night was run under it: the digest that came, and how long it took. */
  | { readonly kind: 'tested'; readonly digest: string; readonly tookMs: number }
  | { readonly kind: 'set-back'; readonly release: number }
  | { readonly kind: 'night'; readonly begins: boolean }
  /** The program starts: a trial that did not end is one that failed. */
  | { readonly kind: 'start' }

/** What the shell does for the slots. */
export type SlotEffect =
  | { readonly kind: 'test'; readonly release: number; readonly mostMs: number }
  /** The night that goes on is natural from now, for it cannot change its release. */
  | { readonly kind: 'natural' }
  | { readonly kind: 'outcome'; readonly release: number; readonly outcome: ReleaseOutcome }

type Step = { readonly state: Slots; readonly effects: readonly SlotEffect[] }

/** A device as shipped. */
export function startSlots(): Slots {
  return { holds: [0, 0], active: 0, isNight: false }
}

/** The release that runs, or runs from the next night on. */
export function runningRelease({ holds, active, next }: Slots): number {
  return holds[next ?? active]
}

/** The release in the other slot: what can be gone back to at once. */
export function otherRelease({ holds, active, next }: Slots): number {
  return holds[(next ?? active) === 0 ? 1 : 0]
}

/**
 * One step of the slots, a function of the state and the input alone. A release goes into the slot
 * that does not run, is run over its golden night, and only if the digest is the one that was
 * signed, in time, does it run from the next night on; anything else, a restart among it, leaves
 * what ran before. Set back is at once: natural for the night that goes on. Rules F37, F38.
 */
export function slotStep(state: Slots, input: SlotInput): Step {
  const spare = state.active === 0 ? 1 : 0
  switch (input.kind) {
    case 'writing':
      return { state: withSpare(state, 0), effects: [] }
    case 'written': {
      const { release, digest } = input
      const test = { kind: 'test', release, mostMs: SELF_TEST_MS } as const
      return { state: { ...withSpare(state, release), trial: { digest } }, effects: [test] }
    }
    case 'tested':
      return tested(state, input, spare)
    case 'start':
      return state.trial ? reverted(state) : { state: changed(state), effects: [] }
    case 'night': {
      const night = { ...state, isNight: input.begins }
      return { state: input.begins ? { ...changed(state), isNight: true } : night, effects: [] }
    }
    case 'set-back':
      return setBack(state, input.release, spare)
  }
}

function tested(
  state: Slots,
  { digest, tookMs }: Extract<SlotInput, { kind: 'tested' }>,
  spare: 0 | 1,
): Step {
  const { trial, ...rest } = state
  if (!trial) return { state, effects: [] }
  if (digest !== trial.digest || !(tookMs <= SELF_TEST_MS)) return reverted(state)
  const next = { ...rest, next: spare }
  const outcome = { kind: 'outcome', release: state.holds[spare], outcome: 'running' } as const
  return { state: state.isNight ? next : changed(next), effects: [outcome] }
}

/** The slot that was written is not believed: it counts as shipped. */
function reverted(state: Slots): Step {
  const release = otherRelease(state)
  const outcome = { kind: 'outcome', release, outcome: 'reverted' } as const
  return { state: withSpare(state, 0), effects: [outcome] }
}

/** The slot that does not run holds this release; nothing is on trial, nothing waits. */
function withSpare(state: Slots, release: number): Slots {
  const { trial: _, next: __, ...rest } = state
  const { holds, active } = state
  return { ...rest, holds: active === 0 ? [holds[0], release] : [release, holds[1]] }
}

/**
 * Back to the release that the other slot holds, or else to the device as shipped: nobody is left
 * on a release that was stopped because the one before it is gone, or was never tried.
 */
function setBack(state: Slots, asked: number, spare: 0 | 1): Step {
  const { holds, active, isNight, trial } = state
  const stays = holds[active] === asked
  const release = stays || (holds[spare] === asked && !trial) ? asked : 0
  const outcome = { kind: 'outcome', release, outcome: 'reverted' } as const
  if (stays) {
    const { trial: _, next: __, ...rest } = state
    return { state: rest, effects: [outcome] }
  }
  const back: Slots = { ...withSpare(state, release), next: spare }
  const natural = { kind: 'natural' } as const
  if (isNight) return { state: back, effects: [natural, outcome] }
  return { state: changed(back), effects: [outcome] }
}

/** What was to run from the next night on runs. */
function changed(state: Slots): Slots {
  const { next, ...rest } = state
  return next === undefined ? rest : { ...rest, active: next }
}
