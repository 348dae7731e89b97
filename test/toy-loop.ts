import { seededRandom } from '../packages/core/src/math/random.ts'
import type {
  Decision,
  LoopEvent,
  LoopInput,
  NightHeader,
} from '../packages/core/src/night/loop/index.ts'
import { shippedRelease } from '../packages/core/src/night/loop/release.ts'

/** What the toy loop remembers of a night. */
export type ToyState = {
  readonly header: NightHeader
  mean: number
  power: number
  sample: number
  atMs: number
  seq: number
  lastClick: number
  stopped: boolean
}

/**
 * A loop in miniature for tests of what is around a loop: a leaky power of the first channel, a
 * decision a second, gates and a level that come from the release. Deterministic, whatever it does.
 */
export const toyLoop = {
  start(header: NightHeader): ToyState {
    const never = Number.NEGATIVE_INFINITY
    return {
      ...{ header, mean: 0, power: 0, sample: 0, atMs: 0, seq: 0, lastClick: never },
      stopped: false,
    }
  },
  step(before: ToyState, input: LoopInput): readonly [ToyState, readonly LoopEvent[]] {
    const state = { ...before, atMs: input.atMs }
    const events: LoopEvent[] = []
    if (input.kind === 'stop') state.stopped = true
    if (input.kind === 'samples') takeSamples(state, input, events)
    return [state, events]
  },
}

function takeSamples(
  state: ToyState,
  { first, columns }: Extract<LoopInput, { kind: 'samples' }>,
  events: LoopEvent[],
): void {
  const { rateHz } = state.header.montage
  for (let i = 0; i < columns[0]!.length; i++) {
    const x = columns[0]![i]!
    state.sample = first + i
    if (!Number.isNaN(x)) {
      state.mean += (x - state.mean) / rateHz
      state.power += ((x - state.mean) * (x - state.mean) - state.power) / rateHz
    }
    if ((state.sample + 1) % rateHz === 0) decide(state, events)
  }
}

function decide(state: ToyState, events: LoopEvent[]): void {
  const { header, sample } = state
  const { least30sDeltaUv, startLevelDb, pauseMs } = header.release.parameters
  const deltaRmsUv = Math.sqrt(state.power)
  const sinceMs = ((sample - state.lastClick) * 1000) / header.montage.rateHz
  const code = state.stopped
    ? 'STOPPED'
    : !(deltaRmsUv >= least30sDeltaUv)
      ? 'NOT_DEEP'
      : sinceMs < pauseMs
        ? 'PAUSE'
        : 'ALLOWED'
  const want = {
    actuator: 'sound',
    level: startLevelDb,
    targetRad: -0.35,
    heardAt: sample + 0.5,
  } as const
  const decision: Decision = {
    ...{ sample, atMs: state.atMs, code, allowed: code === 'ALLOWED' },
    saw: sightOf(deltaRmsUv, sinceMs),
    ...(code !== 'STOPPED' && { want }),
    rule: code === 'STOPPED' ? 'N31' : 'N50',
  }
  events.push({
    kind: 'stage',
    sample,
    about: sample + 1,
    probabilities: [0.1, 0.1, 0.2, deltaRmsUv / 100, Number.NaN],
    quality: 1,
  })
  events.push({ kind: 'decision', decision })
  if (decision.allowed) events.push(click(state, startLevelDb))
}

function sightOf(deltaRmsUv: number, sinceMs: number): Decision['saw'] {
  return {
    stages: [0.1, 0.1, 0.2, deltaRmsUv / 100, Number.NaN],
    stageAgeMs: 0,
    predictor: 'toy',
    phaseRad: -0.3,
    frequencyHz: 0.85,
    amplitudeUv: deltaRmsUv * 1.4,
    phaseSdRad: Number.NaN,
    deltaRmsUv,
    muscleRmsUv: -0,
    sinceArousalMs: Number.isFinite(sinceMs) ? sinceMs : Number.POSITIVE_INFINITY,
  }
}

function click(state: ToyState, level: number): LoopEvent {
  state.lastClick = state.sample
  state.seq++
  return {
    kind: 'command',
    lease: {
      ...{ id: `click-${state.seq}`, seq: state.seq, token: 1, issuedAtMs: state.atMs },
      ...{ notAfterMs: state.atMs + 5000, actuator: 'sound', action: 'click', maxLevel: level },
      ...{ fallback: 'natural', consentId: 'toy', reason: 'a toy' },
    },
    level,
    heardAt: state.sample + 0.5,
    targetRad: -0.35,
    predictedRad: -0.3,
  }
}

/** The start of a toy night: two channels at 64 Hz, from 22:30 in Berlin. */
export function toyHeader(parameters: Record<string, number> = {}): NightHeader {
  const release = shippedRelease()
  return {
    montage: {
      channels: [
        { label: 'EEG', role: 'eeg' },
        { label: 'EMG', role: 'emg' },
      ],
      rateHz: 64,
    },
    startMs: 1_700_000_000_000,
    timeZone: 'Europe/Berlin',
    offsets: [{ fromMs: 0, offsetMs: 3_600_000 }],
    token: 1,
    limits: {
      ...{ soundDbA: 50, soundLaeqDbA: 30, lightMelanopicLux: 10, warmthC: 38 },
      stimulationMin: 240,
    },
    release: { ...release, parameters: { ...release.parameters, ...parameters } },
    aim: { kind: 'target' },
    seed: 7,
    rehearsal: true,
  }
}

/**
 * The inputs of a toy night, `seconds` long: waves that swell and fade in whole steps of .05 uV, a
 * gap, missing samples, and now and then a tick, a heartbeat or a measured latency.
 */
export function toyInputs(seconds: number, seed = 1): LoopInput[] {
  const random = seededRandom(seed)
  const inputs: LoopInput[] = []
  let first = 0
  for (let k = 0; k < seconds * 4; k++) {
    if (k === 41) first += 64
    const columns = [new Float32Array(16), new Float32Array(16)]
    for (let i = 0; i < 16; i++) {
      const s = (first + i) / 64
      const swell = 40 * Math.abs(((s / 40) % 2) - 1)
      const wave = swell * (4 * Math.abs(((s * 0.85) % 1) - 0.5) - 1)
      columns[0]![i] = Math.round((wave + 4 * random.normal()) / 0.05) * 0.05
      columns[1]![i] = Math.round(random.normal() * 60) * 0.05
    }
    if (k % 97 === 5) columns[1]!.fill(Number.NaN, 3, 9)
    first += 16
    const atMs = Math.floor((first * 1000) / 64)
    inputs.push({ kind: 'samples', atMs, first: first - 16, columns })
    if (k % 20 === 3) inputs.push({ kind: 'heartbeat', atMs, token: 1 })
    if (k % 50 === 7)
      inputs.push({ kind: 'latency', atMs, meanMs: 21.5 + random.normal(), sdMs: 2 })
    if (k % 60 === 9) inputs.push({ kind: 'tick', atMs })
  }
  return inputs
}
