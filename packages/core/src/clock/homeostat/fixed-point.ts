const DEPTH = 3
const RIDGE = 1e-14

/**
 * Speeds up the search for a point that a map leaves where it is (Anderson, J ACM 12:547, 1965):
 * told a point and its image, it proposes the next point from the last three images, so that a map
 * that approaches its fixed point slowly gets there in a few steps.
 */
export class FixedPointSearch {
  readonly #points: Float64Array[] = []
  readonly #images: Float64Array[] = []

  /** Forgets what it was told, where the map has jumped. */
  forget(): void {
    this.#points.length = 0
    this.#images.length = 0
  }

  /** The next point to try. */
  propose(point: Float64Array, image: Float64Array): Float64Array {
    this.#points.unshift(point.slice())
    this.#images.unshift(image.slice())
    if (this.#points.length > DEPTH + 1) {
      this.#points.pop()
      this.#images.pop()
    }
    const depth = this.#points.length - 1
    const rests = this.#points.map((p, j) => p.map((value, i) => this.#images[j]![i]! - value))
    const steps = Array.from({ length: depth }, (_, j) =>
      rests[j]!.map((value, i) => value - rests[j + 1]![i]!),
    )
    const weights = leastSquares(steps, rests[0]!)
    const next = image.slice()
    for (const [j, weight] of weights.entries()) {
      for (let i = 0; i < next.length; i++) {
        next[i]! -= weight * (this.#images[j]![i]! - this.#images[j + 1]![i]!)
      }
    }
    return next
  }
}

/** Weights of the columns whose sum is nearest to the target, by normal equations and Gauss. */
function leastSquares(columns: readonly Float64Array[], target: Float64Array): number[] {
  const n = columns.length
  const dot = (a: Float64Array, b: Float64Array): number => a.reduce((s, x, i) => s + x * b[i]!, 0)
  const rows = columns.map((a) => [...columns.map((b) => dot(a, b)), dot(a, target)])
  for (let k = 0; k < n; k++) {
    rows[k]![k]! += RIDGE + 1e-10 * rows[k]![k]!
    for (let i = k + 1; i < n; i++) {
      const factor = rows[i]![k]! / rows[k]![k]!
      for (let j = k; j <= n; j++) rows[i]![j]! -= factor * rows[k]![j]!
    }
  }
  const weights = new Array<number>(n).fill(0)
  for (let i = n - 1; i >= 0; i--) {
    let sum = rows[i]![n]!
    for (let j = i + 1; j < n; j++) sum -= rows[i]![j]! * weights[j]!
    weights[i] = sum / rows[i]![i]!
  }
  return weights
}
