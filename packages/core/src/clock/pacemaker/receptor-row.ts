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
 * Fills a row from the first `least` drives, one a sample, for a decay `beta` (per minute) and
 * samples of `dtH` hours.
 */
export function fillReceptorRow(
  row: ReceptorRow,
  drives: Float64Array,
  least: number,
  beta: number,
  dtH: number,
): void {
  if (row.alphas.length < least) grow(row, least)
  let { alphas, limits, halves, startsH, lengthsH } = row
  // Much of a day is one light after another: its numbers are kept from the sample before.
  let alpha = Number.NaN
  let limit = 0
  let half = 0
  let parts = 1
  let lengthH = dtH
  let at = 0
  for (let i = 0; i < least; i++) {
    const drive = drives[i]!
    if (drive !== alpha) {
      alpha = drive
      const rate = alpha + beta
      const span = 60 * rate * dtH
      parts = span > BATCH_RECEPTOR_STEP ? Math.ceil(span / BATCH_RECEPTOR_STEP) : 1
      lengthH = parts > 1 ? dtH / parts : dtH
      limit = alpha / rate
      half = decay(30 * rate * lengthH)
    }
    if (at + parts + least - i > alphas.length) {
      grow(row, 2 * (at + parts) + least)
      ;({ alphas, limits, halves, startsH, lengthsH } = row)
    }
    for (let part = 0; part < parts; part++) {
      alphas[at] = alpha
      limits[at] = limit
      halves[at] = half
      startsH[at] = i * dtH + part * lengthH
      lengthsH[at] = lengthH
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
