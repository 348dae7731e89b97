import { REASONS } from '../governor/reason.ts'
import { isBedtimeFade } from '../loop/bedtime-course.ts'
import type { Decision } from '../loop/decision.ts'
import { GATE_REASONS } from '../loop/gate-reason.ts'
import { PARAMETERS, type ParameterName, type Release } from '../loop/release.ts'
import type { Moment } from './moment.ts'
import { nightClock } from './night-time.ts'

/** One number that a decision hung on: what it was, and what the release asked for. */
export type MomentGate = {
  readonly parameter: ParameterName
  readonly says: string
  readonly value: number
  readonly unit: string
  readonly bound: 'at least' | 'at most'
  readonly limit: number
  /** False when the value is beyond the limit or unknown. */
  readonly holds: boolean
}

/** A moment explained: the document that `nocturne why --json` gives. */
export type MomentAccount = {
  /** Local clock, HH:MM:SS. */
  readonly at: string
  readonly decision?: Decision
  /** One sentence. */
  readonly reason: string
  /** Rule of SPEC.md, or the parameter of the release that decided; unknown before any decision. */
  readonly rule?: string
  readonly inputs: {
    readonly mode: string
    readonly levelDb?: number
    readonly release: string
    readonly consents: readonly string[]
    readonly gates: readonly MomentGate[]
    readonly signal: { readonly label: string; readonly rateHz: number; readonly first: number }
    /** Words from outside, and what was seen, within ten seconds. */
    readonly heard: readonly { readonly at: string; readonly kind: string }[]
    readonly seen: readonly { readonly atS: number; readonly what: string }[]
  }
}

const DEGREES = 180 / Math.PI

/** Explains a moment: what was decided, by which rule, on which numbers. */
export function momentAccount(moment: Moment): MomentAccount {
  const { header, decision, askedMs, mode, consents } = moment
  // What was wanted at that moment, not what the second's end made of it.
  const sound = decision?.want?.actuator === 'sound' ? decision.want.level : undefined
  const levelDb = sound ?? moment.levelDb
  const { channels, rateHz } = header.montage
  const { name, version } = header.release
  return {
    at: nightClock(header, askedMs),
    ...(decision && { decision, rule: decision.rule }),
    reason: reasonOf(moment),
    inputs: {
      mode,
      ...(levelDb !== undefined && { levelDb }),
      release: `${name} ${version}`,
      consents,
      // What is not aimed at a wave hangs on none of them.
      gates: decision && decision.saw.predictor !== '' ? gatesOf(header.release, decision) : [],
      signal: { label: channels[eegIndex(moment)]?.label ?? '', rateHz, first: moment.first },
      heard: moment.inputs.map(({ atMs, kind }) => ({ at: nightClock(header, atMs), kind })),
      seen: seenNear(moment),
    },
  }
}

/** The numbers that a release holds a click to, as they were at a decision. */
export function gatesOf({ parameters }: Release, { saw }: Decision): MomentGate[] {
  const [, , n2 = Number.NaN, n3 = Number.NaN] = saw.stages
  const gate = (
    parameter: ParameterName,
    says: string,
    value: number,
    bound: MomentGate['bound'],
  ): MomentGate => {
    const limit = parameters[parameter]
    const holds = bound === 'at least' ? value >= limit : value <= limit
    return { parameter, says, value, unit: PARAMETERS[parameter].unit, bound, limit, holds }
  }
  const n2Counts = parameters.n2Counts >= 0.5
  return [
    n2Counts
      ? gate('leastN3', 'sleep of N2 or N3', n2 + n3, 'at least')
      : gate('leastN3', 'sleep of N3', n3, 'at least'),
    gate('least30sDeltaUv', 'slow waves over 30 s', saw.deltaRmsUv, 'at least'),
    gate('most30sMuscleUv', 'muscles over 30 s', saw.muscleRmsUv, 'at most'),
    gate('leastAmplitudeUv', 'this wave', saw.amplitudeUv, 'at least'),
    gate('mostPhaseSdDeg', 'spread of its phase', saw.phaseSdRad * DEGREES, 'at most'),
  ]
}

