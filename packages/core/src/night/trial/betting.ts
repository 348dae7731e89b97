import { assert } from '../../math/assert.ts'
import { tanh } from '../../math/elementary.ts'

/**
 * Evidence that may be looked at after every block, and stopped at any moment, without more than
 * `alpha` chance of a wrong claim.
 */
export type Evidence = {
  /** Blocks counted. */
  readonly blocks: number
  /** E-value now: how much a bettor who doubts "no difference" has won; 1 at the start. */
  readonly e: number
  /** Smallest p that any moment so far allows, at most 1. */
  readonly anytimeP: number
  /** Mean of the differences; NaN without any. */
  readonly estimate: number
  /** Confidence sequence at 1 - alpha: covers at all moments together; infinite at first. */
  readonly low: number
  readonly high: number
}

/** Stakes in units of the expected size of a difference: a mixture, since none is known best. */
const STAKES = [0.25, 0.5, 1, 2, 4]
const BISECTIONS = 40

/**
 * Evidence of paired differences, one a block, in the order they came. A block's difference is mean
 * under stimulation less mean under control; the draw of arms makes its sign a fair coin when there
 * is no effect, whatever the nights were like. A bet of stake l multiplies by 1 + tanh(l d), which
 * is fair exactly then. The bounds invert the one-sided bets under an added effect.
 *
 * `scale`: size of a typical difference, chosen before the first; a poor choice costs nights, never
 * validity. Sources: Ville 1939; Ramdas et al. 2023 (betting, e-processes); Howard et al. 2021.
 */
export function evidenceOf(differences: readonly number[], scale: number, alpha = 0.05): Evidence {
  assert(scale > 0 && alpha > 0 && alpha < 1, `scale ${scale} and alpha ${alpha}: above 0`)
  const capital = new Capital(scale)
  let anytimeP = 1
  for (const d of differences) {
    capital.bet(d)
    anytimeP = Math.min(anytimeP, 1 / capital.e, 1)
  }
  const sum = differences.reduce((a, b) => a + b, 0)
  return {
    blocks: differences.length,
    e: capital.e,
    anytimeP,
    estimate: differences.length === 0 ? Number.NaN : sum / differences.length,
    low: bound(differences, scale, alpha),
    high: -bound(
      differences.map((d) => -d),
      scale,
      alpha,
    ),
  }
}

/** A bettor's capital against "no difference", block by block: a supermartingale from 1. */
export class Capital {
  readonly #stakes: readonly number[]
  readonly #capital: Float64Array

  constructor(scale: number) {
    this.#stakes = [...STAKES, ...STAKES.map((stake) => -stake)].map((stake) => stake / scale)
    this.#capital = new Float64Array(this.#stakes.length).fill(1 / this.#stakes.length)
  }

  /** Bets every stake on one difference. */
  bet(difference: number): void {
    this.#stakes.forEach((stake, k) => {
      this.#capital[k]! *= 1 + tanh(stake * difference)
    })
  }

  /** The e-value now. */
  get e(): number {
    return this.#capital.reduce((a, b) => a + b, 0)
  }
}

/** Largest effect that the bets for "more" have ruled out as the most, at alpha / 2. */
function bound(differences: readonly number[], scale: number, alpha: number): number {
  const won = (effect: number): number => {
    let sum = 0
    for (const stake of STAKES) {
      let product = 1 / STAKES.length
      for (const d of differences) product *= 1 + tanh((stake / scale) * (d - effect))
      sum += product
    }
    return sum
  }
  const least = differences.reduce((a, b) => Math.min(a, b), 0)
  const most = differences.reduce((a, b) => Math.max(a, b), 0)
  let [low, high] = [least - 20 * scale, most + 20 * scale]
  if (won(low) < 2 / alpha) return Number.NEGATIVE_INFINITY
  for (let k = 0; k < BISECTIONS; k++) {
    const middle = (low + high) / 2
    if (won(middle) >= 2 / alpha) low = middle
    else high = middle
  }
  return low
}
