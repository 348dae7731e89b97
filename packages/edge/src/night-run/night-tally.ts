import { isBedtimeFade, type LoopEvent, type Mode } from '@nocturne/core/night'

/** One sound of a night as it is told afterwards. */
export type ToldStimulus = {
  readonly atS: number
  readonly targetRad: number
  readonly predictedRad: number
  readonly levelDb: number
}

/** A change of mode as it is told afterwards. */
export type ToldModeChange = {
  readonly atS: number
  readonly from: Mode
  readonly to: Mode
  readonly code: string
}

/** More sounds than a night can hold by its rules are counted and not kept. */
const MOST_TOLD = 50_000
/** Steps up to this long are told to the microsecond. */
const LONGEST_US = 20_000

/** Counts a night as it goes, in memory that does not grow with it. */
export class NightTally {
  readonly stimuli: ToldStimulus[] = []
  readonly modeChanges: ToldModeChange[] = []
  readonly refused: Record<string, number> = {}
  allowed = 0
  /** Pieces of bedtime fades. */
  fades = 0
  readonly #rateHz: number
  readonly #stepsUs = new Uint32Array(LONGEST_US + 1)
  #steps = 0

  constructor(rateHz: number) {
    this.#rateHz = rateHz
  }

  /** Takes the events of a step and how long it took, ms. */
  add(events: readonly LoopEvent[], tookMs: number): void {
    this.#steps++
    this.#stepsUs[Math.min(LONGEST_US, Math.ceil(tookMs * 1000))]!++
    for (const event of events) {
      if (event.kind === 'decision') {
        const { allowed, code } = event.decision
        if (allowed) this.allowed++
        else this.refused[code] = (this.refused[code] ?? 0) + 1
      } else if (event.kind === 'command') {
        if (event.lease.action === 'click') this.#tell(event)
        else if (isBedtimeFade(event.lease)) this.fades++
      } else if (event.kind === 'note' && event.note.kind === 'mode') {
        const { from, to, code } = event.note
        if (this.modeChanges.length < MOST_TOLD) {
          this.modeChanges.push({ atS: event.atMs / 1000, from, to, code })
        }
      }
    }
  }

  /** Time of a step, us: the median and the slowest of a hundred and of a thousand. */
  latencyUs(): { readonly p50: number; readonly p99: number; readonly p999: number } {
    return { p50: this.#quantile(0.5), p99: this.#quantile(0.99), p999: this.#quantile(0.999) }
  }

  #tell({
    heardAt,
    targetRad,
    predictedRad,
    level,
  }: Extract<LoopEvent, { kind: 'command' }>): void {
    if (this.stimuli.length >= MOST_TOLD) return
    this.stimuli.push({ atS: heardAt / this.#rateHz, targetRad, predictedRad, levelDb: level })
  }

  #quantile(part: number): number {
    let left = part * this.#steps
    for (let us = 0; us <= LONGEST_US; us++) {
      left -= this.#stepsUs[us]!
      if (left <= 0) return us
    }
    return LONGEST_US
  }
}
