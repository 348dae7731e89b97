import type { BatchMarkers } from './batch-markers.ts'
import { DAILY_RATE, LIGHT_SHARE } from './kronauer.ts'
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
 * A step: the state and the light's drive it starts with, its beginning and length in hours, what
 * half of it would add to x by the slopes at the end of the step before, at its own start and end,
 * and (x, xc) at its end. Every x, xc and slope is times `LIGHT_SHARE`.
 */
export type TroughStep = readonly [
  x: number,
  xc: number,
  n: number,
  alpha: number,
  startH: number,
  lengthH: number,
  before: number,
  slope: number,
  after: number,
  nextX: number,
  nextXc: number,
]

const FIELDS = 11
const SHARED = [0, 1, 9, 10]
const SLOPES = [6, 7, 8]

/**
 * Where the receptor's drive is below this (per minute; 15 lux for Jewett99) and the step below .3
 * h, x is a cubic over the step to 1e-7 and its minimum is read from that: most CBTmins are in the
 * dark.
 */
const DIM_ALPHA = 0.0035
const SHORT_H = 0.3

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

  /** A person's x has turned upwards within a step. */
  propose(person: number, step: TroughStep): void {
    const slope = step[7]
    const fall = slope < 0 ? (slope * slope) / (slope - step[8]) : 0
    const estimate = (step[0] + fall) / LIGHT_SHARE
    const floor = this.#floor[person]!
    if (estimate > floor + DEPTH_MARGIN) return
    if (estimate > floor - DEPTH_MARGIN) this.settle(person)
    this.#floor[person] = Math.min(floor, estimate)
    this.#isPending[person] = 1
    const from = person * FIELDS
    const perSlope = 2 / (DAILY_RATE * step[5] * LIGHT_SHARE)
    for (let j = 0; j < FIELDS; j++) this.#pending[from + j] = step[j]!
    for (const j of SHARED) this.#pending[from + j]! /= LIGHT_SHARE
    for (const j of SLOPES) this.#pending[from + j]! *= perSlope
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
    const step = this.#pending.subarray(from, from + FIELDS)
    const isCorner = step[6]! < 0 && step[7]! >= 0
    const isSmooth = step[3]! < DIM_ALPHA && step[5]! < SHORT_H && step[7]! < 0 && step[8]! > 0
    if (isCorner) {
      const at = step[4]! + cornerH(step[6]! * DAILY_RATE, step[7]! * DAILY_RATE)
      this.#markers.offer(person, at, step[0]!, step[1]!)
    } else if (isSmooth) this.#offerOfCubic(person, step)
    else this.#offerByRoot(person, step)
  }

  #offerOfCubic(person: number, step: Float64Array): void {
    const h = DAILY_RATE * step[5]!
    const a = h * step[7]!
    const end = h * step[8]!
    const c = 3 * (a + end) - 6 * (step[9]! - step[0]!)
    const b = end - a - c
    const u = (-2 * a) / (b + Math.sqrt(b * b - 4 * a * c))
    const depth = step[0]! + u * (a + u * (b / 2 + (u * c) / 3))
    const xc = step[1]! + u * (step[10]! - step[1]!)
    this.#markers.offer(person, step[4]! + u * step[5]!, depth, xc)
  }

  #offerByRoot(person: number, pending: Float64Array): void {
    const [x, xc, n, alpha, startH, lengthH] = pending
    start[0] = x!
    start[1] = xc!
    start[2] = n!
    const pacemaker = this.#pacemakerOf(person)
    const step = { alpha: alpha!, awake: 1, hour: startH! + lengthH!, lengthH: lengthH!, start }
    const below = markerSignal(pacemaker, start, step)
    stepPacemaker(pacemaker, start, alpha!, 1, step.hour, lengthH!, inside)
    const above = markerSignal(pacemaker, inside, step)
    if (!(below < 0 && above >= 0)) return
    const at = markerRootH(pacemaker, step, below, above, inside)
    this.#markers.offer(person, startH! + at, inside[0]!, inside[1]!)
  }
}
