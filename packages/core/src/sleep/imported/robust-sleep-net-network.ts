import { attention, dense, gatedRecurrence } from './recurrent.ts'
import {
  type BidirectionalUnit,
  type RobustSleepNetWeights,
  SPECTRUM_BINS,
} from './robust-sleep-net-layers.ts'

/** Spectra per 30-s epoch: windows of 128 samples every 60 at 60 Hz. */
export const FRAMES_PER_EPOCH = 28
/** Epochs that the network was trained to see at once: 10.5 minutes. */
export const WINDOW_EPOCHS = 21
/** Keeps a frequency that never changes from being divided by zero; the authors' value. */
const SD_FLOOR = 1e-15

/**
 * Logits, epochs x 5 in the order W N1 N2 N3 R, of one window of consecutive epochs. Each channel's
 * spectra are log10 powers, epochs x 28 x 65, for the whole recording; the window begins at epoch
 * `first` and has `epochs` of them. Any number of channels >= 1; their order does not matter.
 * Source: Guillot & Thorey, RobustSleepNet, IEEE TNSRE 29 (2021).
 */
export function windowLogits(
  weights: RobustSleepNetWeights,
  spectra: readonly Float32Array[],
  first: number,
  epochs: number,
): Float64Array {
  const frames = epochs * FRAMES_PER_EPOCH
  const mixed = mixChannels(weights, spectra, first, frames)
  const size = { batch: epochs, steps: FRAMES_PER_EPOCH }
  const unit = spectra.length === 1 ? weights.epochUnitAlone : weights.epochUnit
  const encoded = bidirectional(unit, mixed, size)
  const reduced = new Float64Array(frames * weights.epochReduction.outputs)
  dense(weights.epochReduction, encoded, frames, reduced)
  let sequence: Float64Array = new Float64Array(epochs * weights.epochReduction.outputs)
  const groups = { groups: epochs, items: FRAMES_PER_EPOCH }
  attention(weights.epochAttention, reduced, groups, sequence)
  for (const layer of weights.sequence) {
    const next = bidirectional(layer.unit, sequence, { batch: 1, steps: epochs })
    const residual = new Float64Array(next.length)
    dense(layer.residual, sequence, epochs, residual)
    for (let i = 0; i < next.length; i++) next[i] = (next[i]! + residual[i]!) / 2
    sequence = next
  }
  const logits = new Float64Array(epochs * weights.classifier.outputs)
  dense(weights.classifier, sequence, epochs, logits)
  return logits
}

/**
 * Any number of channels to a fixed number of virtual ones, frame by frame. Of one channel they
 * would all be copies: then the channel itself.
 */
function mixChannels(
  weights: RobustSleepNetWeights,
  spectra: readonly Float32Array[],
  first: number,
  frames: number,
): Float64Array {
  const filters = weights.reduction.outputs
  const channels = spectra.length
  const filtered = new Float64Array(frames * channels * filters)
  const reduced = new Float64Array(frames * filters)
  for (let c = 0; c < channels; c++) {
    const standard = standardised(spectra[c]!, first * FRAMES_PER_EPOCH, frames)
    dense(weights.reduction, standard, frames, reduced)
    for (let t = 0; t < frames; t++) {
      filtered.set(reduced.subarray(t * filters, (t + 1) * filters), (t * channels + c) * filters)
    }
  }
  if (channels === 1) return filtered
  const heads = weights.channelHeads.length
  const out = new Float64Array(frames * heads * filters)
  const head = new Float64Array(frames * filters)
  for (let h = 0; h < heads; h++) {
    attention(weights.channelHeads[h]!, filtered, { groups: frames, items: channels }, head)
    for (let t = 0; t < frames; t++) {
      out.set(head.subarray(t * filters, (t + 1) * filters), (t * heads + h) * filters)
    }
  }
  return out
}

/**
 * Every frequency to mean 0 and standard deviation 1 (n - 1) over the frames of the window that are
 * there; a frame that is missing (NaN) becomes 0, the mean.
 */
function standardised(spectra: Float32Array, firstFrame: number, frames: number): Float64Array {
  const out = new Float64Array(frames * SPECTRUM_BINS)
  const start = firstFrame * SPECTRUM_BINS
  const present: number[] = []
  for (let t = 0; t < frames; t++) {
    if (!Number.isNaN(spectra[start + t * SPECTRUM_BINS]!)) present.push(t * SPECTRUM_BINS)
  }
  if (present.length < 2) return out
  for (let f = 0; f < SPECTRUM_BINS; f++) {
    let sum = 0
    for (const row of present) sum += spectra[start + row + f]!
    const mean = sum / present.length
    let squares = 0
    for (const row of present) {
      const distance = spectra[start + row + f]! - mean
      squares += distance * distance
    }
    const scale = 1 / (Math.sqrt(squares / (present.length - 1)) + SD_FLOOR)
    for (const row of present) out[row + f] = (spectra[start + row + f]! - mean) * scale
  }
  return out
}

function bidirectional(
  unit: BidirectionalUnit,
  x: Float64Array,
  size: { readonly batch: number; readonly steps: number },
): Float64Array {
  const column = unit.forward.hidden.inputs
  const stride = column + unit.backward.hidden.inputs
  const values = new Float64Array(size.batch * size.steps * stride)
  gatedRecurrence(unit.forward, x, size, false, { values, column: 0, stride })
  gatedRecurrence(unit.backward, x, size, true, { values, column, stride })
  return values
}
