import { assert } from '../../math/assert.ts'
import { melatoninDose } from './breslow13.ts'
import { CycleMarkers } from './cycle-markers.ts'
import { cornerH, type MarkerStep, markerRootH, markerSignal } from './marker-root.ts'
import type { Pacemaker } from './pacemaker.ts'
import { stepPacemaker, stepWhole } from './step.ts'

/** Of a receptor's memory, the share that one sub-step may span. */
const MAX_RECEPTOR_STEP = 0.25
/** Most sub-steps of one sample: a guard against absurd light, far above what 200 klux asks for. */
const MAX_SUB_STEPS = 20_000

/**
 * What a simulated sleeper meets, on a regular grid: step i - 1 -> i has the light and wake of i.
 */
export type PacemakerInput = {
  readonly dtH: number
  /** Photopic lux, no NaN: gaps are filled before (`fillLightGaps`). */
  readonly lux: Float64Array
  /** 1 awake, 0 asleep. Undefined: awake where there is light. Only Hilaire07 asks. */
  readonly awake?: Float64Array | undefined
  /** Hours since midnight of day 1 at sample 0; 0 when absent. */
  readonly startH?: number | undefined
  /** Melatonin by mouth, mg at an hour; only Breslow13 takes any. */
  readonly doses?: readonly MelatoninDose[] | undefined
}

/** Melatonin by mouth: mg, at hours since midnight of day 1. */
export type MelatoninDose = { readonly hour: number; readonly mg: number }

/** A run: the state at every sample (row 0 is the start) and one marker per cycle. */
export type Trajectory = {
  readonly dtH: number
  readonly timesH: Float64Array
  readonly states: readonly Float64Array[]
  readonly cbtminH: readonly number[]
  /** CBTmin less the model's `dlmoToCbtminH`. */
  readonly dlmoH: readonly number[]
}

/** How a run is made. */
export type SimulateOptions = {
  /** The state at sample 0; the model's own when absent. */
  readonly startState?: readonly number[] | undefined
  /** Told the share done, now and then. */
  readonly onProgress?: ((fraction: number) => void) | undefined
}

/**
 * Runs a pacemaker over a light record. Sub-steps are as short as the model (`longestStepH`) and
 * its receptor in that light ask for: against 32 sub-steps of .1 h the state differs by less than
 * 1e-5 and CBTmin by less than 1 s in random light to 60 klux. Asserts finite, non-negative light.
 */
export function simulate(
  pacemaker: Pacemaker,
  input: PacemakerInput,
  options: SimulateOptions = {},
): Trajectory {
  const { dtH, lux, awake, startH = 0 } = input
  const n = lux.length
  const state = Float64Array.from(options.startState ?? pacemaker.initialState)
  assert(state.length === pacemaker.initialState.length, 'startState has a wrong length')
  assert(dtH > 0 && Number.isFinite(dtH), `dtH: got ${dtH}, expected a positive number of hours`)
  const timesH = Float64Array.from({ length: n }, (_, i) => startH + i * dtH)
  const states = n > 0 ? [state.slice()] : []
  const markers = new MarkerWatch(pacemaker)
  const doses = doseSteps(pacemaker, input)
  for (let i = 1; i < n; i++) {
    const light = lux[i]!
    assert(light >= 0 && Number.isFinite(light), `lux ${i}: got ${light}, expected 0 or more`)
    const wake = awake ? awake[i]! : light > 0 ? 1 : 0
    const held = { alpha: pacemaker.alpha(light), awake: wake }
    let from = timesH[i - 1]!
    for (const dose of doses.get(i) ?? []) {
      advance(pacemaker, state, held, from, dose.hour, markers)
      state[dose.component]! += dose.amount
      from = dose.hour
    }
    advance(pacemaker, state, held, from, timesH[i]!, markers)
    states.push(state.slice())
    if (i % 1024 === 0) options.onProgress?.(i / n)
  }
  const cbtminH = markers.timesH().map((timeH) => timeH + pacemaker.cbtminOffsetH)
  const dlmoH = cbtminH.map((timeH) => timeH - pacemaker.dlmoToCbtminH)
  return { dtH, timesH, states, cbtminH, dlmoH }
}

/** Sub-steps that a stretch of `spanH` hours needs at a drive of the receptor. */
export function subSteps(pacemaker: Pacemaker, alpha: number, spanH: number): number {
  const byModel = spanH / pacemaker.longestStepH
  const byReceptor = (60 * (alpha + pacemaker.beta) * spanH) / MAX_RECEPTOR_STEP
  return Math.min(MAX_SUB_STEPS, Math.max(1, Math.ceil(Math.max(byModel, byReceptor) - 1e-9)))
}

