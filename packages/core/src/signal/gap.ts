import type { Samples } from '../math/samples.ts'

/**
 * A row without holes, and where the holes were: 1 per missing sample; undefined when there were
 * none.
 */
export type Bridged = { readonly samples: Samples; readonly missing?: Uint8Array }

/**
 * Bridges missing samples (NaN) by the straight line between their neighbours; at the ends the
 * nearest value is held; a row with nothing in it becomes zeros. Gives x itself when nothing is
 * missing.
 */
export function bridgeGaps(x: Samples): Bridged {
  let first = 0
  while (first < x.length && !Number.isNaN(x[first]!)) first++
  if (first === x.length) return { samples: x }
  const samples = x.slice()
  const missing = new Uint8Array(x.length)
  for (let i = first; i < x.length; i++) {
    if (!Number.isNaN(x[i]!)) continue
    let end = i + 1
    while (end < x.length && Number.isNaN(x[end]!)) end++
    const before = i > 0 ? x[i - 1]! : end < x.length ? x[end]! : 0
    const after = end < x.length ? x[end]! : before
    const slope = (after - before) / (end - i + 1)
    for (let k = i; k < end; k++) {
      samples[k] = before + slope * (k - i + 1)
      missing[k] = 1
    }
    i = end
  }
  return { samples, missing }
}

/** Puts NaN back where samples were missing; the row itself is changed and given back. */
export function restoreGaps(y: Float64Array, missing: Uint8Array | undefined): Float64Array {
  if (missing === undefined) return y
  for (let i = 0; i < y.length; i++) if (missing[i] === 1) y[i] = NaN
  return y
}
