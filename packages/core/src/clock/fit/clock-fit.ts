import { fail, ok, type Result } from '../../math/result.ts'
import { hourOfDayAt, isTimeZone, type TimeZone } from '../../math/time-zone.ts'
import { sleepWindows } from '../../sleep/actigraphy/sleep-window.ts'
import type { PersonalRecord } from '../../sleep/evidence/personal-record.ts'
import { type BeliefEvidence, believe, type ClockBelief } from './clock-belief.ts'
import type { ClockEvidence, FitCode, GenesEvidence } from './clock-evidence.ts'
import { type ModelRun, type RunSchedule, runModel } from './clock-run.ts'
import { type DarkSpan, type FitNight, fitNights, napSpans } from './fit-night.ts'
import { dlmoFromHabit, type Habit, habitOf } from './habit.ts'
import {
  EXPOSURE_STEP_H,
  type Exposure,
  exposure,
  type LightSource,
  type MeasuredLight,
  measuredLight,
  usualLux,
} from './light-exposure.ts'
import { nightsSaid, SILENT_NIGHT } from './night-said.ts'
import type { NightNoise, NightSaid } from './sleep-filter.ts'
import {
  FIT_MODELS,
  LN_LIGHT_GUESS_SD,
  LN_LIGHT_WORN_SD,
  priorSleepers,
  SLEEPERS_PER_MODEL,
} from './sleeper-prior.ts'

/** What a fit looked at, found, and needs to take in another night. */
export type ClockFit = {
  readonly zone: TimeZone
  /** The end of the last night, ms since 1970 UTC: the moment the sleepers' states hold for. */
  readonly atMs: number
  readonly nights: readonly FitNight[]
  readonly habit: Habit
  readonly belief: ClockBelief
  readonly evidence: BeliefEvidence
  /** The same nights under light guessed from sleep, when light was measured. */
  readonly withoutLight?:
    | { readonly belief: ClockBelief; readonly evidence: BeliefEvidence }
    | undefined
  /** Share of waking time with light worn, guessed from activity, and guessed from sleep. */
  readonly lightShare: Readonly<Record<LightSource, number>>
  readonly genes?: GenesEvidence | undefined
  /** The light that was used, by quarter hour. */
  readonly light: Exposure
  /** Usual light by quarter hour of the local day: what a day without a logger is taken to be. */
  readonly usualLux: Float64Array
  readonly warnings: readonly string[]
}

/** Days of the person's own usual sleep that the virtual sleepers live before the first night. */
const USUAL_DAYS = 12
/** Hours after the last night in which its CBTmin may still come. */
const AFTER_H = 16
/** Fewer nights than this are called few. */
const FEW_NIGHTS = 7
/** Nights that start at hours as different as this have no habit, sd in h. */
const IRREGULAR_SD_H = 1.4
/** Share of what measured light says of the usual clock that is believed. Models of light predict
 * the DLMO no better than sleep does (about 1 h: Huang 2021; Murray 2021), and differ by hours. */
const LIGHT_TRUST = 0.5
/** Light measured for less of the waking time than this is not used as known. */
const LEAST_WORN = 0.25

/**
 * A person's clock from sleep, light, genes and melatonin: virtual sleepers of three models live
 * the nights; each is weighed by how well it expects them. Fails when no night is usable.
 */
export function fitClock(input: ClockEvidence): Result<ClockFit, FitCode> {
  const records = input.records.map(withWindows)
  const zone = input.zone ?? records[0]?.zone ?? 'UTC'
  if (!isTimeZone(zone)) return fail('TIME_ZONE', 'zone', `"${zone}"`, 'a name as Europe/Berlin')
  const nights = fitNights(records, input.zone)
  if (nights.length === 0) {
    return fail(
      'FIT_EMPTY',
      'sleep',
      'no main sleep with a time of onset or waking',
      'one at least',
    )
  }
  return ok(fitOfNights(nights, zone, { ...input, records }))
}

/** A log of activity without a word of sleep has the sleep that can be inferred from it. */
function withWindows(record: PersonalRecord): PersonalRecord {
  const silent = record.episodes.length === 0
  const moved = record.series.some(({ kind }) => kind === 'activityCounts')
  return silent && moved ? { ...record, episodes: sleepWindows(record) } : record
}

