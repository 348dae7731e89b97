import type { Agreement } from '../hypnogram/agreement.ts'
import type { SleepStatistics } from '../hypnogram/statistics.ts'
import { STAGE_COUNT, STAGES } from '../stage/stage.ts'
import type { Night } from './night.ts'

/** A value of the document: what JSON can carry. A number nobody knows is null. */
export type DocumentValue =
  | string
  | number
  | boolean
  | null
  | readonly DocumentValue[]
  | { readonly [key: string]: DocumentValue | undefined }

/**
 * Steps kept in a unit: of seconds and uV well below a sample and a digital step, of probabilities
 * below 1e-6.
 */
const TIME_STEPS = 1e4
const VALUE_STEPS = 1e4
const PROBABILITY_STEPS = 1e7
const AGREEMENT_STEPS = 1e6
const QUALITY_STEPS = 1e3

/**
 * The night as the document other programs read: the fields of `nocturne night --json`, in their
 * order. Numbers are rounded, missing ones are null, so that the same night is the same bytes
 * everywhere.
 */
export function nightDocument(night: Night): { readonly [key: string]: DocumentValue | undefined } {
  const { model, reference } = night
  return {
    recording: recordingPart(night),
    model: { name: model.name, version: model.version, hash: model.hash },
    epochS: night.epochS,
    stages: night.stages,
    probabilities: probabilityRows(night.probabilities),
    spindles: night.spindles.map(({ startS, durationS, frequencyHz, amplitudeUv }) => ({
      startS: time(startS),
      durationS: time(durationS),
      frequencyHz: value(frequencyHz),
      amplitudeUv: value(amplitudeUv),
    })),
    slowWaves: night.slowWaves.map(({ startS, durationS, negPeakS, ptpUv }) => ({
      startS: time(startS),
      durationS: time(durationS),
      negPeakS: time(negPeakS),
      ptpUv: value(ptpUv),
    })),
    ...(night.rems && { rems: stretches(night.rems) }),
    statistics: statisticsPart(night.statistics),
    ...(reference && { agreement: agreementDocument(reference.agreement) }),
    smoothedStages: night.smoothedStages,
    ambiguous: night.ambiguous.flatMap((doubt, epoch) => (doubt ? [epoch] : [])),
    quality: [...night.quality].map((q) => rounded(q, QUALITY_STEPS)),
    arousals: stretches(night.arousals),
    movements: stretches(night.movements),
    ...(night.coupling && {
      coupling: {
        meanPhaseRad: value(night.coupling.meanPhaseRad),
        resultant: value(night.coupling.resultant),
        n: night.coupling.n,
        p: rounded(night.coupling.p, PROBABILITY_STEPS),
      },
    }),
    warnings: night.warnings,
  }
}

/**
 * An agreement as documents carry it: accuracy, kappa, f1 per stage, confusion; null where
 * undefined.
 */
function agreementDocument(agreement: Agreement): {
  readonly [key: string]: DocumentValue | undefined
} {
  return {
    accuracy: rounded(agreement.accuracy, AGREEMENT_STEPS),
    kappa: rounded(agreement.kappa, AGREEMENT_STEPS),
    f1: Object.fromEntries(
      STAGES.map((stage) => [stage, rounded(agreement.f1[stage], AGREEMENT_STEPS)]),
    ),
    confusion: agreement.confusion,
    macroF1: rounded(agreement.macroF1, AGREEMENT_STEPS),
    n: agreement.n,
  }
}

function recordingPart({ recording }: Night): {
  readonly [key: string]: DocumentValue | undefined
} {
  const { file, startTime, durationS, channels, used } = recording
  return {
    file,
    startTime: startTime ?? null,
    durationS: time(durationS),
    channels: channels.map(({ label, unit, rateHz, nSamples }) => ({
      label,
      unit,
      rateHz,
      nSamples,
    })),
    used: { ...used },
  }
}

function statisticsPart(statistics: SleepStatistics): {
  readonly [key: string]: DocumentValue | undefined
} {
  const { tibMin, sptMin, tstMin, wasoMin, solMin, remLatencyMin, efficiencyPct } = statistics
  const { n1Min, n2Min, n3Min, remMin, awakenings } = statistics
  const known = (number: number | undefined) => (number === undefined ? null : value(number))
  return {
    tibMin: known(tibMin),
    sptMin: known(sptMin),
    tstMin: known(tstMin),
    wasoMin: known(wasoMin),
    solMin: known(solMin),
    remLatencyMin: known(remLatencyMin),
    efficiencyPct: known(efficiencyPct),
    n1Min: known(n1Min),
    n2Min: known(n2Min),
    n3Min: known(n3Min),
    remMin: known(remMin),
    awakenings,
  }
}

function probabilityRows(probabilities: Float32Array): (number | null)[][] {
  const rows: (number | null)[][] = []
  for (let row = 0; row < probabilities.length; row += STAGE_COUNT) {
    const five = probabilities.subarray(row, row + STAGE_COUNT)
    rows.push(Array.from(five, (p) => rounded(p, PROBABILITY_STEPS)))
  }
  return rows
}

function stretches(events: Night['arousals']): DocumentValue[] {
  return events.map(({ startS, durationS }) => ({
    startS: time(startS),
    durationS: time(durationS),
  }))
}

function time(seconds: number): number | null {
  return rounded(seconds, TIME_STEPS)
}

function value(number: number): number | null {
  return rounded(number, VALUE_STEPS)
}

/** Rounded half up to so many steps in a unit; null for NaN and infinities; never -0. */
function rounded(number: number, steps: number): number | null {
  if (!Number.isFinite(number)) return null
  return Math.round(number * steps) / steps + 0
}
