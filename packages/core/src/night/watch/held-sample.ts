import { believable } from './believable.ts'

/** One channel beside the lead: its last sample holds over short gaps. */
export type HeldSample = {
  /** Takes a raw sample, NaN where missing; false while nothing has come for a second. */
  take(raw: number): boolean
  /**
   * Takes elements `from` to `to` (not included) of a column into `values`, when that is as plain
   * as it mostly is: no gap is open, and none of them is missing. Else takes none: false.
   */
  run(column: Float32Array, from: number, to: number, values: Float64Array): boolean
  /** The last sample that was there, less the level at which the stretch began. */
  value: number
  /** True with the first sample after a gap of a second, when filters begin anew. */
  begins: boolean
  /** True when this sample was missing. */
  missing: boolean
}

/** Holds one channel; a gap of `longest` samples ends the stretch. */
export function heldSample(longest: number): HeldSample {
  let missingRun = longest
  const own = { level: 0 }
  const run: HeldSample['run'] = (column, from, to, values) => {
    if (missingRun > 0) return false
    for (let i = from; i < to; i++) {
      const raw = believable(column[i]!)
      if (Number.isNaN(raw)) return false
      values[i - from] = raw - own.level
    }
    if (to === from) return true
    state.value = values[to - from - 1]!
    state.missing = state.begins = false
    return true
  }
  const state: HeldSample = {
    ...{ run, value: 0, begins: false, missing: true },
    take: (given) => {
      const raw = believable(given)
      state.missing = Number.isNaN(raw)
      state.begins = false
      if (state.missing) {
        if (missingRun < longest) missingRun++
        return missingRun < longest
      }
      if (missingRun >= longest) {
        own.level = raw
        state.begins = true
      }
      missingRun = 0
      state.value = raw - own.level
      return true
    },
  }
  return state
}
