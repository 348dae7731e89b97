/**
 * Share of the samples of each whole 30-s stretch that are there and not stuck at one value, 0..1.
 */
export function presentShare(samples: Float32Array, perEpoch: number): Float32Array {
  const epochs = Math.floor(samples.length / perEpoch + 1e-9)
  const share = new Float32Array(epochs)
  for (let epoch = 0; epoch < epochs; epoch++) {
    const start = Math.round(epoch * perEpoch)
    const end = Math.min(samples.length, Math.round((epoch + 1) * perEpoch))
    let present = 0
    let moves = false
    for (let i = start; i < end; i++) {
      if (Number.isNaN(samples[i]!)) continue
      present++
      if (samples[i] !== samples[start]) moves = true
    }
    share[epoch] = moves ? present / (end - start) : 0
  }
  return share
}
