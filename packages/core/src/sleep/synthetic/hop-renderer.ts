import { PI, sin } from '../../math/elementary.ts'
import { backgroundOf, HOP_S } from './background.ts'
import { mixSeed } from './chance.ts'
import { drawGesture, type Gesture } from './gesture.ts'
import { BEAT_REACH_S, beatValue } from './heart-plan.ts'
import { type Site, siteNumber } from './montage.ts'
import type { NightPlan } from './night-plan.ts'
import type { Burst } from './restless-plan.ts'
import type { SleepEvent } from './sleep-event.ts'

/** What is too small to draw, uV. */
const LEAST_UV = 0.03
const MAINS_HZ = 50
/** Hum and noise of a loose electrode, uV. */
const LOOSE_UV = { hum: 24, noise: 6 } as const
/** Muscle noise in the ECG lead, uV RMS. */
const ECG_NOISE_UV = 7
/** Periods of the slow drift of an electrode, seconds. */
const DRIFT_PERIODS_S = [31, 97, 611] as const

/** Makes the hops of a night one after the other; the arrays are overwritten by the next call. */
export function hopRenderer(
  plan: NightPlan,
  sites: readonly Site[],
  rateHz: number,
): () => readonly Float64Array[] {
  const nextBackground = backgroundOf(plan.seed, plan.person, sites, rateHz, plan.vigilance)
  const n = HOP_S * rateHz
  const chin = new Float64Array(n)
  const scalp = new Float64Array(n)
  const heart = new Float64Array(n)
  const mains = new Float64Array(n)
  const drawn = new Float64Array(n)
  const gestures = runner(plan.gestures)
  const bursts = runner(plan.bursts)
  let beat = 0
  let hop = 0
  return () => {
    const fromS = hop * HOP_S
    const { sites: out, muscle } = nextBackground()
    for (const gesture of gestures(fromS, fromS + HOP_S)) {
      addGesture(gesture, sites, out, drawn, fromS, rateHz)
    }
    chin.set(muscle)
    tense(plan, chin, fromS)
    scalp.fill(0)
    for (const burst of bursts(fromS, fromS + HOP_S)) {
      addBurst(burst, muscle, burst.scalp ? [chin, scalp] : [chin], fromS, rateHz)
    }
    beat = pump(plan.beatsS, beat, heart, fromS, rateHz)
    hum(mains, fromS, rateHz)
    sites.forEach((site, k) => {
      const row = out[k]!
      if (site.kind === 'emg') addScaled(row, chin, site.muscle)
      else addScaled(row, scalp, site.muscle)
      if (site.kind === 'ecg') addScaled(row, muscle, ECG_NOISE_UV)
      addScaled(row, heart, site.heartUv)
      addScaled(row, mains, site.mainsUv)
      addDrift(plan.seed, site, row, fromS)
      loosen(plan, site, row, muscle, mains, fromS, rateHz)
    })
    hop++
    return out
  }
}

/** The spans under way in a window that only moves forward; `spans` are in order of their start. */
function runner<T extends { readonly startS: number; readonly endS: number }>(
  spans: readonly T[],
): (fromS: number, toS: number) => readonly T[] {
  let active: T[] = []
  let next = 0
  return (fromS, toS) => {
    active = active.filter(({ endS }) => endS > fromS)
    while (next < spans.length && spans[next]!.startS < toS) active.push(spans[next++]!)
    return active
  }
}

/** First sample at or after a moment, within 0 .. n of the hop that starts at `fromS`. */
function sampleAt(atS: number, fromS: number, rateHz: number, n: number): number {
  return Math.max(0, Math.min(n, Math.ceil((atS - fromS) * rateHz)))
}

function addGesture(
  gesture: Gesture,
  sites: readonly Site[],
  out: readonly Float64Array[],
  drawn: Float64Array,
  fromS: number,
  rateHz: number,
): void {
  const n = drawn.length
  const first = sampleAt(gesture.startS, fromS, rateHz, n)
  const count = sampleAt(gesture.endS, fromS, rateHz, n) - first
  if (count <= 0) return
  drawGesture(gesture, drawn, count, fromS + first / rateHz, 1 / rateHz)
  sites.forEach((site, k) => {
    if (gesture.channel !== undefined && gesture.channel !== site.label) return
    const uv = gesture.uv * site.gain[gesture.topography]
    if (Math.abs(uv) < LEAST_UV) return
    const row = out[k]!
    for (let i = 0; i < count; i++) row[first + i]! += uv * drawn[i]!
  })
}

