import { believable } from '../../night/watch/believable.ts'
import type { Montage } from '../../night/watch/montage.ts'

/** So much of a frame has to be known. */
const LEAST_KNOWN = 0.5
const AXES = 3

/**
 * Movement of a frame: mean of how far the length of the acceleration is from 1 g, up or down (the
 * Euclidean norm less one of van Hees et al., PLoS ONE 8, 2013, without its cut at 0). It takes
 * three axes in g; a sensor that is off by some mg at rest shows those always.
 */
export class FrameMotion {
  readonly #axes: readonly number[]
  readonly #rateHz: number
  #sumG = 0
  #count = 0

  constructor(axes: readonly number[], rateHz: number) {
    this.#axes = axes
    this.#rateHz = rateHz
  }

  /** The movement of a montage; undefined where it has not just three axes. */
  static of({ channels, rateHz }: Montage): FrameMotion | undefined {
    const axes = channels.flatMap(({ role }, k) => (role === 'acc' ? [k] : []))
    return axes.length === AXES ? new FrameMotion(axes, rateHz) : undefined
  }

  /** Takes samples of the loop; what is missing on one axis is missing. */
  take(columns: readonly Float32Array[]): void {
    const [x, y, z] = this.#axes.map((k) => columns[k])
    if (x === undefined || y === undefined || z === undefined) return
    for (let i = 0; i < x.length; i++) {
      const [a, b, c] = [believable(x[i]!), believable(y[i]!), believable(z[i]!)]
      const departure = Math.abs(Math.sqrt(a * a + b * b + c * c) - 1)
      if (Number.isNaN(departure)) continue
      this.#sumG += departure
      this.#count++
    }
  }

  /** Mean since it was last asked for, `lastedMs` ago, mg; NaN where less than half is known. */
  meanMg(lastedMs: number): number {
    const isKnown = this.#count > 0 && this.#count * 1000 >= LEAST_KNOWN * lastedMs * this.#rateHz
    const mean = isKnown ? (1000 * this.#sumG) / this.#count : Number.NaN
    this.#sumG = 0
    this.#count = 0
    return mean
  }
}
