/** An epoch of which less than this share was recorded cannot be staged. */
export const LEAST_PRESENT = 0.1

/**
 * Share of the samples of each whole epoch of `perEpoch` samples (a fraction is carried on) that
 * are there, 0..1; 0 where those that are there are stuck at one value.
 */
export function presentShare(samples: Float32Array, perEpoch: number): Float32Array {
  const epochs = Math.floor(samples.length / perEpoch + 1e-9)
  const share = new Float32Array(epochs)
  for (let epoch = 0; epoch < epochs; epoch++) {
    const start = Math.round(epoch * perEpoch)
    const end = Math.min(samples.length, Math.round((epoch + 1) * perEpoch))
    let present = 0
    let first = Number.NaN
    let moves = false
    for (let i = start; i < end; i++) {
      const v = samples[i]!
      if (Number.isNaN(v)) continue
      if (present === 0) first = v
      else if (v !== first) moves = true
      present++
    }
    share[epoch] = moves ? present / (end - start) : 0
  }
  return share
}
