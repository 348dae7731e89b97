import { describe, expect, it } from 'vitest'
import { log10 } from '../../math/elementary.ts'
import { welchPlan } from '../../signal/spectrum.ts'
import { eventAgreement, nightEvents } from '../event/index.ts'
import type { SleepStage } from '../stage/stage.ts'
import { synthesizeNight } from './synthetic-night.ts'

const RATE = 128
const reported: number[] = []
const night = synthesizeNight({ seed: 2, hours: 8, rateHz: RATE }, (f) => reported.push(f))
const row = (label: string) =>
  night.recording.channels.find((channel) => channel.label === label)!.samples
const plan = welchPlan({ rateHz: RATE, windowS: 4, average: 'mean' })
const epochsOf = (stage: SleepStage) =>
  night.hypnogram.stages.flatMap((name, epoch) => (name === stage ? [epoch] : []))

/** Median power in dB over the epochs of a stage, at each quarter of a hertz. */
function spectrumOf(label: string, stage: SleepStage): Float64Array {
  const psds = epochsOf(stage).map((epoch) => {
    const psd = new Float64Array(plan.frequenciesHz.length)
    plan.estimate(row(label), psd, epoch * 30 * RATE, (epoch + 1) * 30 * RATE)
    return psd
  })
  return plan.frequenciesHz.map((_, k) => {
    const sorted = psds.map((psd) => psd[k]!).sort((p, q) => p - q)
    return 10 * log10(sorted[sorted.length >> 1]!)
  })
}
const db = (spectrum: Float64Array, hz: number) => spectrum[Math.round(hz * 4)]!

function rmsOf(label: string, fromS: number, toS: number): number {
  const part = row(label).subarray(Math.round(fromS * RATE), Math.round(toS * RATE))
  const level = part.reduce((sum, v) => sum + v, 0) / part.length
  return Math.sqrt(part.reduce((sum, v) => sum + (v - level) ** 2, 0) / part.length)
}
function medianRms(label: string, stage: SleepStage): number {
  const values = epochsOf(stage).map((epoch) => rmsOf(label, epoch * 30, epoch * 30 + 30))
  return values.sort((p, q) => p - q)[values.length >> 1]!
}

describe('a synthetic night', () => {
  it('has seven channels in uV of one length, a true stage for each epoch, and tells its progress', () => {
    const { channels, durationS, startTime } = night.recording
    expect(channels.map(({ label }) => label)).toEqual([
      ...['EEG Fpz-Cz', 'EEG C4-M1', 'EEG O2-M1', 'EOG E1-M2', 'EOG E2-M2', 'EMG chin', 'ECG'],
    ])
    for (const { unit, samples, rateHz } of channels) {
      expect([unit, rateHz, samples.length]).toEqual(['uV', RATE, durationS * RATE])
      expect(samples.every((v) => Math.abs(v) < 3000)).toBe(true)
    }
    expect(night.hypnogram.stages).toHaveLength(960)
    expect(night.hypnogram.startTime).toBe(startTime)
    expect(reported.at(-1)).toBe(1)
  })

  it('carries its truth as annotations: the hypnogram without a gap, and every event', () => {
    const { annotations } = night.recording
    const stages = annotations.filter(({ text }) => text.startsWith('Sleep stage '))
    let atS = 0
    for (const { onsetS, durationS, text } of stages) {
      expect(onsetS).toBe(atS)
      expect(text).toBe(`Sleep stage ${night.hypnogram.stages[onsetS / 30]}`)
      atS += durationS!
    }
    expect(atS).toBe(28800)
    expect(annotations).toHaveLength(stages.length + night.events.length)
  })

  it('falls off more steeply with frequency in N3 than in N2, REM and wake', () => {
    const slope = (stage: SleepStage) => {
      const spectrum = spectrumOf('EEG C4-M1', stage)
      return db(spectrum, 30) - db(spectrum, 2)
    }
    expect(slope('N3')).toBeLessThan(slope('N2') - 5)
    expect(slope('N2')).toBeLessThan(slope('R') - 1)
    expect(slope('R')).toBeLessThan(slope('W') - 3)
  })

  it('has a sigma peak at the spindle frequency in N2, and none in REM', () => {
    const hz = night.person.spindleHz
    const n2 = spectrumOf('EEG C4-M1', 'N2')
    const rem = spectrumOf('EEG C4-M1', 'R')
    expect(db(n2, hz)).toBeGreaterThan(db(n2, hz - 3.5) + 3)
    expect(db(n2, hz)).toBeGreaterThan(db(n2, hz + 3.5) + 6)
    expect(db(rem, hz)).toBeLessThan(db(rem, hz - 3.5))
  })

  it('has alpha in wake, strongest at the back of the head', () => {
    const hz = night.person.alphaHz
    const back = spectrumOf('EEG O2-M1', 'W')
    const front = spectrumOf('EEG Fpz-Cz', 'W')
    expect(db(back, hz)).toBeGreaterThan(db(back, hz - 4) + 6)
    expect(db(back, hz)).toBeGreaterThan(db(front, hz) + 6)
    expect(db(back, hz)).toBeGreaterThan(db(spectrumOf('EEG O2-M1', 'N2'), hz) + 6)
  })

  it('has chin muscle that slackens from wake to N2 to REM', () => {
    expect(medianRms('EMG chin', 'W')).toBeGreaterThan(1.8 * medianRms('EMG chin', 'N2'))
    expect(medianRms('EMG chin', 'N2')).toBeGreaterThan(1.8 * medianRms('EMG chin', 'R'))
  })

  it('moves the eyes together: opposite signs in E1 and E2 at every large REM', () => {
    const large = night.events.filter((e) => e.kind === 'rem' && e.amplitudeUv > 120)
    const opposite = large.filter(({ startS }) => {
      const [a, b] = [Math.round((startS - 0.05) * RATE), Math.round((startS + 0.12) * RATE)]
      const left = row('EOG E1-M2')[b]! - row('EOG E1-M2')[a]!
      return left * (row('EOG E2-M2')[b]! - row('EOG E2-M2')[a]!) < 0
    })
    expect(large.length).toBeGreaterThan(100)
    expect(opposite.length / large.length).toBeGreaterThan(0.95)
  })
})

describe('our own detectors on a synthetic night', () => {
  const [, eeg, , left, right, emg] = night.recording.channels
  const found = nightEvents({
    ...{ eeg: eeg!, eog: [left!, right!], emg: emg!, hypnogram: night.hypnogram },
  })
  const truth = (kinds: readonly string[]) =>
    night.events.filter((event) => kinds.includes(event.kind))

  it('find three of five central spindles or more, and few that are none', () => {
    const central = truth(['spindle']).filter((e) => e.kind === 'spindle' && e.where === 'central')
    expect(eventAgreement(found.spindles, central).recall).toBeGreaterThan(0.6)
    expect(eventAgreement(found.spindles, truth(['spindle'])).precision).toBeGreaterThan(0.6)
  })

  it('find slow waves where they are: nine of ten troughs within a quarter of a second', () => {
    const troughs = truth(['slow-wave', 'k-complex']).map((e) => ('negPeakS' in e ? e.negPeakS : 0))
    const near = found.slowWaves.filter(({ negPeakS }) =>
      troughs.some((atS) => Math.abs(atS - negPeakS) < 0.25),
    )
    expect(found.slowWaves.length).toBeGreaterThan(1000)
    expect(near.length / found.slowWaves.length).toBeGreaterThan(0.9)
  })
})
