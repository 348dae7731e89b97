import { clockText } from '../../figure/clock.ts'
import { zonedText } from '../../math/time-zone.ts'
import type { PacemakerName } from '../pacemaker/pacemaker.ts'
import { type ClockEstimate, estimateOf, type ModelEstimate } from './clock-estimate.ts'
import type { ClockFit } from './clock-fit.ts'
import type { ClockDraw, Interval80 } from './clock-posterior.ts'
import { type LedgerEntry, ledgerOf } from './ledger.ts'
import { posteriorOf } from './posterior-draws.ts'

/** A clock time: hours of the local day, 0 to 24, and the same as `HH:MM`. */
export type ClockTime = { readonly hours: number; readonly text: string }

/** Clock times of the middle and of the bounds of 80 %; `lo80` may lie before midnight. */
export type ClockTimeInterval = {
  readonly median: ClockTime
  readonly lo80: ClockTime
  readonly hi80: ClockTime
}

/** What `nocturne clock fit --json` says. */
export type ClockDocument = {
  readonly tauH: Interval80
  readonly phase: { readonly cbtmin: ClockTimeInterval; readonly dlmo: ClockTimeInterval }
  readonly sleepNeedH: Interval80
  readonly lightSensitivity: Interval80
  readonly ledger: readonly LedgerEntry[]
  /** Nights that were used. */
  readonly nights: number
  readonly ensemble: readonly {
    readonly model: PacemakerName
    readonly weight: number
    readonly cbtmin: ClockTime & { readonly lo80: ClockTime; readonly hi80: ClockTime }
    readonly dlmo: ClockTime
  }[]
  readonly ridge: {
    readonly correlation: number
    readonly tauMinPerDoubling: number
    readonly text: string
  }
  readonly zone: string
  /** The moment the draws' states hold for, and the same by the local clock. */
  readonly atMs: number
  readonly at: string
  /** Usual sleep, hours of the local clock; onset above 24 is after midnight. */
  readonly habit: { readonly onsetH: number; readonly offsetH: number }
  /** Share of waking time with light worn, guessed from activity, and guessed from sleep. */
  readonly light: { readonly worn: number; readonly activity: number; readonly guessed: number }
  readonly draws: readonly ClockDraw[]
  readonly warnings: readonly string[]
}

/** The document of a fit, numbers rounded to what they can carry. */
export function clockDocument(
  fit: ClockFit,
  estimate: ClockEstimate = estimateOf(fit.belief),
): ClockDocument {
  const posterior = posteriorOf(fit)
  return {
    tauH: rounded(estimate.tauH),
    phase: { cbtmin: clockInterval(estimate.cbtminH), dlmo: clockInterval(estimate.dlmoH) },
    sleepNeedH: rounded(estimate.sleepNeedH),
    lightSensitivity: rounded(estimate.lightSensitivity),
    ledger: ledgerOf(fit).map(roundedEntry),
    nights: fit.nights.length,
    ensemble: estimate.models.map(ensembleEntry),
    ridge: {
      correlation: digits(estimate.ridge.correlation, 2),
      tauMinPerDoubling: digits(estimate.ridge.tauMinPerDoubling, 1),
      text: ridgeText(estimate),
    },
    zone: fit.zone,
    atMs: fit.atMs,
    at: zonedText(fit.zone, fit.atMs).slice(0, 16),
    habit: {
      onsetH: digits(posterior.habit.onsetH, 3),
      offsetH: digits(posterior.habit.offsetH, 3),
    },
    light: {
      worn: digits(fit.lightShare.worn, 3),
      activity: digits(fit.lightShare.activity, 3),
      guessed: digits(fit.lightShare.guessed, 3),
    },
    draws: posterior.draws.map(roundedDraw),
    warnings: fit.warnings,
  }
}

/** A clock time from hours on any day's scale: -3.2 is 20:48. */
export function clockTimeOf(hours: number): ClockTime {
  const minutes = Math.round(hours * 60)
  const inDay = digits(hours - Math.floor(hours / 24) * 24, 3)
  return { hours: inDay >= 24 ? 0 : inDay, text: clockText(minutes * 60) }
}

/** How period and light hide each other, in one sentence. */
function ridgeText({ ridge }: ClockEstimate): string {
  const minutes = Math.abs(ridge.tauMinPerDoubling).toFixed(0)
  const way = ridge.tauMinPerDoubling > 0 ? 'longer' : 'shorter'
  return (
    `A clock that sees twice the light and has a period ${minutes} min ${way} would look the same ` +
    'in these nights: period and light sensitivity are known together, not apart.'
  )
}

function clockInterval(interval: Interval80): ClockTimeInterval {
  return {
    median: clockTimeOf(interval.median),
    lo80: clockTimeOf(interval.lo80),
    hi80: clockTimeOf(interval.hi80),
  }
}

function ensembleEntry(model: ModelEstimate): ClockDocument['ensemble'][number] {
  return {
    model: model.model,
    weight: digits(model.weight, 3),
    cbtmin: {
      ...clockTimeOf(model.cbtminH.median),
      lo80: clockTimeOf(model.cbtminH.lo80),
      hi80: clockTimeOf(model.cbtminH.hi80),
    },
    dlmo: clockTimeOf(model.dlmoH.median),
  }
}

function rounded(interval: Interval80): Interval80 {
  return {
    median: digits(interval.median, 3),
    lo80: digits(interval.lo80, 3),
    hi80: digits(interval.hi80, 3),
  }
}

function roundedEntry({ evidence, moved }: LedgerEntry): LedgerEntry {
  return {
    evidence,
    moved: {
      tauMin: digits(moved.tauMin, 2),
      cbtminMin: digits(moved.cbtminMin, 1),
      dlmoMin: digits(moved.dlmoMin, 1),
      sleepNeedMin: digits(moved.sleepNeedMin, 1),
      lightSensitivityPct: digits(moved.lightSensitivityPct, 1),
    },
  }
}

function roundedDraw(draw: ClockDraw): ClockDraw {
  return {
    ...draw,
    weight: digits(draw.weight, 6),
    tauH: digits(draw.tauH, 5),
    lightGain: digits(draw.lightGain, 5),
    sleepNeedH: digits(draw.sleepNeedH, 4),
    onsetToCbtminH: digits(draw.onsetToCbtminH, 4),
    state: draw.state.map((value) => digits(value, 8)),
    cbtminShiftH: digits(draw.cbtminShiftH ?? 0, 4),
    cbtminSdH: digits(draw.cbtminSdH ?? 0, 4),
  }
}

function digits(value: number, places: number): number {
  let scale = 1
  for (let i = 0; i < places; i++) scale *= 10
  const whole = Math.round(value * scale)
  return whole === 0 ? 0 : whole / scale
}
