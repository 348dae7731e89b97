import { cos, PI, sin } from '../../math/elementary.ts'

/** Frequencies for which gains are kept, Hz: from, step and how many. */
export const TONES = { fromHz: 0.4, stepHz: 0.05, count: 25 } as const

/**
 * Gains of linear complex filters with the same lags: what they give for a tone of each frequency
 * kept, at +f and at -f. The turns are worked out once, so that other weights cost few products.
 */
export class ToneGains {
  readonly #cosines: Float64Array
  readonly #sines: Float64Array
  readonly #taps: number

  /** `lagsS` are the times that the taps look back, s. */
  constructor(lagsS: ArrayLike<number>) {
    const taps = lagsS.length
    this.#taps = taps
    this.#cosines = new Float64Array(taps * TONES.count)
    this.#sines = new Float64Array(taps * TONES.count)
    // The lags turn at the first frequency and by one step; each next frequency is one step on.
    for (let k = 0; k < taps; k++) {
      const first = 2 * PI * TONES.fromHz * lagsS[k]!
      const step = 2 * PI * TONES.stepHz * lagsS[k]!
      let [c, s] = [cos(first), sin(first)]
      const [cs, ss] = [cos(step), sin(step)]
      for (let tone = 0; tone < TONES.count; tone++) {
        this.#cosines[tone * taps + k] = c
        this.#sines[tone * taps + k] = s
        const turned = c * cs - s * ss
        s = s * cs + c * ss
        c = turned
      }
    }
  }

  /** Fills `out` with four numbers a frequency: real and imaginary part at +f, and at -f. */
  fill(re: ArrayLike<number>, im: ArrayLike<number>, out: Float64Array): Float64Array {
    for (let tone = 0; tone < TONES.count; tone++) {
      let [pr, pi, mr, mi] = [0, 0, 0, 0]
      const from = tone * this.#taps
      for (let k = 0; k < this.#taps; k++) {
        const c = this.#cosines[from + k]!
        const s = this.#sines[from + k]!
        const [r, i] = [re[k]!, im[k]!]
        pr += r * c + i * s
        pi += i * c - r * s
        mr += r * c - i * s
        mi += i * c + r * s
      }
      out[4 * tone] = pr
      out[4 * tone + 1] = pi
      out[4 * tone + 2] = mr
      out[4 * tone + 3] = mi
    }
    return out
  }
}

/** The gains of one filter: see `ToneGains`. */
export function toneGains(
  lagsS: ArrayLike<number>,
  re: ArrayLike<number>,
  im: ArrayLike<number>,
): Float64Array {
  return new ToneGains(lagsS).fill(re, im, new Float64Array(4 * TONES.count))
}
