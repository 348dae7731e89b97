/** How a night's level is found; dB(A) and uV. */
export type TitrationPlan = {
  readonly startDb: number
  readonly ceilingDb: number
  /** At most 1: a level never rises faster than 1 dB a minute (rule N34). */
  readonly stepUpDb: number
  readonly stepDownDb: number
  /** Evoked negative peak at which louder is not tried. */
  readonly evokedTargetUv: number
}

/** A quiet minute before each step up, ms. */
const QUIET_MS = 60_000
/** Clicks before the evoked wave is believed. */
const FEWEST_CLICKS = 8
/** Below this nothing is played: the level has been turned down to nothing, dB(A). */
const FLOOR_DB = 20
/** How fast the mean evoked wave forgets, clicks. */
const FORGET = 30

/**
 * Level of the clicks: down at once after every arousal, up by a small step after a minute of sleep
 * with sound and without arousal, and only while the brain's answer is smaller than wanted. The
 * other way round from systems that go up fast and down slowly.
 */
export class Titration {
  readonly #plan: TitrationPlan
  #levelDb: number
  #quietSinceMs = Number.NaN
  #clicksSince = 0
  #evokedUv = 0
  #answers = 0

  constructor(plan: TitrationPlan) {
    this.#plan = plan
    this.#levelDb = Math.min(plan.startDb, plan.ceilingDb)
  }

  /** Level now, dB(A); NaN when it has been turned down to nothing. */
  get levelDb(): number {
    return this.#levelDb >= FLOOR_DB ? this.#levelDb : Number.NaN
  }

  /** A click was heard: after a quiet minute with clicks the level may rise. True when it did. */
  clicked(atMs: number): boolean {
    if (Number.isNaN(this.#quietSinceMs)) this.#quietSinceMs = atMs
    this.#clicksSince++
    if (atMs - this.#quietSinceMs < QUIET_MS || this.#clicksSince < FEWEST_CLICKS) return false
    const enough = this.#answers >= FEWEST_CLICKS && this.#evokedUv >= this.#plan.evokedTargetUv
    const next = Math.min(this.#plan.ceilingDb, this.#levelDb + this.#plan.stepUpDb)
    this.#quietSinceMs = atMs
    this.#clicksSince = 0
    if (enough || next === this.#levelDb) return false
    this.#levelDb = next
    return true
  }

  /** How much deeper the trough after a click was than without, uV; NaN is passed over. */
  answered(evokedUv: number): void {
    if (Number.isNaN(evokedUv)) return
    this.#answers++
    this.#evokedUv += (evokedUv - this.#evokedUv) / Math.min(FORGET, this.#answers)
  }

  /** The sleeper stirred: down at once, and the minute begins anew. True when the level moved. */
  stirred(): boolean {
    this.#quietSinceMs = Number.NaN
    this.#clicksSince = 0
    if (Number.isNaN(this.levelDb)) return false
    this.#levelDb -= this.#plan.stepDownDb
    return true
  }
}
