import type { BatchMarkers } from './batch-markers.ts'
import { DAILY_RATE } from './kronauer.ts'
import { cornerH, markerRootH, markerSignal } from './marker-root.ts'
import type { Pacemaker } from './pacemaker.ts'
import { stepPacemaker } from './step.ts'

/**
 * A slope of x (per 3.8 h) this near 0 at the last stage of a step is taken again at the step's
 * end: the two differ by less.
 */
export const NEAR_ZERO_SLOPE = 0.02

/** The depth of a minimum is estimated to this before it is looked for. */
const DEPTH_MARGIN = 1e-3
/**
 * A step: the state and the light's drive it starts with, its beginning and length in hours, and
 * the slope of x (per 12 / pi h) at the end of the step before.
 */
export type TroughStep = readonly [
  x: number,
  xc: number,
  n: number,
  alpha: number,
  startH: number,
  lengthH: number,
  before: number,
]

const FIELDS = 7

const start = new Float64Array(3)
const inside = new Float64Array(3)

/**
 * The steps in which each person's x may have its deepest minimum of the cycle. Flickering light
 * makes many minima; only those that an estimate of their depth leaves in question are looked for.
 */
export class Troughs {
  readonly #markers: BatchMarkers
  readonly #pacemakerOf: (person: number) => Pacemaker
  /** Lowest estimate of the cycle; 0 = none. */
  readonly #floor: Float64Array
  readonly #pending: Float64Array
  readonly #isPending: Uint8Array

  constructor(people: number, markers: BatchMarkers, pacemakerOf: (person: number) => Pacemaker) {
    this.#markers = markers
    this.#pacemakerOf = pacemakerOf
    this.#floor = new Float64Array(people)
    this.#pending = new Float64Array(people * FIELDS)
    this.#isPending = new Uint8Array(people)
  }

  /** A person's x has turned upwards within a step, at about `estimate`. */
  propose(person: number, estimate: number, step: TroughStep): void {
    const floor = this.#floor[person]!
    if (estimate > floor + DEPTH_MARGIN) return
    if (estimate > floor - DEPTH_MARGIN) this.settle(person)
    this.#floor[person] = Math.min(floor, estimate)
    this.#isPending[person] = 1
    this.#pending.set(step, person * FIELDS)
  }

  /** A person's phase has passed pi: the next cycle begins. */
  turn(person: number): void {
    this.settle(person)
    this.#floor[person] = 0
    this.#markers.cycle[person]!++
  }

  /** Finds the minimum that is in question, and offers it as the cycle's marker. */
  settle(person: number): void {
    if (this.#isPending[person] === 0) return
    this.#isPending[person] = 0
    const from = person * FIELDS
    const [x, xc, n, alpha, startH, lengthH, before] = this.#pending.subarray(from, from + FIELDS)
    start[0] = x!
    start[1] = xc!
    start[2] = n!
    const pacemaker = this.#pacemakerOf(person)
    const step = { alpha: alpha!, awake: 1, hour: startH! + lengthH!, lengthH: lengthH!, start }
    const below = markerSignal(pacemaker, start, step)
    if (before! < 0 && below >= 0) {
      this.#markers.offer(person, startH! + cornerH(before! * DAILY_RATE, below), x!, xc!)
      return
    }
    stepPacemaker(pacemaker, start, alpha!, 1, step.hour, lengthH!, inside)
    const above = markerSignal(pacemaker, inside, step)
    if (!(below < 0 && above >= 0)) return
    const at = markerRootH(pacemaker, step, below, above, inside)
    this.#markers.offer(person, startH! + at, inside[0]!, inside[1]!)
  }
}
