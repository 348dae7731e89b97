import type { Example } from './recurrent-training.ts'

/** Mean and standard deviation of each of `width` inputs over all examples, NaN left out. */
export function moments(
  examples: readonly Example[],
  width: number,
): { mean: Float32Array; scale: Float32Array } {
  const sums = new Float64Array(width)
  const squares = new Float64Array(width)
  const counts = new Float64Array(width)
  for (const { rows } of examples) {
    rows.forEach((x, i) => {
      if (Number.isNaN(x)) return
      counts[i % width]! += 1
      sums[i % width]! += x
      squares[i % width]! += x * x
    })
  }
  const mean = Float32Array.from(sums, (s, k) => s / counts[k]!)
  const scale = Float32Array.from(squares, (s, k) => {
    return Math.sqrt(Math.max(0, s / counts[k]! - (sums[k]! / counts[k]!) ** 2)) + 1e-3
  })
  return { mean, scale }
}
