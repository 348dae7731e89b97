import {
  type ClockTick,
  clockTicks,
  type LinearScale,
  linearScale,
  type Step,
  type Theme,
  type ThemeName,
  themeOf,
  timeGrid,
  timeLabels,
} from '../../figure/index.ts'
import { clockOfDayS } from '../../math/wall-clock.ts'
import type { Night } from '../night/night.ts'

/** Two drawings of every figure: one for a desk or paper, one for a phone held upright. */
export type Layout = 'wide' | 'narrow'

/**
 * How a figure is drawn; defaults are `wide`, the colours of the page, and an id from the figure's
 * name.
 */
export type FigureOptions = {
  readonly layout?: Layout
  readonly theme?: ThemeName
  readonly id?: string
}

/** What all figures of a night share, so that one moment is at one place in each of them. */
export type Frame = {
  readonly layout: Layout
  readonly theme: Theme
  readonly width: number
  /** Seconds from the start of the recording to the drawing. */
  readonly time: LinearScale
  readonly ticks: readonly ClockTick[]
}

/** A part of a figure drawn from its own top; stacked by `stack`. */
export type Panel = { readonly height: number; readonly markup: string }

/** Room for the words of the time axis under the last panel. */
const AXIS_HEIGHT = 22

/** Width of a drawing and where the night begins and ends in it. */
const SPANS = { wide: [1060, 112, 1052], narrow: [358, 52, 352] } as const

/**
 * Where the night begins and ends in a figure, as parts of its width 0..1: for a cursor laid over
 * it.
 */
export function plotSpan(layout: Layout): readonly [number, number] {
  const [width, left, right] = SPANS[layout]
  return [left / width, right / width]
}

/** The frame of a night: one time axis from the start of the recording to its last epoch. */
export function frameOf(night: Night, options: FigureOptions = {}): Frame {
  const layout = options.layout ?? 'wide'
  const [width, left, right] = SPANS[layout]
  const endS = Math.max(night.stages.length * night.epochS, night.epochS)
  return {
    layout,
    theme: themeOf(options.theme ?? 'page'),
    width,
    time: linearScale([0, endS], [left, right]),
    ticks: clockTicks(0, endS, layout === 'wide' ? 10 : 5, clockOfDayS(night.recording.startTime)),
  }
}

/** Panels under each other over one grid, with the time axis below; returns markup and height. */
export function stack(frame: Frame, panels: readonly Panel[], gap = 14): Panel {
  let y = 0
  let markup = ''
  for (const panel of panels) {
    markup += `<g transform="translate(0 ${y})">${panel.markup}</g>`
    y += panel.height + gap
  }
  const bottom = Math.max(0, y - gap)
  const grid = timeGrid(frame.time, frame.ticks, 0, bottom, frame.theme)
  const words = timeLabels(frame.time, frame.ticks, bottom + 17, frame.theme)
  return { height: bottom + AXIS_HEIGHT, markup: grid + markup + words }
}

/**
 * Values per epoch as steps of the drawing, no finer than one unit: neighbours are averaged,
 * leaving out NaN, so that a phone's drawing does not carry what no eye can see. All NaN stays NaN.
 */
export function epochSteps(
  frame: Frame,
  values: ArrayLike<number>,
  epochS: number,
  y: (value: number) => number,
): Step[] {
  const [left, right] = frame.time.range
  const together = Math.max(1, Math.ceil(values.length / (right - left)))
  const steps: Step[] = []
  for (let i = 0; i < values.length; i += together) {
    const end = Math.min(values.length, i + together)
    let sum = 0
    let n = 0
    for (let j = i; j < end; j++) {
      if (Number.isNaN(values[j]!)) continue
      sum += values[j]!
      n++
    }
    const at = (epoch: number): number => frame.time.at(epoch * epochS)
    steps.push({ x0: at(i), x1: at(end), y: n === 0 ? Number.NaN : y(sum / n) })
  }
  return steps
}
