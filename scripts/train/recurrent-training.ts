import { cos } from '../../packages/core/src/math/elementary.ts'
import type { Random } from '../../packages/core/src/math/random.ts'
import {
  type RecurrentNetwork,
  type RecurrentShape,
  recurrentLayout,
} from '../../packages/core/src/sleep/shipped/gated-recurrent.ts'
import { type Batch, recurrentGradient } from './recurrent-gradient.ts'

/**
 * A stretch to learn from: epochs x inputs (standardised, no NaN) and a label each (-1 = not
 * counted).
 */
export type Example = { readonly rows: Float64Array; readonly labels: Int8Array }

/** How to train; the defaults of `run.ts` are round numbers. */
export type TrainingPlan = {
  readonly steps: number
  /** Pieces side by side, and epochs in each. */
  readonly pieces: number
  readonly length: number
  /** Highest step size of the one-cycle schedule. */
  readonly rate: number
  readonly decay: number
  /** Part of the memory units that are dropped; half as many of the inputs are. */
  readonly dropout: number
}

/**
 * Trains one network with Adam (Kingma and Ba 2015; decoupled decay, Loshchilov and Hutter 2019).
 */
export function trainRecurrent(
  shape: RecurrentShape,
  examples: readonly Example[],
  plan: TrainingPlan,
  random: Random,
  report: (step: number, loss: number) => void,
): RecurrentNetwork {
  const parameters = initialParameters(shape, random)
  const gradient = new Float64Array(parameters.length)
  const first = new Float64Array(parameters.length)
  const second = new Float64Array(parameters.length)
  const pick = weightedPick(examples, random)
  let smooth = 0
  for (let step = 0; step < plan.steps; step++) {
    const batch = drawBatch(shape, pick, plan, random)
    const loss = recurrentGradient(shape, parameters, batch, gradient)
    smooth = step === 0 ? loss : 0.95 * smooth + 0.05 * loss
    clip(gradient, 1)
    const rate = oneCycle(step / plan.steps, plan.rate)
    const [b1, b2] = [1 - 0.9 ** (step + 1), 1 - 0.999 ** (step + 1)]
    for (let i = 0; i < parameters.length; i++) {
      first[i] = 0.9 * first[i]! + 0.1 * gradient[i]!
      second[i] = 0.999 * second[i]! + 0.001 * gradient[i]! * gradient[i]!
      const move = first[i]! / b1 / (Math.sqrt(second[i]! / b2) + 1e-8)
      parameters[i]! -= rate * (move + plan.decay * parameters[i]!)
    }
    report(step, smooth)
  }
  return { ...shape, parameters: Float64Array.from(parameters, Math.fround) }
}

function initialParameters(shape: RecurrentShape, random: Random): Float64Array {
  const layout = recurrentLayout(shape)
  const { inputs, hidden, classes, directions } = shape
  const parameters = new Float64Array(layout.length)
  const fill = (at: number, rows: number, columns: number, gain: number): void => {
    for (let i = 0; i < rows * columns; i++) {
      parameters[at + i] = (gain * random.normal()) / Math.sqrt(rows)
    }
  }
  for (const cell of layout.cells) {
    fill(cell.input, inputs, 3 * hidden, 1)
    fill(cell.recurrent, hidden, 3 * hidden, 0.7)
  }
  fill(layout.readout, directions * hidden, classes, 0.3)
  fill(layout.skip, inputs, classes, 0.1)
  return parameters
}

/**
 * Warms up over a fifth of the way from 1/25 of the top, then falls to almost nothing, both as
 * cosines.
 */
function oneCycle(progress: number, top: number): number {
  const low = top / 25
  if (progress < 0.2) return low + ((top - low) * (1 - cos((Math.PI * progress) / 0.2))) / 2
  return (top * (1 + cos((Math.PI * (progress - 0.2)) / 0.8))) / 2 + 1e-6
}

function clip(gradient: Float64Array, longest: number): void {
  let squares = 0
  for (const g of gradient) squares += g * g
  const factor = longest / Math.max(longest, Math.sqrt(squares))
  for (let i = 0; i < gradient.length; i++) gradient[i]! *= factor
}

/** Longer examples are drawn more often, by the square root of their length. */
function weightedPick(examples: readonly Example[], random: Random): () => Example {
  const ends: number[] = []
  let total = 0
  for (const { labels } of examples) {
    total += Math.sqrt(labels.length)
    ends.push(total)
  }
  return () => {
    const at = random.uniform() * total
    return examples[ends.findIndex((end) => at < end)]!
  }
}

function drawBatch(
  shape: RecurrentShape,
  pick: () => Example,
  plan: TrainingPlan,
  random: Random,
): Batch {
  const { pieces, length: steps, dropout } = plan
  const { inputs: width, hidden, directions } = shape
  const inputs = new Float64Array(steps * pieces * width)
  const labels = new Int8Array(steps * pieces).fill(-1)
  const dropped = (part: number): number => (random.uniform() < part ? 0 : 1 / (1 - part))
  for (let b = 0; b < pieces; b++) {
    const { rows, labels: known } = pick()
    const start = pieceStart(known.length, steps, random)
    const keep = Float64Array.from({ length: width }, () => dropped(dropout / 2))
    for (let t = 0; t < steps && start + t < known.length; t++) {
      labels[t * pieces + b] = known[start + t]!
      for (let k = 0; k < width; k++) {
        inputs[(t * pieces + b) * width + k] = rows[(start + t) * width + k]! * keep[k]!
      }
    }
  }
  const keep = Float64Array.from({ length: pieces * directions * hidden }, () => dropped(dropout))
  return { steps, pieces, inputs, labels, keep }
}

/** Anywhere, and a little more often at the very ends, where nights begin and stop. */
function pieceStart(epochs: number, steps: number, random: Random): number {
  const last = Math.max(0, epochs - steps)
  return Math.max(0, Math.min(last, random.integer(last + 41) - 20))
}
