import type { Example } from './recurrent-training.ts'

/** Mean and standard deviation of each of `width` inputs over all examples. */
export function moments(
  examples: readonly Example[],
  width: number,
): { mean: Float32Array; scale: Float32Array } {
  const sums = new Float64Array(width)
  const squares = new Float64Array(width)
  let n = 0
  for (const { rows } of examples) {
    n += rows.length / width
    rows.forEach((x, i) => {
      sums[i % width]! += x
      squares[i % width]! += x * x
    })
  }
  const mean = Float32Array.from(sums, (s) => s / n)
  const scale = Float32Array.from(squares, (s, k) => {
    return Math.sqrt(Math.max(0, s / n - (sums[k]! / n) ** 2)) + 1e-3
  })
  return { mean, scale }
}