/** Which channel stands for the night: the first EEG, else the first of all. */
export function eegIndex({ header }: Moment): number {
  return Math.max(
    0,
    header.montage.channels.findIndex(({ role }) => role === 'eeg'),
  )
}

/** The account as lines for a person. */
export function momentText(account: MomentAccount): string {
  const { at, decision, reason, rule, inputs } = account
  const head = decision ? (decision.allowed ? 'allowed' : `not done: ${decision.code}`) : 'nothing'
  const lines = [`${at}  ${head}`, reason]
  if (rule !== undefined) lines.push(`Rule: ${rule} (release ${inputs.release})`)
  for (const gate of inputs.gates) {
    const mark = gate.holds ? 'holds' : 'fails'
    const value = Number.isNaN(gate.value) ? 'unknown' : `${short(gate.value)} ${gate.unit}`
    lines.push(`  ${mark}  ${gate.says}: ${value}, ${gate.bound} ${short(gate.limit)}`)
  }
  if (decision) lines.push(...sightLines(decision))
  const level = inputs.levelDb === undefined ? '' : `, level ${short(inputs.levelDb)} dB(A)`
  lines.push(`Mode: ${inputs.mode}${level}; consent: ${inputs.consents.join(', ') || 'none'}`)
  for (const { at: when, kind } of inputs.heard) lines.push(`  ${when}  ${kind}`)
  return `${lines.join('\n')}\n`
}

/** A number as a person reads it: three digits. */
export function short(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(3))) : 'unknown'
}

const UNIT = { sound: ' dB(A)', cue: ' dB(A)', light: ' lx', warmth: ' degrees C' } as const

function aimText(targetRad: number): string {
  return Number.isNaN(targetRad) ? '' : `, phase ${short(targetRad * DEGREES)} deg`
}

function sightLines({ saw, want }: Decision): string[] {
  const stages = ['W', 'N1', 'N2', 'N3', 'R'].map((s, k) => `${s} ${short(saw.stages[k]!)}`)
  const phase = Number.isNaN(saw.phaseRad)
    ? 'no phase'
    : `phase ${short(saw.phaseRad * DEGREES)} deg by ${saw.predictor}`
  const wish = want
    ? `Wanted: ${want.actuator} at ${short(want.level)}${UNIT[want.actuator]}${aimText(want.targetRad)}`
    : 'Wanted: nothing'
  return [`Stages: ${stages.join(', ')}`, `Wave: ${phase}`, wish]
}

function reasonOf({ decision, events }: Moment): string {
  if (!decision) return 'Nothing had been decided yet: the night had just begun.'
  if (decision.allowed) return doneText(events, decision)
  const { code } = decision
  if (Object.hasOwn(REASONS, code)) return REASONS[code as keyof typeof REASONS].says
  return Object.hasOwn(GATE_REASONS, code)
    ? GATE_REASONS[code as keyof typeof GATE_REASONS].says
    : code
}

/** What was done, by the command that came of the decision. */
function doneText(events: Moment['events'], { want, atMs }: Decision): string {
  const isFade = events.some(({ event }) => {
    if (event.kind !== 'command' || !isBedtimeFade(event.lease)) return false
    return event.lease.issuedAtMs === atMs && event.lease.actuator === want?.actuator
  })
  const what = isFade ? 'so the bedtime fade went on, softer than before' : 'so it was done'
  return `Every rule held, ${what}.`
}

function seenNear({ events, sample, header }: Moment): { atS: number; what: string }[] {
  return events.flatMap(({ event }) =>
    event.kind === 'seen'
      ? [{ atS: (event.sample - sample) / header.montage.rateHz, what: event.what }]
      : [],
  )
}
