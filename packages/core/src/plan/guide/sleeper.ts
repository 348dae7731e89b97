import type { ClockDraw, ClockPosterior } from '../../clock/fit/clock-posterior.ts'
import { ordinaryLux } from '../../clock/fit/light-exposure.ts'
import { tauOfPeriod } from '../../clock/fit/tau-of-period.ts'
import { pacemakerOf } from '../../clock/pacemaker/registry.ts'
import { stepPacemaker } from '../../clock/pacemaker/step.ts'
import { normalQuantile } from '../../math/elementary.ts'
import { hourOfDayAt, type TimeZone } from '../../math/time-zone.ts'
import { hour24 } from './aim.ts'
import { clockWithin } from './itinerary.ts'

/** A posterior older than this says where a clock rests on usual days, not where it is, h. */
const STALE_H = 240
const STEP_H = 0.25
const GOLDEN = 0.6180339887498949
const HOUR_MS = 3_600_000

/**
 * At most `most` draws of a posterior with their states brought to `startMs` over usual days:
 * ordinary light by the hour, dark in the habit's sleep. A posterior that is more than ten days
 * away from `startMs`, or after it, is taken as one of usual days: only the clock time counts.
 */
export function drawsAt(
  posterior: ClockPosterior,
  startMs: number,
  zone: TimeZone,
  most: number,
): ClockDraw[] {
  const apartH = (startMs - posterior.atMs) / HOUR_MS
  const usual = apartH < 0 || apartH > STALE_H
  const hours = usual
    ? hour24(hourOfDayAt(zone, startMs) - hourOfDayAt(posterior.zone, posterior.atMs))
    : apartH
  const days = { onsetH: hour24(posterior.habit.onsetH), offsetH: hour24(posterior.habit.offsetH) }
  return spreadDraws(thinned(posterior.draws, most)).map((draw) => {
    const tau = tauOfPeriod(draw.model, draw.tauH)
    const pacemaker = pacemakerOf(draw.model, { tau, lightGain: draw.lightGain })
    const state = Float64Array.from(draw.state)
    const steps = Math.round(hours / STEP_H)
    for (let i = 0; i < steps; i++) {
      const ms = startMs - (steps - i - 0.5) * STEP_H * HOUR_MS
      const asleep = clockWithin(zone, ms, days.onsetH, days.offsetH)
      const alpha = pacemaker.alpha(asleep ? 0 : ordinaryLux(hourOfDayAt(zone, ms)))
      const hour = hourOfDayAt(zone, ms + (STEP_H / 2) * HOUR_MS)
      stepPacemaker(pacemaker, state, alpha, asleep ? 0 : 1, hour, STEP_H, state)
    }
    return { ...draw, state: [...state] }
  })
}

/**
 * Draws whose CBTmins lie apart by what is unknown of each, too: an even filling of the normal
 * distribution, in an order that has nothing to do with that of the draws.
 */
export function spreadDraws(draws: readonly ClockDraw[]): ClockDraw[] {
  return draws.map((draw, k) => {
    const part = (k + 1) * GOLDEN + 0.5
    const away = (draw.cbtminSdH ?? 0) * normalQuantile(part - Math.floor(part))
    return {
      ...draw,
      onsetToCbtminH: draw.onsetToCbtminH + away,
      cbtminShiftH: (draw.cbtminShiftH ?? 0) + away,
    }
  })
}

/**
 * Draws at even steps of the summed weight in the order of their phase, so that its spread is kept;
 * all of the same weight, the same every time.
 */
function thinned(draws: readonly ClockDraw[], most: number): ClockDraw[] {
  if (draws.length <= most) {
    const total = draws.reduce((sum, { weight }) => sum + weight, 0)
    return draws.map((draw) => ({ ...draw, weight: draw.weight / total }))
  }
  const sorted = [...draws].sort((a, b) => a.onsetToCbtminH - b.onsetToCbtminH)
  const total = sorted.reduce((sum, { weight }) => sum + weight, 0)
  const kept: ClockDraw[] = []
  let sum = 0
  for (const draw of sorted) {
    sum += draw.weight / total
    while (kept.length < most && sum > (kept.length + 0.5) / most) {
      kept.push({ ...draw, weight: 1 / most })
    }
  }
  return kept.map((draw) => ({ ...draw, weight: 1 / kept.length }))
}