type Held = { readonly alpha: number; readonly awake: number }

function advance(
  pacemaker: Pacemaker,
  state: Float64Array,
  held: Held,
  fromH: number,
  toH: number,
  markers: MarkerWatch,
): void {
  const spanH = toH - fromH
  if (!(spanH > 0)) return
  const count = subSteps(pacemaker, held.alpha, spanH)
  const h = spanH / count
  const step = pacemaker.receptorBy === 'closedForm' ? stepPacemaker : stepWhole
  for (let j = 0; j < count; j++) {
    const startH = fromH + j * h
    markers.before(state, held, startH, h)
    step(pacemaker, state, held.alpha, held.awake, startH + h, h, state)
    markers.after(state)
  }
}

/** The doses by the sample whose step they fall into, in time order. */
function doseSteps(
  pacemaker: Pacemaker,
  { dtH, startH = 0, doses = [] }: PacemakerInput,
): Map<number, { hour: number; component: number; amount: number }[]> {
  const bySample = new Map<number, { hour: number; component: number; amount: number }[]>()
  for (const { hour, mg } of [...doses].sort((a, b) => a.hour - b.hour)) {
    assert(mg >= 0 && Number.isFinite(mg), `dose: got ${mg} mg, expected 0 or more`)
    assert(hour >= startH, `dose: got hour ${hour}, expected ${startH} or later`)
    const jump = melatoninDose(pacemaker, mg)
    assert(jump !== undefined, `dose: got model ${pacemaker.name}, expected breslow13`)
    const sample = Math.max(1, Math.ceil((hour - startH) / dtH))
    bySample.set(sample, [...(bySample.get(sample) ?? []), { hour, ...jump }])
  }
  return bySample
}

/** Watches a run for its markers: each is root-found inside the sub-step that holds it. */
class MarkerWatch {
  readonly #pacemaker: Pacemaker
  readonly #markers = new CycleMarkers()
  readonly #inside: Float64Array
  #step: MarkerStep
  #startH = 0
  #signal = Number.NaN
  #phase = Number.NaN

  constructor(pacemaker: Pacemaker) {
    const size = pacemaker.initialState.length
    this.#pacemaker = pacemaker
    this.#inside = new Float64Array(size)
    this.#step = { alpha: 0, awake: 1, hour: 0, lengthH: 0, start: new Float64Array(size) }
  }

  /** A sub-step begins: light may have switched, and with it the sign of x'. */
  before(state: Float64Array, { alpha, awake }: Held, startH: number, lengthH: number): void {
    this.#startH = startH
    this.#step = { alpha, awake, hour: startH + lengthH, lengthH, start: this.#step.start }
    this.#step.start.set(state)
    const signal = markerSignal(this.#pacemaker, state, this.#step)
    if (Number.isNaN(this.#phase)) this.#phase = this.#pacemaker.phaseRad(state)
    if (this.#signal < 0 && signal >= 0 && this.#pacemaker.marker === 'minimumOfX') {
      this.#offer(startH + cornerH(this.#signal, signal), state)
    }
    this.#signal = signal
  }

  /** The sub-step has ended in `state`. */
  after(state: Float64Array): void {
    const signal = markerSignal(this.#pacemaker, state, this.#step)
    const phase = this.#pacemaker.phaseRad(state)
    if (this.#signal < 0 && signal >= 0 && Math.abs(phase - this.#phase) < Math.PI) {
      const at = markerRootH(this.#pacemaker, this.#step, this.#signal, signal, this.#inside)
      this.#offer(this.#startH + at, this.#inside)
    }
    if (this.#phase - phase > Math.PI) this.#markers.turn(1)
    else if (phase - this.#phase > Math.PI) this.#markers.turn(-1)
    this.#signal = signal
    this.#phase = phase
  }

  /** Times of the markers before their offset, h. */
  timesH(): number[] {
    return this.#markers.timesH()
  }

  #offer(timeH: number, state: Float64Array): void {
    if (this.#pacemaker.marker === 'phase') this.#markers.offer(timeH, 0, 0)
    else if (state[0]! < 0) {
      this.#markers.offer(timeH, state[0]!, this.#pacemaker.phaseRad(state))
    }
  }
}
