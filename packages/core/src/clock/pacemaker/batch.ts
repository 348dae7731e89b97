import { assert } from '../../math/assert.ts'
import type { BatchKernel } from './batch-kernel.ts'
import { BatchMarkers } from './batch-markers.ts'
import { forgerKernel } from './forger99-batch.ts'
import { hannayKernel } from './hannay19-batch.ts'
import { jewettKernel } from './jewett99-batch.ts'
import type { Pacemaker } from './pacemaker.ts'
import { fillReceptorRow, receptorRow } from './receptor-row.ts'
import { pacemakerOf } from './registry.ts'
import { Troughs } from './trough.ts'

/** The models that run in batches. */
export type BatchName = 'forger99' | 'jewett99' | 'hannay19'

/** Samples of own light lived at a time: a day or so, 10 kB of steps. */
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
  const row = receptorRow(0)
  let done = 0
  const startH = options.startH ?? 0
  return {
    pacemaker,
    people,
    states,
    timeH: () => startH + done * dtH,
    advance: (lux, samples, shared = false) => {
      requireValues(lux.length, shared ? samples : people * samples)
      // Everybody's own light is lived by stretches that stay in the processor's nearest memory.
      const stretch = shared ? samples : Math.min(samples, STRETCH)
      const own = new Float64Array(stretch)
      const drives = new Float64Array(stretch)
      for (let person = 0; person < people; person++) {
        for (let j = 0; j < state.length; j++) state[j] = columns[j]![person]!
        const gain = lightGain[person]!
        const isNew = !shared || person === 0 || gain !== lightGain[person - 1]
        const first = shared ? 0 : person * samples
        for (let at = 0; at < samples; at += stretch) {
          const n = Math.min(stretch, samples - at)
          if (isNew) {
            own.set(lux.subarray(first + at, first + at + n))
            requireLight(own, n, person)
            kernel.drive(own, gain, drives)
            fillReceptorRow(row, drives, n, pacemaker.beta, dtH)
          }
          kernel.live(
            { row, state, tau, markers, troughs, fromH: startH + (done + at) * dtH },
            person,
          )
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

function requireLight(row: Float64Array, n: number, person: number): void {
  let total = 0
  let least = 0
  for (let i = 0; i < n; i++) {
    total += row[i]!
    least = Math.min(least, row[i]!)
  }
  const finite = total < Number.POSITIVE_INFINITY && least >= 0
  assert(finite, `lux of person ${person}: got a gap or a negative value, expected 0 or more`)
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
