import { type Box, boxesPath, element, label } from '../../figure/index.ts'
import { log } from '../../math/elementary.ts'
import { wallClockText } from '../../math/wall-clock.ts'
import type { ClockFit } from '../fit/clock-fit.ts'
import type { FitNight } from '../fit/fit-night.ts'
import { EXPOSURE_STEP_H } from '../fit/light-exposure.ts'
import type { NightPhase } from '../fit/night-phase.ts'
import { type ClockFrame, type ClockPanel, phaseBand } from './clock-frame.ts'

const ROW = 17
const BAR = 11
/** Steps of light that are told apart; a path each keeps the drawing small. */
const SHADES = 5
/** Lux at which the lightest and the fullest shade begin. */
const DIM_LUX = 10
const BRIGHT_LUX = 2000

/** A row for each night: light, sleep, and the bands of the two markers. */
export function nightRaster(
  fit: ClockFit,
  nights: readonly FitNight[],
  phases: readonly NightPhase[],
  frame: ClockFrame,
): ClockPanel {
  const { theme } = frame
  const rows = nights.map((night, k) => {
    const y = k * ROW + 3
    const phase = phases[k]!
    return [
      rowName(night, frame, y),
      lightOf(fit, night, frame, y),
      sleepOf(night, frame, y),
      phaseBand(frame, phase.dlmoH, theme.accent, y, BAR),
      phaseBand(frame, phase.cbtminH, theme.stages.R, y, BAR),
    ].join('')
  })
  return { height: nights.length * ROW + 3, markup: rows.join('') }
}

const DAY_NAMES = ['Mo', 'Tu', 'We', 'Th', 'Fr', 'Sa', 'Su']

function rowName({ day }: FitNight, { x, theme, layout }: ClockFrame, y: number): string {
  const date = wallClockText(day * 86_400).slice(5, 10)
  const text = layout === 'wide' ? `${DAY_NAMES[(day + 3) % 7]} ${date}` : date
  return label(x.range[0] - 8, y + BAR - 1, text, {
    'font-size': 11,
    fill: theme.muted,
    'text-anchor': 'end',
  })
}

function sleepOf(night: FitNight, { x, theme }: ClockFrame, y: number): string {
  if (night.onsetH === undefined || night.offsetH === undefined) return ''
  const [from, to] = [night.onsetH, night.offsetH].map((hours) =>
    Math.max(x.range[0], Math.min(x.range[1], x.at(hours))),
  ) as [number, number]
  if (to <= from) return ''
  const size = { x: from, y: y + 1.5, width: to - from, height: BAR - 3, rx: 3 }
  return element('rect', { ...size, fill: theme.stages.N2, opacity: 0.75 })
}

function lightOf(fit: ClockFit, night: FitNight, { x, theme }: ClockFrame, y: number): string {
  const { lux, startH } = fit.light
  const boxes: Box[][] = Array.from({ length: SHADES }, () => [])
  const [from, to] = x.domain
  const width = x.at(from + EXPOSURE_STEP_H) - x.at(from)
  for (let hour = from; hour < to; hour += EXPOSURE_STEP_H) {
    const atH = night.day * 24 - night.zoneH + hour
    // What comes after the fit's moment is a guess and is not drawn.
    if (atH * 3_600_000 >= fit.atMs) break
    const shade = shadeOf(lux[Math.floor((atH - startH) / EXPOSURE_STEP_H)] ?? 0)
    if (shade > 0) boxes[shade - 1]!.push([x.at(hour), y, width, BAR])
  }
  return boxes
    .map((some, i) => {
      if (some.length === 0) return ''
      const opacity = 0.06 + (0.5 * (i + 1)) / SHADES
      return element('path', { d: boxesPath(some), fill: theme.stages.W, opacity })
    })
    .join('')
}

/** 0 (dark) to `SHADES` (daylight), by the log of lux. */
function shadeOf(lux: number): number {
  if (!(lux >= DIM_LUX)) return 0
  const share = log(lux / DIM_LUX) / log(BRIGHT_LUX / DIM_LUX)
  return Math.min(SHADES, 1 + Math.floor(share * (SHADES - 1)))
}
