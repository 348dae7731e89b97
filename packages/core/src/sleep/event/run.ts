/** Neighbouring samples that belong together: indices of the first and the last, both included. */
export type Run = { readonly from: number; readonly to: number }

/** The stretches where `test` holds, in order. */
export function runsWhere(n: number, test: (i: number) => boolean): Run[] {
  const runs: Run[] = []
  let from = -1
  for (let i = 0; i <= n; i++) {
    const holds = i < n && test(i)
    if (holds && from < 0) from = i
    if (!holds && from >= 0) {
      runs.push({ from, to: i - 1 })
      from = -1
    }
  }
  return runs
}

/**
 * Joins runs whose distance (first sample of one minus last sample of the other, neighbours = 1) is
 * less than `distance` samples; overlapping runs always join. Runs must be in order of their
 * starts.
 */
export function mergeRuns(runs: readonly Run[], distance: number): Run[] {
  const merged: Run[] = []
  for (const run of runs) {
    const last = merged[merged.length - 1]
    if (last !== undefined && (run.from <= last.to || run.from - last.to < distance)) {
      merged[merged.length - 1] = { from: last.from, to: Math.max(last.to, run.to) }
    } else merged.push(run)
  }
  return merged
}
