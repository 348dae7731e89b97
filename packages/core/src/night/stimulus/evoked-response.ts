/** Where after a marker the trough of an evoked slow wave lies, s (N550: Ngo et al. 2013). */
const FROM_S = 0.3
const TO_S = 1
/** Silence after a click before a silent marker counts: the answer to it must be over, s. */
const APART_S = 2.5
/** Silent markers before the answer to a click is measured against them. */
const FEWEST_SILENT = 8
/** How fast the mean of the silent markers forgets, markers. */
const FORGET = 30
/** Markers that may be waiting at once; more are passed over. */
const MOST_WAITING = 4

/**
 * The brain's answer to a click, live: how much deeper the trough 0.3 to 1 s after it is than after
 * silent markers, moments that met every condition of a click and fell into a silent window. Both
 * sit on the same phase of the same waves, so the wave that was coming anyway cancels. Nothing is
 * allocated after the start.
 */
export class EvokedResponse {
  readonly #rateHz: number
  /** Samples since each waiting marker, negative before it; NaN where none waits. */
  readonly #since = new Float64Array(MOST_WAITING).fill(Number.NaN)
  readonly #trough = new Float64Array(MOST_WAITING)
  readonly #isClick = new Uint8Array(MOST_WAITING)
  #sinceClick = Number.POSITIVE_INFINITY
  #silentUv = 0
  #silent = 0

  /** `rateHz`: of the samples that are pushed. */
  constructor(rateHz: number) {
    this.#rateHz = rateHz
  }

  /** A click that will be heard `aheadS` after the newest sample. */
  click(aheadS: number): void {
    this.#mark(aheadS, 1)
    this.#sinceClick = Math.min(this.#sinceClick, -aheadS * this.#rateHz)
  }

  /** A click that would have been heard then and was not; passed over too soon after a real one. */
  silence(aheadS: number): void {
    if (this.#sinceClick + aheadS * this.#rateHz >= APART_S * this.#rateHz) this.#mark(aheadS, 0)
  }

  /**
   * Takes a sample of the slow-wave signal, uV. At the end of a click's window: the answer, uV,
   * positive when deeper; NaN at all other samples, while too few silent markers were seen, and
   * when a sample of the window was missing.
   */
  push(uv: number): number {
    this.#sinceClick++
    let answer = Number.NaN
    for (let k = 0; k < MOST_WAITING; k++) {
      const since = ++this.#since[k]!
      if (!(since >= FROM_S * this.#rateHz)) continue
      const trough = this.#trough[k]!
      this.#trough[k] = uv < trough || Number.isNaN(uv) ? uv : trough
      if (since < TO_S * this.#rateHz) continue
      this.#since[k] = Number.NaN
      if (this.#isClick[k] === 0) this.#learn(this.#trough[k]!)
      else if (this.#silent >= FEWEST_SILENT) answer = this.#silentUv - this.#trough[k]!
    }
    return answer
  }

  /** After a gap: what was waited for is lost, what was learned stays. */
  reset(): void {
    this.#since.fill(Number.NaN)
    this.#sinceClick = Number.POSITIVE_INFINITY
  }

  #mark(aheadS: number, isClick: 0 | 1): void {
    for (let k = 0; k < MOST_WAITING; k++) {
      if (!Number.isNaN(this.#since[k]!)) continue
      this.#since[k] = -aheadS * this.#rateHz
      this.#trough[k] = Number.POSITIVE_INFINITY
      this.#isClick[k] = isClick
      return
    }
  }

  #learn(trough: number): void {
    if (Number.isNaN(trough)) return
    this.#silent++
    this.#silentUv += (trough - this.#silentUv) / Math.min(FORGET, this.#silent)
  }
}
