import { PI, pow, sin } from '../../math/elementary.ts'
import { PEAK, pinkNoise, type SoundLevel } from './click-sound.ts'

/** Length of the noise that pieces are cut from, and from where one is cut to the next, s. */
const LOOP_S = 12
const STRIDE_S = 4.4
/** In which a piece comes and goes, s: pieces that overlap by this are one steady sound. */
const EDGE_S = 1

/**
 * Soft pink noise for a bedtime fade, made once and cut into pieces, so that a piece costs little.
 * Each comes and goes over a second, by the square root of its power: where one goes and the next
 * comes the power stays, since no two that follow each other are cut from the same place.
 */
export class FadeNoise {
  readonly #rateHz: number
  readonly #noise: Float32Array
  readonly #edge: Float32Array
  readonly #peak: number
  #at = 0

  /** The same seed gives the same noise; `rateHz` is that of the samples. */
  constructor(rateHz: number, seed: number) {
    this.#rateHz = rateHz
    const length = Math.round(LOOP_S * rateHz)
    const rise = Math.round(EDGE_S * rateHz)
    this.#edge = Float32Array.from({ length: rise }, (_, i) => sin((PI * (i + 0.5)) / (2 * rise)))
    const raw = pinkNoise(length + rise, seed)
    const noise = raw.slice(0, length)
    // Its end goes over into its begin: a loop without a seam.
    for (let i = 0; i < rise; i++) {
      noise[i] = raw[i]! * this.#edge[i]! + raw[length + i]! * this.#edge[rise - 1 - i]!
    }
    let square = 0
    for (const v of noise) square += (v * v) / length
    const size = 1 / Math.sqrt(square)
    this.#noise = noise.map((v) => v * size)
    this.#peak = this.#noise.reduce((most, v) => Math.max(most, Math.abs(v)), 0)
  }

  /** The next piece, of so many seconds, -1..1: at `levelDb` between its edges. */
  piece({ levelDb, fullScaleDbA }: SoundLevel, seconds: number): Float32Array {
    const noise = this.#noise
    const length = Math.max(0, Math.round(seconds * this.#rateHz))
    const rise = Math.min(this.#edge.length, Math.floor(length / 2))
    const step = this.#edge.length / Math.max(1, rise)
    const size = Math.min(pow(10, (levelDb - fullScaleDbA) / 20), PEAK / this.#peak)
    const out = new Float32Array(length)
    for (let i = 0; i < length; i++) {
      const inside = Math.min(i, length - 1 - i)
      const gain = inside < rise ? this.#edge[Math.floor(inside * step)]! : 1
      out[i] = noise[(this.#at + i) % noise.length]! * gain * size
    }
    this.#at = (this.#at + Math.round(STRIDE_S * this.#rateHz)) % noise.length
    return out
  }
}
