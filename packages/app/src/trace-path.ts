/** Columns a trace is drawn in: two for each pixel of a wide screen. */
const COLUMNS = 2000
/** A trace may leave its row by a quarter before it is cut off. */
const OVERSHOOT = 0.75

/** Where and how tall a trace is drawn: rows of `rowHeight` under each other, `rowSize` units high. */
export type TraceRow = {
  readonly row: number
  readonly rowHeight: number
  readonly width: number
  /** Height of the row in the trace's unit. */
  readonly rowSize: number
}

/**
 * The path of a trace around its median: lowest and highest sample of every column where there are
 * more samples than columns, so that no spike is lost. NaN leaves a gap.
 */
export function tracePath(
  samples: Float32Array,
  { row, rowHeight, width, rowSize }: TraceRow,
): string {
  const middle = medianOf(samples)
  const y = (x: number): string => {
    const part = Math.max(-OVERSHOOT, Math.min(OVERSHOOT, (x - middle) / rowSize))
    return (rowHeight * (row + 0.5 - part)).toFixed(1)
  }
  const n = samples.length
  const per = Math.max(1, Math.floor(n / COLUMNS))
  let path = ''
  let pen = 'M'
  for (let from = 0; from < n; from += per) {
    const [low, high] = extremes(samples, from, Math.min(n, from + per))
    if (Number.isNaN(low)) {
      pen = 'M'
      continue
    }
    const x = ((from * width) / n).toFixed(1)
    path += `${pen}${x} ${y(low)}`
    if (high !== low) path += `V${y(high)}`
    pen = 'L'
  }
  return path
}

function extremes(samples: Float32Array, from: number, to: number): readonly [number, number] {
  let low = samples[from]!
  let high = low
  for (let i = from; i < to; i++) {
    const x = samples[i]!
    if (Number.isNaN(x)) return [Number.NaN, Number.NaN]
    if (x < low) low = x
    if (x > high) high = x
  }
  return [low, high]
}

function medianOf(samples: Float32Array): number {
  const sorted = samples.filter((x) => !Number.isNaN(x)).sort()
  return sorted[sorted.length >> 1] ?? 0
}