/** The fit of given nights, at least one. `silent`: they make the habit and the light, no more. */
export function fitOfNights(
  nights: readonly FitNight[],
  zone: TimeZone,
  input: Omit<ClockEvidence, 'zone'>,
  silent = false,
): ClockFit {
  const { records } = input
  const habit = habitOf(nights)
  const plan = planOf(nights, habit, zone, napSpans(records))
  const measured = wornLight(records, plan)
  const usual = usualLux(plan.localHour, measured)
  const guessed = plan.exposure(usualLux(plan.localHour))
  const lit = measured === undefined ? guessed : plan.exposure(usual, measured)
  const worn = lit.share.worn + lit.share.activity > LEAST_MEASURED ? lit : undefined
  const light = worn ?? guessed
  const isWorn = light.share.worn >= LEAST_WORN
  const gainSd = isWorn ? LN_LIGHT_WORN_SD : LN_LIGHT_GUESS_SD
  const runs = runsOf(light, plan, nights, gainSd)
  const plainRuns = worn === undefined ? runs : runsOf(guessed, plan, nights, LN_LIGHT_GUESS_SD)
  const said = silent ? nights.map(() => SILENT_NIGHT) : nightsSaid(nights)
  const evidence = evidenceOf(input, nights, habit, said, light.share)
  const shift = FIT_MODELS.map(
    (_, m) => LIGHT_TRUST * clamp(runs[m]!.usualH[0]! - plainRuns[m]!.usualH[0]!),
  )
  const under = { ...evidence, lightShiftH: shift }
  const plain = { belief: believe(plainRuns, evidence), evidence }
  return {
    zone,
    atMs: (plan.startH + plan.schedule.atStep * EXPOSURE_STEP_H) * 3_600_000,
    nights,
    habit,
    belief: worn === undefined ? plain.belief : believe(runs, under),
    evidence: under,
    withoutLight: worn === undefined ? undefined : plain,
    lightShare: light.share,
    genes: input.genes,
    light,
    usualLux: usual,
    warnings: warningsOf(records, nights, habit, light.share),
  }
}

type Plan = {
  readonly startH: number
  readonly schedule: RunSchedule
  localHour(atH: number): number
  exposure(usual: Float64Array, measured?: MeasuredLight): Exposure
}

/** Where usual days, nights and the hours after them lie on the grid of quarter hours. */
function planOf(
  nights: readonly FitNight[],
  habit: Habit,
  zone: TimeZone,
  naps: readonly DarkSpan[],
): Plan {
  const first = nights[0]!
  const last = nights.at(-1)!
  const usualOnset = (day: number): number => day * 24 + habit.onsetH - first.zoneH
  const onGrid = (atH: number): number => Math.round(atH / EXPOSURE_STEP_H) * EXPOSURE_STEP_H
  const startH = onGrid(usualOnset(first.day - USUAL_DAYS))
  const endH = last.day * 24 + (last.offsetH ?? habit.offsetH) - last.zoneH
  const usualSteps = (USUAL_DAYS * 24) / EXPOSURE_STEP_H
  const atStep = Math.max(usualSteps, Math.ceil((endH - startH) / EXPOSURE_STEP_H))
  const steps = atStep + AFTER_H / EXPOSURE_STEP_H
  const sleeps = [...sleepSpans(nights, habit), ...naps]
  const localHour = (atH: number): number => hourOfDayAt(zone, atH * 3_600_000)
  return {
    startH,
    schedule: { usualSteps, atStep, steps },
    localHour,
    exposure: (usual, measured) =>
      exposure(startH, steps, sleeps, localHour, usual, measured, [usualSteps, atStep]),
  }
}

/** Sleep of every day from the usual ones on; days without a night are slept as usual. */
function sleepSpans(nights: readonly FitNight[], habit: Habit): DarkSpan[] {
  const byDay = new Map(nights.map((night) => [night.day, night]))
  const [first, last] = [nights[0]!, nights.at(-1)!]
  const spans: DarkSpan[] = []
  let zoneH = first.zoneH
  for (let day = first.day - USUAL_DAYS - 1; day <= last.day; day++) {
    const night = byDay.get(day)
    zoneH = night?.zoneH ?? zoneH
    const fromH = day * 24 + (night?.onsetH ?? habit.onsetH) - zoneH
    const toH = day * 24 + (night?.offsetH ?? habit.offsetH) - zoneH
    if (toH > fromH) spans.push({ fromH, toH })
  }
  return spans
}

