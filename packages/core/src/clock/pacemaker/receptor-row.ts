import { decay } from './light-power.ts'

/**
 * Of a receptor's memory, the share that one step of a batch may span: brighter light is stepped
 * more finely. Against `simulate` the states then differ by less than 5e-5 in light to 60 klux.
 */
export const BATCH_RECEPTOR_STEP = 1

/** The steps a batch takes through a row of light: one for a sample, more where it is bright. */
export type ReceptorRow = {
  /** Steps in use. */
  count: number
  /** Drive of the receptor, per minute. */
  alphas: Float64Array
  /** What n goes to in a step, and what is left of its distance after half of it. */
  limits: Float64Array
  halves: Float64Array
  /** Hours from the row's beginning to the step's, and of the step. */
  startsH: Float64Array
  lengthsH: Float64Array
}

/** An empty row with room for `steps`. */
export function receptorRow(steps: number): ReceptorRow {
  const column = (): Float64Array => new Float64Array(steps)
  const [alphas, limits, halves, startsH, lengthsH] = [1, 2, 3, 4, 5].map(column) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ]
  return { count: 0, alphas, limits, halves, startsH, lengthsH }
}

/**
 * Fills a row from a drive per sample, for a decay `beta` (per minute) and samples of `dtH` hours.
 */
export function fillReceptorRow(
  row: ReceptorRow,
  drives: Float64Array,
  beta: number,
  dtH: number,
): void {
  if (row.alphas.length < drives.length) grow(row, drives.length)
  let at = 0
  for (let i = 0; i < drives.length; i++) {
    const alpha = drives[i]!
    const rate = alpha + beta
    const span = 60 * rate * dtH
    let parts = 1
    let lengthH = dtH
    if (span > BATCH_RECEPTOR_STEP) {
      parts = Math.ceil(span / BATCH_RECEPTOR_STEP)
      lengthH = dtH / parts
      if (at + parts + drives.length - i > row.alphas.length) grow(row, 2 * (at + parts))
    }
    const limit = alpha / rate
    const half = decay(30 * rate * lengthH)
    for (let part = 0; part < parts; part++) {
      row.alphas[at] = alpha
      row.limits[at] = limit
      row.halves[at] = half
      row.startsH[at] = i * dtH + part * lengthH
      row.lengthsH[at] = lengthH
      at++
    }
  }
  row.count = at
}

/** Gives a row room for `least` more steps. */
function grow(row: ReceptorRow, least: number): void {
  const larger = receptorRow(row.alphas.length + least)
  for (const name of ['alphas', 'limits', 'halves', 'startsH', 'lengthsH'] as const) {
    larger[name].set(row[name])
    row[name] = larger[name]
  }
}
