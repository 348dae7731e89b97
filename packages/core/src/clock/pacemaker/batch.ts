import { assert } from '../../math/assert.ts'
import {
  BATCH_RECEPTOR_STEP,
  type BatchKernel,
  type BatchLight,
  type BatchPerson,
} from './batch-kernel.ts'
import { BatchMarkers } from './batch-markers.ts'
import { forgerKernel } from './forger99-batch.ts'
import { hannayKernel } from './hannay19-batch.ts'
import { jewettKernel } from './jewett99-batch.ts'
import type { Pacemaker } from './pacemaker.ts'
import { pacemakerOf } from './registry.ts'
import { Troughs } from './trough.ts'

/** The models that run in batches. */
export type BatchName = 'forger99' | 'jewett99' | 'hannay19'

/**
 * Samples lived at a time: an engine compiles a loop that begins anew now and then from its
 * beginning, and holds its numbers in registers.
 */
const STRETCH = 256

/** Who is in a batch. */
export type BatchOptions = {
  readonly people: number
  readonly dtH: number
  /** Each person's own tau, h; the published one where absent. */
  readonly tau?: Float64Array | undefined
  /** Each person's own factor on the light; 1 where absent. */
  readonly lightGain?: Float64Array | undefined
  /** One column per component of the state; the model's own start where absent. */
  readonly states?: readonly Float64Array[] | undefined
  /** Hours since midnight of day 1 at sample 0; 0 when absent. */
  readonly startH?: number | undefined
}

/** Many people's clocks, side by side. */
export type PacemakerBatch = {
  readonly pacemaker: Pacemaker
  readonly people: number
  /** The states as they are now: `states[component][person]`. */
  readonly states: readonly Float64Array[]
  /** Hours since midnight of day 1 that the states hold for. */
  timeH(): number
  /**
   * Goes `samples` steps on. `lux[person * samples + i]` is a person's own light, held over step i
   * from here; with `shared` the one row `lux[i]` is everybody's. Asserts finite, non-negative
   * light.
   */
  advance(lux: Float64Array | Float32Array, samples: number, shared?: boolean): void
  /** CBTmin of a person so far, one per cycle, h. */
  cbtminH(person: number): number[]
}

const KERNELS: Readonly<Record<BatchName, (pacemaker: Pacemaker) => BatchKernel>> = {
  forger99: forgerKernel,
  jewett99: jewettKernel,
  hannay19: hannayKernel,
}

/**
 * A batch of people with clocks of one model, each with own parameters and own light. A step is
 * that of `stepPacemaker` with `dtH`, split where the light is bright (`BATCH_RECEPTOR_STEP`); the
 * states agree with it to 1e-12 over weeks, as the additions come in another order.
 */
export function pacemakerBatch(name: BatchName, options: BatchOptions): PacemakerBatch {
  const { people, dtH } = options
  const pacemaker = pacemakerOf(name)
  const kernel = KERNELS[name](pacemaker)
  const states = pacemaker.initialState.map((value, j) => {
    const column = options.states?.[j]
    assert(column === undefined || column.length === people, `states[${j}]: expected ${people}`)
    return column ? column.slice() : new Float64Array(people).fill(value)
  })
  const tau = columnOf(options.tau, people, pacemaker.parameters.values.tau!)
  const lightGain = columnOf(options.lightGain, people, 1)
  const markers = new BatchMarkers(people)
  const carried = new Float64Array(people).fill(Number.NaN)
  const ownPacemaker = lastOf((person) => pacemakerOf(name, { tau: tau[person]! }))
  const troughs = new Troughs(people, markers, ownPacemaker)
  const columns = [...states, carried]
  const state = new Float64Array(columns.length)
  let done = 0
  const startH = options.startH ?? 0
  return {
    pacemaker,
    people,
    states,
    timeH: () => startH + done * dtH,
    advance: (lux, samples, shared = false) => {
      requireValues(lux.length, shared ? samples : people * samples)
      for (let person = 0; person < people; person++) {
        for (let j = 0; j < state.length; j++) state[j] = columns[j]![person]!
        const own = { person, gain: lightGain[person]!, tau: tau[person]!, state, markers, troughs }
        const first = shared ? 0 : person * samples
        for (let at = 0; at < samples; at += STRETCH) {
          const n = Math.min(STRETCH, samples - at)
          live(kernel, own, {
            lux,
            first: first + at,
            samples: n,
            dtH,
            fromH: startH + (done + at) * dtH,
          })
        }
        for (let j = 0; j < state.length; j++) columns[j]![person] = state[j]!
      }
      done += samples
    },
    cbtminH: (person) => {
      troughs.settle(person)
      return markers.timesH(person).map((timeH) => timeH + pacemaker.cbtminOffsetH)
    },
  }
}

function columnOf(column: Float64Array | undefined, people: number, usual: number): Float64Array {
  assert(column === undefined || column.length === people, `a column: expected ${people}`)
  return column ?? new Float64Array(people).fill(usual)
}

function requireValues(got: number, expected: number): void {
  assert(got >= expected, `lux: got ${got} values, expected ${expected}`)
}

/** Samples too bright for one step, step by step. */
let fine = new Float64Array(0)

/** Takes a person through light; samples too bright for one step are lived in more. */
function live(kernel: BatchKernel, person: BatchPerson, light: BatchLight): void {
  const { lux, first, samples, dtH, fromH } = light
  let i = kernel.live(person, light)
  while (i < samples) {
    const from = i
    const startH = fromH + from * dtH
    const steps = stepsIn(kernel, person, lux[first + i]!, dtH)
    if (steps === 1) {
      const rest = { lux, first: first + i, samples: samples - i, dtH, fromH: startH }
      i += kernel.live(person, rest)
      continue
    }
    do i++
    while (i < samples && stepsIn(kernel, person, lux[first + i]!, dtH) === steps)
    const parts = (i - from) * steps
    if (fine.length < parts) fine = new Float64Array(2 * parts)
    for (let j = 0; j < parts; j++) fine[j] = lux[first + from + Math.floor(j / steps)]!
    const partH = dtH / steps
    kernel.live(person, { lux: fine, first: 0, samples: parts, dtH: partH, fromH: startH })
  }
}

/** Steps through a sample of light: one, more where it is bright. */
function stepsIn(
  kernel: BatchKernel,
  { person, gain }: BatchPerson,
  lux: number,
  dtH: number,
): number {
  if (!(lux >= 0 && lux < Number.POSITIVE_INFINITY)) {
    assert(false, `lux of person ${person}: got ${lux}, expected 0 or more`)
  }
  const span = 60 * kernel.rate(lux, gain) * dtH
  return Math.max(1, Math.ceil(span / BATCH_RECEPTOR_STEP))
}

/** Makes a person's model once while that person is at work. */
function lastOf(make: (person: number) => Pacemaker): (person: number) => Pacemaker {
  let last = -1
  let made: Pacemaker | undefined
  return (person) => {
    if (made === undefined || person !== last) made = make(person)
    last = person
    return made
  }
}