/** Less of the waking time under a logger than this is nothing. */
const LEAST_MEASURED = 0.02

function wornLight(records: readonly PersonalRecord[], plan: Plan): MeasuredLight | undefined {
  if (!records.some((record) => record.series.length > 0)) return undefined
  return measuredLight(records, plan.startH, plan.startH + plan.schedule.steps * EXPOSURE_STEP_H)
}

function runsOf(
  light: Exposure,
  plan: Plan,
  nights: readonly FitNight[],
  lnLightSd: number,
): ModelRun[] {
  const draws = priorSleepers(lnLightSd, SLEEPERS_PER_MODEL)
  return FIT_MODELS.map((model) => runModel(model, draws, light, plan.schedule, nights))
}

function evidenceOf(
  input: Omit<ClockEvidence, 'zone'>,
  nights: readonly FitNight[],
  habit: Habit,
  said: readonly NightSaid[],
  share: Readonly<Record<LightSource, number>>,
): BeliefEvidence {
  return {
    habit,
    anchorH: dlmoFromHabit(habit.bedH, habit.offsetH),
    lightShiftH: [],
    nights: said,
    noise: noiseOf(habit, share),
    dlmo: (input.dlmoMs ?? []).flatMap((ms) => dlmoNight(ms, nights)),
    genes: input.genes?.tauPriorH,
    chronotype: true,
  }
}

/** The clock wanders more from day to day where the light is a guess. */
function noiseOf(habit: Habit, share: Readonly<Record<LightSource, number>>): NightNoise {
  return {
    onsetSdH: habit.onsetSdH,
    offsetSdH: habit.offsetSdH,
    clockSdH: 0.08 + 0.08 * share.guessed + 0.05 * share.activity,
  }
}

/** The night that a melatonin onset belongs to, and its hour on that night's scale. */
function dlmoNight(ms: number, nights: readonly FitNight[]): { night: number; localH: number }[] {
  let best: { night: number; localH: number } | undefined
  for (const [night, { day, zoneH }] of nights.entries()) {
    const localH = ms / 3_600_000 + zoneH - day * 24
    if (best === undefined || Math.abs(localH + 3) < Math.abs(best.localH + 3))
      best = { night, localH }
  }
  // Measured some days before or after the nights, it is taken as of the same hour.
  if (best === undefined || Math.abs(best.localH + 3) > 14 * 24) return []
  const turns = Math.round((best.localH + 3) / 24)
  return [{ night: best.night, localH: best.localH - turns * 24 }]
}

function warningsOf(
  records: readonly PersonalRecord[],
  nights: readonly FitNight[],
  habit: Habit,
  share: Readonly<Record<LightSource, number>>,
): string[] {
  const warnings: string[] = []
  if (nights.length < FEW_NIGHTS) {
    warnings.push(`${nights.length} nights: a week or two would make this surer`)
  }
  const half = nights.filter((n) => n.onsetH === undefined || n.offsetH === undefined).length
  if (half > 0) warnings.push(`${half} nights have only one end known`)
  if (habit.onsetSdH > IRREGULAR_SD_H) {
    warnings.push('bedtimes differ by hours: the usual hours, and so the clock, are unsure')
  }
  const gaps = nights.at(-1)!.day - nights[0]!.day + 1 - nights.length
  if (gaps > 0) warnings.push(`${gaps} days have no night; they are taken as usual`)
  if (share.worn > 0 && share.guessed > 0.3) {
    warnings.push(`light is missing for ${Math.round(100 * share.guessed)} % of waking time`)
  }
  const assumed = records.find((record) => record.zoneFrom === 'assumed')
  if (assumed) warnings.push(`no time zone is known; clocks are taken as ${assumed.zone}`)
  return warnings
}

function clamp(shiftH: number): number {
  return Math.max(-4, Math.min(4, shiftH))
}
