import {
  element,
  group,
  label,
  linearScale,
  svgDocument,
  type ThemeName,
  themeOf,
} from '../../figure/index.ts'
import { clockTimeOf } from '../fit/clock-document.ts'
import { type ClockEstimate, estimateOf } from '../fit/clock-estimate.ts'
import type { ClockFit } from '../fit/clock-fit.ts'
import { nightPhases } from '../fit/night-phase.ts'
import { type ClockFrame, HOURS, hourAxis } from './clock-frame.ts'
import { modelPanel } from './model-panel.ts'
import { nightRaster } from './night-raster.ts'

/** How the picture of a clock is drawn. */
export type ClockFigureOptions = {
  readonly theme: ThemeName
  /** Unique on the page; `clock` when absent. */
  readonly id?: string
  /** `narrow` for a phone. */
  readonly layout?: 'wide' | 'narrow'
  /** Paint the surface behind it: for a picture that stands alone. */
  readonly background?: boolean
}

/** Nights that are drawn at most: the last four weeks. */
const MOST_NIGHTS = 28
const WIDTH = { wide: 960, narrow: 350 } as const
const MARGIN = { wide: 92, narrow: 70 } as const
const TOP = { wide: 74, narrow: 92 } as const

/**
 * A person's clock as a picture: a row for each of the last nights (at most 28) with light, sleep
 * and where melatonin starts and body temperature is lowest, each with the band that holds 80 %;
 * below, the last night as each model sees it and all together. SVG with a title and a description
 * in words.
 */
export function clockFigure(fit: ClockFit, options: ClockFigureOptions): string {
  const { layout = 'wide', id = 'clock', background = false } = options
  const theme = themeOf(options.theme)
  const estimate = estimateOf(fit.belief)
  const width = WIDTH[layout]
  const nights = fit.nights.slice(-MOST_NIGHTS)
  const phases = nightPhases(fit).slice(-MOST_NIGHTS)
  const startH = Math.round((fit.habit.onsetH + fit.habit.offsetH) / 2) - HOURS / 2
  const x = linearScale([startH, startH + HOURS], [MARGIN[layout], width - 16])
  const frame: ClockFrame = { x, theme, layout }
  const raster = nightRaster(fit, nights, phases, frame)
  const models = modelPanel(estimate, frame)
  const top = TOP[layout]
  const modelsAt = top + raster.height + 54
  return svgDocument({
    id,
    width,
    height: modelsAt + models.height + 26,
    title: 'Body clock',
    description: descriptionOf(fit, estimate),
    theme,
    background,
    children: [
      label(16, 24, 'Your body clock', { 'font-size': 17, 'font-weight': 600 }),
      group(0, 36, legend(fit, frame)),
      group(0, top, hourAxis(frame, raster.height), raster.markup),
      label(16, modelsAt - 22, 'The last night, model by model', {
        'font-size': 12,
        'font-weight': 600,
      }),
      group(0, modelsAt, hourAxis(frame, models.height), models.markup),
    ],
  })
}

/** The picture in words, for those who hear it. */
function descriptionOf(fit: ClockFit, { dlmoH, cbtminH, models }: ClockEstimate): string {
  const at = (hours: number): string => clockTimeOf(hours).text
  const usual = `${at(fit.habit.onsetH)} to ${at(fit.habit.offsetH)}`
  const each = models.map(({ model, cbtminH: own }) => `${model} ${at(own.median)}`).join(', ')
  return (
    `${fit.nights.length} nights; usual sleep ${usual}. On the last night melatonin starts at ` +
    `${at(dlmoH.median)} (80 % between ${at(dlmoH.lo80)} and ${at(dlmoH.hi80)}) and body ` +
    `temperature is lowest at ${at(cbtminH.median)} (${at(cbtminH.lo80)} to ` +
    `${at(cbtminH.hi80)}). By model: ${each}.`
  )
}

function legend({ lightShare }: ClockFit, { theme, layout }: ClockFrame): string {
  const guessed = lightShare.guessed > 0.5
  const entries = [
    { name: 'sleep', fill: theme.stages.N2, step: 66 },
    { name: guessed ? 'light (guessed)' : 'light', fill: theme.stages.W, step: guessed ? 124 : 66 },
    { name: 'melatonin starts', fill: theme.accent, step: 136 },
    { name: 'lowest temperature', fill: theme.stages.R, step: 158 },
  ]
  let [x, y] = [16, 0]
  const drawn = entries.map(({ name, fill, step }, i) => {
    if (layout === 'narrow' && i === 2) [x, y] = [16, 18]
    const box = element('rect', { x, y: y + 2, width: 11, height: 11, rx: 2, fill, opacity: 0.75 })
    const words = label(x + 16, y + 12, name, { 'font-size': 12, fill: theme.muted })
    x += step
    return box + words
  })
  const note = layout === 'narrow' ? [196, 12] : [x, 12]
  const words = 'bands: 4 chances in 5'
  drawn.push(label(note[0]!, note[1]!, words, { 'font-size': 12, fill: theme.muted }))
  return drawn.join('')
}
