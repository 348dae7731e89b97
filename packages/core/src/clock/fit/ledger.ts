import { type BeliefEvidence, believe } from './clock-belief.ts'
import { type ClockMiddle, middleOf } from './clock-estimate.ts'
import type { ClockFit } from './clock-fit.ts'
import { dlmoFromHabit } from './habit.ts'
import { SILENT_NIGHT } from './night-said.ts'
import { DLMO_TO_CBTMIN_H, PERIOD_H, SLEEP_NEED_H } from './sleeper-prior.ts'

/** Kinds of evidence, in the order they are taken in. */
export type LedgerEvidence = 'genes' | 'habit' | 'nights' | 'light' | 'dlmo'

/** How far one kind of evidence moved the middle of each estimate, given those before it. */
export type LedgerEntry = {
  readonly evidence: LedgerEvidence
  readonly moved: {
    readonly tauMin: number
    readonly cbtminMin: number
    readonly dlmoMin: number
    readonly sleepNeedMin: number
    /** Per cent of light sensitivity. */
    readonly lightSensitivityPct: number
  }
}

/** The average adult's clock before anything is known: bed at 23:30, up at 07:30. */
const AVERAGE_DLMO_H = dlmoFromHabit(-0.5, 7.5)

/**
 * What moved what: the evidence is taken in one kind after the other, from an average adult, and
 * the entries add up to the answer. `genes`, `light` and `dlmo` are there when the fit had them.
 */
export function ledgerOf(fit: ClockFit): LedgerEntry[] {
  const bare = fit.withoutLight ?? fit
  const runs = bare.belief.runs
  const stage = (changes: Partial<BeliefEvidence>): ClockMiddle =>
    middleOf(believe(runs, { ...bare.evidence, lightShiftH: [], ...changes }))
  const nothing = { nights: fit.evidence.nights.map(() => SILENT_NIGHT), dlmo: [] }
  const average: ClockMiddle = {
    tauH: PERIOD_H.mean,
    cbtminH: AVERAGE_DLMO_H + DLMO_TO_CBTMIN_H.mean,
    dlmoH: AVERAGE_DLMO_H,
    sleepNeedH: SLEEP_NEED_H.mean,
    lightSensitivity: 1,
  }
  const entries: LedgerEntry[] = []
  let before = average
  const take = (evidence: LedgerEvidence, now: ClockMiddle): void => {
    entries.push({ evidence, moved: difference(before, now) })
    before = now
  }
  if (fit.genes !== undefined) take('genes', genesAlone(average, stage, nothing))
  take('habit', stage(nothing))
  take('nights', stage({ dlmo: [] }))
  if (fit.withoutLight !== undefined) {
    take('light', middleOf(believe(fit.belief.runs, { ...fit.evidence, dlmo: [] })))
  }
  if (fit.evidence.dlmo.length > 0) take('dlmo', middleOf(fit.belief))
  return entries
}

/** What the genes alone do to the average adult. */
function genesAlone(
  average: ClockMiddle,
  stage: (changes: Partial<BeliefEvidence>) => ClockMiddle,
  nothing: Partial<BeliefEvidence>,
): ClockMiddle {
  const blind = { ...nothing, chronotype: false }
  const shift = difference(stage({ ...blind, genes: undefined }), stage(blind))
  return {
    tauH: average.tauH + shift.tauMin / 60,
    cbtminH: average.cbtminH + shift.cbtminMin / 60,
    dlmoH: average.dlmoH + shift.dlmoMin / 60,
    sleepNeedH: average.sleepNeedH + shift.sleepNeedMin / 60,
    lightSensitivity: average.lightSensitivity * (1 + shift.lightSensitivityPct / 100),
  }
}

function difference(before: ClockMiddle, now: ClockMiddle): LedgerEntry['moved'] {
  const minutes = (hours: number): number => hours * 60
  return {
    tauMin: minutes(now.tauH - before.tauH),
    cbtminMin: minutes(now.cbtminH - before.cbtminH),
    dlmoMin: minutes(now.dlmoH - before.dlmoH),
    sleepNeedMin: minutes(now.sleepNeedH - before.sleepNeedH),
    lightSensitivityPct: 100 * (now.lightSensitivity / before.lightSensitivity - 1),
  }
}
