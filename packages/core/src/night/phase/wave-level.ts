/** Over how long the usual size of the wave is taken, s. */
const OVER_S = 30

/**
 * The usual size of the wave: its root mean square over about half a minute. A wave as large as
 * usual is foretold with the usual error, a smaller one with a larger.
 */
export class WaveLevel {
  readonly #rate: number
  #square = Number.NaN

  constructor(rateHz: number) {
    this.#rate = 1 / (OVER_S * rateHz)
  }

  /** Takes the amplitude now, and gives how large it is against the usual; 1 at the start. */
  relative(amplitude: number): number {
    const square = amplitude * amplitude
    if (Number.isNaN(square)) return Number.NaN
    if (Number.isNaN(this.#square)) this.#square = square
    this.#square += (square - this.#square) * this.#rate
    return this.#square > 0 ? Math.sqrt(square / this.#square) : Number.NaN
  }

  reset(): void {
    this.#square = Number.NaN
  }
}
