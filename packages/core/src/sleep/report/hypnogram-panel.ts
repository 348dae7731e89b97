import { type Box, boxesPath, coordinate, element, group, label } from '../../figure/index.ts'
import { type Period, runs as runsOf } from '../hypnogram/period.ts'
import type { Stage } from '../stage/stage.ts'
import type { Frame, Panel } from './frame.ts'
import { STAGES_BY_DEPTH, stageLabel } from './stage-name.ts'

const BAR = 8
/** Room over the panel for the name of whose stages these are. */
const OWNER = 14

/** How strongly the water over a bout is tinted: darker as it gets deeper, nothing over wake. */
const WATER: Readonly<Partial<Record<Stage, number>>> = { R: 0.24, N1: 0.1, N2: 0.18, N3: 0.34 }

/** What a hypnogram panel shows: stages on the recording's time axis. */
export type StageTrack = {
  readonly stages: readonly Stage[]
  readonly epochS: number
  /** Start of the first epoch, seconds from the start of the recording. */
  readonly startS?: number
  /** Epochs over which experts would probably disagree: drawn pale. */
  readonly ambiguous?: readonly boolean[]
  /** Written over the panel's upper left corner: whose stages these are. */
  readonly name?: string
}

/**
 * The night as a dive: wake at the surface, each bout a bar at its depth with the water above it
 * tinted in the stage's colour. Bars are pale where experts would probably disagree, REM bars are
 * thicker, and nothing but a hatched band is drawn where nobody can say.
 */
export function hypnogramPanel(track: StageTrack, frame: Frame): Panel {
  const { stages, epochS, startS = 0, ambiguous = [] } = track
  const row = frame.layout === 'wide' ? 36 : 31
  const height = row * STAGES_BY_DEPTH.length
  const at = (stage: Stage): number => (STAGES_BY_DEPTH.indexOf(stage as 'W') + 0.5) * row
  const x = (epoch: number): number => frame.time.at(startS + epoch * epochS)
  const runs = runsOf(stages)
  const markup = [
    rowLines(frame, at),
    ...STAGES_BY_DEPTH.map((stage) => water(frame, stage, boxesOf(stage, runs, x), at)),
    connectors(frame, runs, x, at),
    ...STAGES_BY_DEPTH.map((stage) => bars(frame, stage, boxesOf(stage, runs, x), at)),
    doubts(ambiguous, frame, stages, x, at),
    unscored(frame, runs, x, height),
  ]
  if (track.name === undefined) return { height, markup: markup.join('') }
  const panel = group(0, OWNER, ...markup)
  return { height: height + OWNER, markup: ownerOf(track.name, frame) + panel }
}

type Run = Period<Stage>

function boxesOf(stage: Stage, runs: readonly Run[], x: (epoch: number) => number): Box[] {
  return runs
    .filter((run) => run.value === stage)
    .map(({ start, length }) => [x(start), 0, x(start + length) - x(start), 0] as const)
}

function rowLines(frame: Frame, at: (stage: Stage) => number): string {
  const [left, right] = frame.time.range
  const { theme, layout } = frame
  return STAGES_BY_DEPTH.map((stage) => {
    const y = at(stage)
    const words = layout === 'wide' || !/^N/.test(stage) ? stageLabel(stage) : stage
    return (
      element('path', { d: `M${left},${y}H${right}`, stroke: theme.grid, fill: 'none' }) +
      label(left - 12, y + 4.5, words === 'Awake' && layout === 'narrow' ? 'Wake' : words, {
        'text-anchor': 'end',
        'font-size': 12.5,
        fill: theme.ink,
      })
    )
  }).join('')
}

function water(
  { theme }: Frame,
  stage: Stage,
  boxes: readonly Box[],
  at: (stage: Stage) => number,
): string {
  const depth = WATER[stage]
  if (depth === undefined || boxes.length === 0) return ''
  const filled = boxes.map(([x, , w]): Box => [x, at('W'), w, at(stage) - at('W')])
  return element('path', {
    d: boxesPath(filled),
    fill: theme.stages[stage === 'R' ? 'R' : 'N2'],
    'fill-opacity': depth,
  })
}

function bars(
  { theme }: Frame,
  stage: Stage,
  boxes: readonly Box[],
  at: (stage: Stage) => number,
): string {
  if (boxes.length === 0) return ''
  const thick = thickness(stage)
  const drawn = boxes.map(([x, , w]): Box => [x, at(stage) - thick / 2, w, thick])
  return element('path', { d: boxesPath(drawn), fill: theme.stages[stage], class: `bar-${stage}` })
}

function connectors(
  { theme, time }: Frame,
  runs: readonly Run[],
  x: (epoch: number) => number,
  at: (stage: Stage) => number,
): string {
  const d = runs
    .slice(1)
    .map((run, i) => ({ run, before: runs[i]!.value }))
    .filter(({ run, before }) => run.value !== '?' && before !== '?')
    .map(({ run, before }) => {
      return `M${coordinate(x(run.start))},${coordinate(at(before))}V${coordinate(at(run.value))}`
    })
    .join('')
  // Hundreds of them close together must not grey the picture over.
  const room = (time.range[1] - time.range[0]) / Math.max(1, runs.length)
  const opacity = Math.max(0.15, Math.min(0.55, 0.08 * room))
  return d && element('path', { d, stroke: theme.muted, 'stroke-opacity': opacity, fill: 'none' })
}

function doubts(
  ambiguous: readonly boolean[],
  { theme }: Frame,
  stages: readonly Stage[],
  x: (epoch: number) => number,
  at: (stage: Stage) => number,
): string {
  const keys = stages.map((stage, i) => (ambiguous[i] && stage !== '?' ? stage : ''))
  const boxes = runsOf(keys)
    .filter((run) => run.value !== '')
    .map(({ value, start, length }): Box => {
      const thick = thickness(value as Stage)
      return [x(start), at(value as Stage) - thick / 2, x(start + length) - x(start), thick]
    })
  if (boxes.length === 0) return ''
  return element('path', {
    d: boxesPath(boxes),
    fill: theme.surface,
    'fill-opacity': 0.55,
    class: 'unsure',
  })
}

/** Grey slanted lines over the whole height where there is no stage. */
function unscored(
  { theme }: Frame,
  runs: readonly Run[],
  x: (epoch: number) => number,
  height: number,
): string {
  const gaps = runs.filter((run) => run.value === '?')
  if (gaps.length === 0) return ''
  const boxes = gaps.map(({ start, length }): Box => {
    return [x(start), 0, x(start + length) - x(start), height]
  })
  let d = ''
  for (const [left, , width] of boxes) {
    for (let a = left; a < left + width; a += 6) {
      const b = Math.min(left + width, a + 6)
      d += `M${coordinate(a)},${height}L${coordinate(b)},0`
    }
  }
  const colour = theme.stages['?']
  return (
    element('path', { d: boxesPath(boxes), fill: colour, 'fill-opacity': 0.12 }) +
    element('path', { d, stroke: colour, 'stroke-opacity': 0.6, fill: 'none', class: 'unscored' })
  )
}

/** REM bars are thicker: the stage people look for first. */
function thickness(stage: Stage): number {
  return stage === 'R' ? BAR + 4 : BAR
}

function ownerOf(name: string, { theme, time }: Frame): string {
  return label(time.range[0], 11, name, {
    'font-size': 12,
    'font-style': 'italic',
    fill: theme.muted,
  })
}