/** The chin's standing tone, between its values at the two ends of the hop. */
function tense(plan: NightPlan, chin: Float64Array, fromS: number): void {
  const tone = plan.vigilance.toneUv(fromS)
  const step = (plan.vigilance.toneUv(fromS + HOP_S) - tone) / chin.length
  for (let i = 0; i < chin.length; i++) chin[i]! *= tone + step * i
}

function addBurst(
  burst: Burst,
  muscle: Float64Array,
  rows: readonly Float64Array[],
  fromS: number,
  rateHz: number,
): void {
  const first = sampleAt(burst.startS, fromS, rateHz, muscle.length)
  const last = sampleAt(burst.endS, fromS, rateHz, muscle.length)
  for (let i = first; i < last; i++) {
    const u = (fromS + i / rateHz - burst.startS) / (burst.endS - burst.startS)
    const edge = Math.min(1, 6 * Math.min(u, 1 - u))
    const uv = burst.uv * edge * edge * (3 - 2 * edge)
    for (const row of rows) row[i]! += uv * muscle[i]!
  }
}

/**
 * Fills the hop with the ECG in millivolts; returns the first beat that the next hop still needs.
 */
function pump(
  beatsS: Float64Array,
  beat: number,
  heart: Float64Array,
  fromS: number,
  rateHz: number,
): number {
  heart.fill(0)
  const [before, after] = BEAT_REACH_S
  let first = beat
  while (first < beatsS.length && beatsS[first]! + after < fromS) first++
  for (let k = first; k < beatsS.length && beatsS[k]! - before < fromS + HOP_S; k++) {
    const atS = beatsS[k]!
    const from = sampleAt(atS - before, fromS, rateHz, heart.length)
    const to = sampleAt(atS + after, fromS, rateHz, heart.length)
    for (let i = from; i < to; i++) heart[i]! += beatValue(fromS + i / rateHz - atS)
  }
  return first
}

/** Mains hum of amplitude 1, which a rate too low for it would have filtered out. */
function hum(mains: Float64Array, fromS: number, rateHz: number): void {
  if (MAINS_HZ >= 0.45 * rateHz || fromS > 0) return
  // A hop is a whole number of mains periods: the first one fits every other.
  for (let i = 0; i < mains.length; i++) mains[i] = sin((2 * PI * MAINS_HZ * i) / rateHz)
}

function addScaled(row: Float64Array, source: Float64Array, gain: number): void {
  if (gain === 0) return
  for (let i = 0; i < row.length; i++) row[i]! += gain * source[i]!
}

function addDrift(seed: number, site: Site, row: Float64Array, fromS: number): void {
  const drift = driftUv(seed, site, fromS)
  const step = (driftUv(seed, site, fromS + HOP_S) - drift) / row.length
  for (let i = 0; i < row.length; i++) row[i]! += drift + step * i
}

function driftUv(seed: number, site: Site, atS: number): number {
  let sum = 0
  for (const periodS of DRIFT_PERIODS_S) {
    const phase = mixSeed(seed, 2, siteNumber(site), periodS) / 4294967296
    sum += sin(2 * PI * (atS / periodS + phase))
  }
  return (site.driftUv * sum) / DRIFT_PERIODS_S.length
}

/** Where the channel hangs loose, hum and noise take the place of the sleeper. */
function loosen(
  plan: NightPlan,
  site: Site,
  row: Float64Array,
  muscle: Float64Array,
  mains: Float64Array,
  fromS: number,
  rateHz: number,
): void {
  for (const { channel, startS, durationS } of plan.losses) {
    if (channel !== site.label) continue
    const first = sampleAt(startS, fromS, rateHz, row.length)
    const last = sampleAt(startS + durationS, fromS, rateHz, row.length)
    for (let i = first; i < last; i++) {
      row[i] = LOOSE_UV.hum * mains[i]! + LOOSE_UV.noise * muscle[i]!
    }
  }
}

/** True for an event that a wearer of these channels can show. */
export function isSeen(event: SleepEvent, sites: readonly Site[]): boolean {
  if (event.kind !== 'artefact' || event.channel === undefined) return true
  return sites.some(({ label }) => label === event.channel)
}
