import { label, svgDocument } from '../../figure/index.ts'
import type { Night } from '../night/night.ts'
import { doubtPanel, probabilityPanel, qualityPanel } from './certainty-panel.ts'
import { cyclePanel } from './cycle-panel.ts'
import { eventPanel, eventRows } from './event-panel.ts'
import { type FigureOptions, type Frame, frameOf, type Panel, stack } from './frame.ts'
import { hypnogramPanel, type StageTrack } from './hypnogram-panel.ts'
import { spectrogramPanel } from './spectrogram-panel.ts'
import { describeNight } from './words.ts'

/**
 * The hypnogram of a night with its uncertainty, as an SVG: bouts at their depth, the probabilities
 * of the five stages below, where experts would probably disagree, and the signal's quality. With a
 * scorer's hypnogram, that too, for comparison.
 */
export function hypnogramFigure(night: Night, options: FigureOptions = {}): string {
  const frame = frameOf(night, options)
  const panels = [...hypnogramPanels(night, frame), doubtPanel(night, frame)]
  return drawn('hypnogram', 'Hypnogram', describeNight(night), frame, options, [
    ...panels,
    qualityPanel(night, frame),
  ])
}

/** The spectrogram as an SVG on the same time axis; an empty text when the night has none. */
export function spectrogramFigure(night: Night, options: FigureOptions = {}): string {
  if (!night.spectrogram) return ''
  const frame = frameOf(night, options)
  const words = `Power of ${night.recording.used.eeg} by time and frequency up to 30 Hz; brighter is stronger.`
  const panel = spectrogramPanel(night.spectrogram, frame)
  return drawn('spectrogram', 'Spectrogram', words, frame, options, [panel], 0)
}

/**
 * Spindles, slow waves and eye movements per minute, arousals and movements one by one, as an SVG.
 */
export function eventsFigure(night: Night, options: FigureOptions = {}): string {
  const frame = frameOf(night, options)
  const rows = eventRows(night, frame)
  const words = rows.map((row) => `${row.name}: ${row.startsS.length}`).join('. ')
  const panels = rows.map((row) => eventPanel(row, frame))
  return drawn('events', 'Events of the night', `${words}.`, frame, options, panels)
}

/** Hypnogram, probabilities and spectrogram under each other: the picture of a night on its own. */
export function nightFigure(night: Night, options: FigureOptions = {}): string {
  const frame = frameOf(night, { theme: 'light', ...options })
  const spectrogram = night.spectrogram ? [spectrogramPanel(night.spectrogram, frame)] : []
  const heading = { height: 8, markup: headingOf(night, frame) }
  const panels = [
    heading,
    ...hypnogramPanels(night, frame),
    doubtPanel(night, frame),
    ...spectrogram,
  ]
  const picture = { background: true, ...options, theme: options.theme ?? ('light' as const) }
  return drawn('night', 'A night', describeNight(night), frame, picture, panels, 26)
}

/** File and time on the left, the model on the right; a phone has room for the file alone. */
function headingOf({ recording, model }: Night, frame: Frame): string {
  const [left, right] = frame.time.range
  const bold = { 'font-size': 14, 'font-weight': 700 }
  if (frame.layout === 'narrow') return label(left, -4, recording.file, bold)
  const clock = recording.startTime?.replace('T', ' ')
  const caption = clock === undefined ? recording.file : `${recording.file}   ${clock}`
  const small = { 'font-size': 11, 'text-anchor': 'end', fill: frame.theme.muted }
  const credit = `stages estimated by ${model.name} ${model.version}`
  return label(left, -4, caption, bold) + label(right, -4, credit, small)
}

function hypnogramPanels(night: Night, frame: Frame): Panel[] {
  const scorer = night.reference?.hypnogram
  const mine: StageTrack = {
    stages: night.stages,
    epochS: night.epochS,
    ambiguous: night.ambiguous,
    ...(scorer && { name: `${night.model.name} (model)` }),
  }
  const brackets = cyclePanel(night, frame)
  return [
    ...(brackets.height > 0 ? [brackets] : []),
    hypnogramPanel(mine, frame),
    ...(scorer ? [hypnogramPanel({ ...scorer, name: 'scorer' }, frame)] : []),
    probabilityPanel(night, frame),
  ]
}

function drawn(
  id: string,
  title: string,
  description: string,
  frame: Frame,
  options: FigureOptions & { readonly background?: boolean },
  panels: readonly Panel[],
  top = 6,
): string {
  const { height, markup } = stack(frame, panels)
  const [left, right] = frame.time.range
  return svgDocument({
    id: options.id ?? id,
    width: frame.width,
    height: height + top,
    title,
    description,
    theme: frame.theme,
    background: options.background ?? false,
    attributes: { 'data-left': left, 'data-right': right, 'data-end-s': frame.time.domain[1] },
    children: [`<g transform="translate(0 ${top})">${markup}</g>`],
  })
}
