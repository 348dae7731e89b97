import { sleepStatistics } from '../packages/core/src/sleep/hypnogram/statistics.ts'
import type { Night } from '../packages/core/src/sleep/night/night.ts'
import { STAGES, type Stage } from '../packages/core/src/sleep/stage/stage.ts'

/** Five cycles of a plain sleeper: minutes of each stage, in order. */
const PLAN =
  'W12 N1:4 N2:14 N3:34 N2:8 R6 N1:2 N2:24 N3:26 N2:6 W2 N2:4 R16 N1:3 N2:34 N3:8 N2:10 R24 W9 N1:3 N2:40 N2:4 R32 N1:2 N2:38 W3 N2:8 R28 N1:2 N2:9 W7'

/** A night made of plain rules, for tests of what is drawn from a night; no signal behind it. */
export function madeUpNight(changes: Partial<Night> = {}): Night {
  const random = dice(11)
  const stages = PLAN.split(' ').flatMap((word) => {
    const [, stage, minutes] = /^(W|R|N\d)(?::)?(\d+)$/.exec(word) ?? []
    return new Array<Stage>(Number(minutes) * 2).fill(stage as Stage)
  })
  for (let i = 300; i < 306; i++) stages[i] = '?'
  for (const i of [150, 333, 471, 640, 777]) stages[i] = 'W'
  const probabilities = probabilitiesOf(stages, random)
  const ambiguous = stages.map((_, i) => {
    const row = [...probabilities.subarray(i * 5, i * 5 + 5)]
    return Math.max(...row) < 0.6
  })
  const durationS = stages.length * 30
  return {
    recording: {
      file: 'made-up-night.edf',
      startTime: '2026-03-08T22:47:10',
      durationS,
      channels: ['EEG Fpz-Cz', 'EOG horizontal', 'EMG submental'].map((label) => ({
        label,
        unit: 'uV',
        rateHz: 100,
        nSamples: durationS * 100,
      })),
      used: { eeg: 'EEG Fpz-Cz', eog: 'EOG horizontal', emg: 'EMG submental' },
    },
    model: {
      name: 'starter',
      version: '1.0.0',
      hash: '9f2b3c1d5e6f7a8b',
      licence: 'MIT',
      card: 'Boosted trees on spectral features. Trained on ten young adults; weak on N1.',
      needs: { eeg: 1 },
      causal: false,
      trainedOn: 'Sleep-EDF, 20 nights of 10 healthy adults aged 25 to 34',
      figures: [{ set: 'Sleep-EDF, one sleeper left out', people: 10, accuracy: 0.85, kappa: 0.8 }],
    },
    epochS: 30,
    stages,
    probabilities,
    quality: Float32Array.from(stages, (s) => (s === '?' ? 0 : 0.85 + 0.15 * random())),
    ambiguous,
    smoothedStages: stages,
    explanations: explanationsOf(stages, random),
    ...eventsOf(stages, random),
    statistics: sleepStatistics({ epochS: 30, stages }),
    spectrogram: spectrogramOf(stages, random),
    warnings: ['EMG submental: the header gives no physical unit, taken as uV'],
    ...changes,
  } as Night
}

function dice(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 4294967296
  }
}

function probabilitiesOf(stages: readonly Stage[], random: () => number): Float32Array {
  const out = new Float32Array(stages.length * 5)
  for (const [i, stage] of stages.entries()) {
    const edge = stages[i - 1] !== stage || stages[i + 1] !== stage
    const sure = stage === 'N1' ? 0.45 : edge ? 0.55 : 0.82
    const row = STAGES.map((s) => (s === stage ? sure * 5 : 0.3) * (0.5 + random()))
    const sum = row.reduce((a, b) => a + b, 0)
    const top = row.indexOf(Math.max(...row))
    const mine = STAGES.indexOf(stage as (typeof STAGES)[number])
    if (mine >= 0 && top !== mine) [row[top], row[mine]] = [row[mine]!, row[top]!]
    for (let k = 0; k < 5; k++) out[i * 5 + k] = stage === '?' ? Number.NaN : row[k]! / sum
  }
  return out
}

function eventsOf(
  stages: readonly Stage[],
  random: () => number,
): Pick<Night, 'spindles' | 'slowWaves' | 'rems' | 'arousals' | 'movements' | 'coupling'> {
  const each = (rate: (s: Stage) => number): number[] =>
    stages.flatMap((stage, i) => {
      const n = Math.floor(rate(stage) * 2 * random() + random())
      return Array.from({ length: n }, (_, k) => i * 30 + (30 * (k + random())) / Math.max(1, n))
    })
  return {
    spindles: each((s) => (s === 'N2' ? 1.6 : s === 'N3' ? 0.6 : 0)).map((startS) => ({
      startS,
      durationS: 0.5 + random(),
      frequencyHz: 12.5 + random(),
      amplitudeUv: 30 + 30 * random(),
    })),
    slowWaves: each((s) => (s === 'N3' ? 8 : s === 'N2' ? 0.8 : 0)).map((startS) => ({
      startS,
      durationS: 0.8 + 0.6 * random(),
      negPeakS: startS + 0.3,
      ptpUv: 90 + 80 * random(),
    })),
    rems: each((s) => (s === 'R' ? 2 : 0)).map((startS) => ({ startS, durationS: 0.6 })),
    arousals: each((s) => (s === 'W' ? 0 : 0.02)).map((startS) => ({ startS, durationS: 6 })),
    movements: each((s) => (s === 'W' ? 0.3 : 0.01)).map((startS) => ({ startS, durationS: 4 })),
    coupling: { meanPhaseRad: -0.4, resultant: 0.32, n: 214, p: 1e-9 },
  }
}

function explanationsOf(stages: readonly Stage[], random: () => number): Night['explanations'] {
  const groups = ['delta', 'sigma', 'eyes', 'chin', 'time']
  const contributions = Float32Array.from({ length: stages.length * 25 }, () => random() - 0.4)
  return { groups, contributions }
}

function spectrogramOf(stages: readonly Stage[], random: () => number): Night['spectrogram'] {
  const frequenciesHz = Float64Array.from({ length: 60 }, (_, k) => 0.5 + k / 2)
  const powerDb = new Float32Array(stages.length * 60)
  for (const [i, stage] of stages.entries()) {
    for (const [k, f] of frequenciesHz.entries()) {
      const delta = { W: 0, N1: 2, N2: 8, N3: 18, R: 2, '?': 0 }[stage] / (1 + f / 1.5)
      const bump = (centre: number): number => Math.exp(-(((f - centre) / 1.2) ** 2))
      const sigma = stage === 'N2' ? 7 * bump(13) : 0
      const alpha = stage === 'W' ? 8 * bump(10) : 0
      const value = 16 - 13 * Math.log10(f + 0.5) + delta + sigma + alpha + 2 * random()
      powerDb[i * 60 + k] = stage === '?' ? Number.NaN : value
    }
  }
  const timesS = Float64Array.from(stages, (_, i) => i * 30 + 15)
  return { timesS, frequenciesHz, powerDb }
}
