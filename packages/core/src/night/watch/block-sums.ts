/** Sums over the last blocks of a signal, in fixed memory and without rounding that grows. */
export type BlockSums = {
  /** Adds to the block that is open. */
  add(value: number): void
  /** Adds the squares of the first `count` values, one after the other. */
  addSquares(values: Float64Array, count: number): void
  /** Closes the open block; a block that counts nothing is left out of the means. */
  close(counts: boolean): void
  /** Mean of the last `blocks` closed blocks' sums per block that counts; NaN when none does. */
  mean(blocks: number): number
  /** Empties everything. */
  reset(): void
}

/** Keeps the sums of the last `size` blocks. */
export function blockSums(size: number): BlockSums {
  const sums = new Float64Array(size).fill(NaN)
  let next = 0
  const own = { open: 0 }
  const mean = (blocks: number): number => {
    let total = 0
    let n = 0
    for (let k = 0, at = next; k < blocks; k++) {
      at = at === 0 ? size - 1 : at - 1
      const sum = sums[at]!
      if (Number.isNaN(sum)) continue
      total += sum
      n++
    }
    return total / n
  }
  return {
    add: (value) => {
      own.open += value
    },
    addSquares: (values, count) => {
      let open = own.open
      for (let k = 0; k < count; k++) open += values[k]! * values[k]!
      own.open = open
    },
    close: (counts) => {
      sums[next] = counts ? own.open : NaN
      next = next + 1 === size ? 0 : next + 1
      own.open = 0
    },
    mean,
    reset: () => {
      sums.fill(NaN)
      next = 0
      own.open = 0
    },
  }
}
