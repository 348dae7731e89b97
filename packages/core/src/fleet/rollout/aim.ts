/** What a rollout wants of the fleet just now; every partition obeys the highest revision. */
export type RolloutAim = {
  readonly rollout: string
  /** Rises with every change. */
  readonly revision: number
  readonly release: number
  readonly baseline: number
  /**
   * `forward`: those in the ring get the release; `hold`: nobody gets it, nobody loses it; `back`:
   * nobody gets it, and whoever has it is set back.
   */
  readonly way: 'forward' | 'hold' | 'back'
  readonly share: number
  readonly staff: boolean
}

/** What an aim asks about a device. */
export type AimedDevice = {
  readonly running: number
  /** Place in the rollout, in [0, 1). */
  readonly place: number
  readonly isStaff: boolean
  readonly takesUpdates: boolean
}

/**
 * The release that a device should run. Someone who takes no updates is never sent a new one, and
 * like everyone else is set back from one that was stopped.
 */
export function aimedRelease(aim: RolloutAim, device: AimedDevice): number {
  const { running, place, isStaff, takesUpdates } = device
  if (running === aim.release) return aim.way === 'back' ? aim.baseline : running
  const isInRing = place < aim.share || (aim.staff && isStaff)
  return aim.way === 'forward' && takesUpdates && isInRing ? aim.release : running
}

/**
 * Whether a device that runs a release may be given a grant: not under one that was stopped, so
 * that it is natural within a lease, reached or not, until it was set back.
 */
export function mayHoldGrant(aim: RolloutAim, running: number): boolean {
  return aim.way !== 'back' || running !== aim.release
}

/** Of two aims the one that holds; of different rollouts the later one given. */
export function newerAim(held: RolloutAim | undefined, came: RolloutAim): RolloutAim {
  return held?.rollout === came.rollout && held.revision >= came.revision ? held : came
}
