import { atan2 } from '../../math/elementary.ts'
import { type PhaseError, phaseError } from '../phase/phase.ts'
import { trueWave } from '../phase/true-phase.ts'
import { WorkingFront } from '../phase/working-front.ts'

/** Within so many seconds of something missing, or of an end, nobody knows the true phase. */
const EDGE_S = 3
const FIRST_SIZE = 1 << 16

/**
 * Keeps the channel that sounds were aimed at, at the working rate, and says afterwards where in
 * the wave they fell: the truth is the zero-phase band-pass of the whole, which no loop can know.
 */
export class StimulusPhase {
  readonly #front: WorkingFront
  #samples = new Float32Array(FIRST_SIZE)
  #length = 0
  #next = 0

  constructor(rateHz: number) {
    this.#front = new WorkingFront(rateHz)
  }

  /** Takes the channel's next samples, uV; what lies between is missing. */
  push(first: number, column: Float32Array): void {
    for (; this.#next < first; this.#next++) this.#take(this.#next, Number.NaN)
    for (let i = Math.max(0, this.#next - first); i < column.length; i++) {
      this.#take(first + i, column[i]!)
    }
    this.#next = Math.max(this.#next, first + column.length)
  }

  /**
   * How far sounds heard at these samples (with their fraction) fell from the phases aimed at,
   * radians. Sounds near a gap or an end are left out.
   */
  error(heardAt: readonly number[], targetRad: readonly number[]): PhaseError {
    const { factor, rateHz } = this.#front
    const x = this.#samples.subarray(0, this.#length)
    const missing = nearMissing(x, Math.round(EDGE_S * rateHz))
    const filled = x.map((v) => (Number.isNaN(v) ? 0 : v))
    const truth = this.#length > 0 ? trueWave(filled, rateHz) : undefined
    const late = (factor - 1) / 2
    const achieved = heardAt.map((sample) => {
      // Group g ends at sample (g + 1) factor - 1 and stands for its middle.
      const place = (sample - late) / factor
      const low = Math.floor(place)
      if (truth === undefined || low < 0 || low + 1 >= x.length || missing[low]! > 0)
        return Number.NaN
      const part = place - low
      const re = truth.re[low]! + part * (truth.re[low + 1]! - truth.re[low]!)
      const im = truth.im[low]! + part * (truth.im[low + 1]! - truth.im[low]!)
      return atan2(im, re)
    })
    return phaseError(achieved, targetRad)
  }

  #take(sample: number, x: number): void {
    if (!this.#front.push(sample, x)) return
    if (this.#length === this.#samples.length) {
      const grown = new Float32Array(2 * this.#length)
      grown.set(this.#samples)
      this.#samples = grown
    }
    this.#samples[this.#length++] = this.#front.value
  }
}

/** 1 where something is missing within `reach` samples, or an end is. */
function nearMissing(x: Float32Array, reach: number): Uint8Array {
  const near = new Uint8Array(x.length)
  const mark = (from: number, to: number): void => {
    near.fill(1, Math.max(0, from), Math.max(0, to))
  }
  mark(0, reach)
  mark(x.length - reach, x.length)
  for (let n = 0; n < x.length; n++) if (Number.isNaN(x[n]!)) mark(n - reach, n + reach + 1)
  return near
}
