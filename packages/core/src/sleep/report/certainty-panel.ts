import { boxesPath, element, label, linearScale, stepAreaPath } from '../../figure/index.ts'
import { runs } from '../hypnogram/period.ts'
import type { Night } from '../night/night.ts'
import { STAGE_COUNT, STAGES } from '../stage/stage.ts'
import { epochSteps, type Frame, type Panel } from './frame.ts'
import { STAGES_BY_DEPTH } from './stage-name.ts'

/**
 * The model's probabilities of the five stages, stacked to 100 % for each epoch (a hypnodensity):
 * one colour from top to bottom is certainty, a mixture is doubt. Empty where there is no
 * probability.
 */
export function probabilityPanel(night: Night, frame: Frame): Panel {
  const height = frame.layout === 'wide' ? 76 : 60
  const y = linearScale([0, 1], [height, 0])
  const [left, right] = frame.time.range
  // Back to front, each layer reaching down to the base: no seams between the colours.
  const layers = STAGES_BY_DEPTH.map((_, i) => {
    const below = STAGES_BY_DEPTH.slice(i)
    const sums = cumulative(
      night.probabilities,
      below.map((s) => STAGES.indexOf(s)),
    )
    const steps = epochSteps(frame, sums, night.epochS, (p) => y.at(Math.min(1, p)))
    return element('path', {
      d: stepAreaPath(steps, height),
      fill: frame.theme.stages[STAGES_BY_DEPTH[i]!],
      class: `chance-${STAGES_BY_DEPTH[i]}`,
    })
  })
  const words = (text: string, at: number): string =>
    label(left - 12, at, text, {
      'text-anchor': 'end',
      'font-size': frame.layout === 'wide' ? 12 : 10.5,
      fill: frame.theme.muted,
    })
  const edge = element('path', {
    d: `M${left},0H${right}M${left},${height}H${right}`,
    stroke: frame.theme.grid,
    fill: 'none',
  })
  return {
    height,
    markup:
      edge +
      layers.join('') +
      words('100 %', 10) +
      words('Chance', height / 2 + 5) +
      words('0 %', height),
  }
}

/** Marks under the epochs over which experts would probably disagree; one run, one mark. */
export function doubtPanel(night: Night, frame: Frame): Panel {
  const height = 8
  const x = (epoch: number): number => frame.time.at(epoch * night.epochS)
  const boxes = runs(night.ambiguous)
    .filter((run) => run.value)
    .map(({ start, length }) => [x(start), 0, x(start + length) - x(start), height] as const)
  const marks = boxes.length
    ? element('path', { d: boxesPath(boxes), fill: frame.theme.ink, 'fill-opacity': 0.75 })
    : ''
  return { height, markup: baseline(frame, height) + marks + strip(frame, 'Unsure', height) }
}

/** Signal quality per epoch: full height is a clean signal, empty is none. */
export function qualityPanel(night: Night, frame: Frame): Panel {
  const height = 12
  const y = linearScale([0, 1], [height, 0])
  const steps = epochSteps(frame, night.quality, night.epochS, (q) => y.at(Math.min(1, q)))
  const area = element('path', {
    d: stepAreaPath(steps, height),
    fill: frame.theme.muted,
    'fill-opacity': 0.55,
    class: 'quality',
  })
  return { height, markup: baseline(frame, height) + area + strip(frame, 'Signal', height) }
}

function baseline(frame: Frame, height: number): string {
  const [left, right] = frame.time.range
  return element('path', { d: `M${left},${height}H${right}`, stroke: frame.theme.grid })
}

function strip(frame: Frame, text: string, height: number): string {
  return label(frame.time.range[0] - 12, height / 2 + 4.5, text, {
    'text-anchor': 'end',
    'font-size': frame.layout === 'wide' ? 12 : 11,
    fill: frame.theme.muted,
  })
}

/** Per epoch, the sum of the probabilities of some columns. */
function cumulative(probabilities: Float32Array, columns: readonly number[]): Float64Array {
  const sums = new Float64Array(Math.floor(probabilities.length / STAGE_COUNT))
  for (let i = 0; i < sums.length; i++) {
    for (const k of columns) sums[i] = sums[i]! + probabilities[i * STAGE_COUNT + k]!
  }
  return sums
}
