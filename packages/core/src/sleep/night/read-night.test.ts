import { beforeAll, describe, expect, it } from 'vitest'
import { bytesSource, type EdfFile, openEdf, writeEdf } from '../../signal/index.ts'
import type { Channel, Recording } from '../../signal/recording.ts'
import { starterModel } from '../shipped/starter.ts'
import { synthesizeNight } from '../synthetic/synthetic-night.ts'
import type { Night } from './night.ts'
import { nightDocument } from './night-document.ts'
import { packNight, unpackNight } from './packed-night.ts'
import { readNight } from './read-night.ts'

const made = synthesizeNight({ hours: 2, seed: 11 })
const options = { file: 'made.edf', model: starterModel('offline') }

async function opened(recording: Recording): Promise<EdfFile> {
  const edf = await openEdf(bytesSource(writeEdf(recording)))
  if (!edf.ok) throw new Error(edf.problem.code)
  return edf.value
}

async function nightOf(recording: Recording): Promise<Night> {
  const night = await readNight(await opened(recording), options)
  if (!night.ok) throw new Error(night.problem.code)
  return night.value
}

function changed(change: (channel: Channel) => Channel): Recording {
  return { ...made.recording, channels: made.recording.channels.map(change) }
}

describe('a recording read as a night', () => {
  let night: Night

  beforeAll(async () => {
    night = await nightOf(made.recording)
  })

  it('has a stage, five probabilities and a quality for every epoch', () => {
    expect(night.stages).toHaveLength(240)
    expect(night.probabilities).toHaveLength(240 * 5)
    expect(night.quality).toHaveLength(240)
    expect(night.spectrogram?.timesS).toHaveLength(240)
  })

  it('keeps 99 % of its stages when the signal is halved or doubled', async () => {
    for (const factor of [0.5, 2]) {
      const other = await nightOf(
        changed((channel) => ({ ...channel, samples: channel.samples.map((x) => x * factor) })),
      )
      const same = other.stages.filter((stage, epoch) => stage === night.stages[epoch]).length
      expect(same).toBeGreaterThanOrEqual(0.99 * 240)
    }
  })

  it('does not score an epoch in which every EEG channel is flat, and says so', async () => {
    const flat = changed((channel) => {
      const samples = channel.samples.slice()
      if (channel.label.startsWith('EEG')) samples.fill(0, 128 * 600, 128 * 900)
      return { ...channel, samples }
    })
    const other = await nightOf(flat)
    expect(other.stages.slice(20, 30)).toEqual(Array.from({ length: 10 }, () => '?'))
    expect(other.warnings.join(' ')).toContain('10 epochs have no usable EEG')
    const { powerDb, frequenciesHz } = other.spectrogram!
    expect(powerDb[25 * frequenciesHz.length + 4]).toBeNaN()
    expect(powerDb.filter((power) => power < -90)).toHaveLength(0)
    expect(nightDocument(other).probabilities).toContainEqual([null, null, null, null, null])
  })

  it('reads the rest of the night as before when electrodes are off for a quarter of it', async () => {
    for (const [fromS, toS] of [
      [0, 1800],
      [5400, 7200],
    ] as const) {
      const dead = changed((channel) => {
        const samples = channel.samples.slice()
        if (channel.label.startsWith('EEG')) samples.fill(0, 128 * fromS, 128 * toS)
        return { ...channel, samples }
      })
      const other = await nightOf(dead)
      const scored = other.stages.flatMap((stage, epoch) => (stage === '?' ? [] : [epoch]))
      const same = scored.filter((epoch) => other.stages[epoch] === night.stages[epoch])
      expect(scored).toHaveLength(180)
      expect(same.length / scored.length).toBeGreaterThan(0.85)
    }
  })

  it('takes a lone channel for EEG when its label does not say what else it is', async () => {
    const lone = async (label: string): Promise<string> => {
      const channels = [{ ...made.recording.channels[0]!, label }]
      const read = await readNight(await opened({ ...made.recording, channels }), options)
      return read.ok ? read.value.recording.used.eeg : read.problem.code
    }
    expect(await lone('Channel 1')).toBe('Channel 1')
    for (const label of ['EOG E1-M2', 'EMG chin', 'ECG', 'Airflow']) {
      expect(await lone(label)).toBe('NIGHT_NO_EEG')
    }
  })

  it('refuses a recording without EEG, without a channel asked for, or shorter than an epoch', async () => {
    const refused = async (recording: Recording, wishes = {}) => {
      const read = await readNight(await opened(recording), { ...options, wishes })
      return read.ok ? 'read' : read.problem.code
    }
    const heart = { ...made.recording, channels: made.recording.channels.slice(-2) }
    expect(await refused(heart)).toBe('NIGHT_NO_EEG')
    expect(await refused(made.recording, { eeg: 'Oz' })).toBe('NIGHT_CHANNEL')
    const slow = { label: 'EEG C4', unit: 'uV', rateHz: 1, samples: new Float32Array(7200).fill(1) }
    const lone = { ...made.recording, channels: [slow], annotations: [] }
    expect(await refused(lone)).toBe('NIGHT_CHANNEL')
    expect(await refused(lone, { eeg: 'EEG C4' })).toBe('NIGHT_CHANNEL')
    expect(await refused(synthesizeNight({ hours: 0.005, seed: 1 }).recording)).toBe(
      'NIGHT_TOO_SHORT',
    )
  })

  it('says why a recording of 64 Hz has no spindles', async () => {
    const slow = synthesizeNight({ hours: 0.1, seed: 2, rateHz: 64 }).recording
    const { warnings, spindles } = await nightOf(slow)
    expect(spindles).toEqual([])
    expect(warnings.join(' ')).toContain('spindles and slow waves need 75 Hz')
  })

  it('tells how far it has come, never going back', async () => {
    const heard: number[] = []
    await readNight(await opened(made.recording), {
      ...options,
      onProgress: (_label, fraction) => heard.push(fraction),
    })
    expect(heard.length).toBeGreaterThan(3)
    expect([...heard].sort((a, b) => a - b)).toEqual(heard)
    expect(heard.at(-1)).toBe(1)
  })

  it('is packed for the page and unpacked again, NaN and all', () => {
    const again = unpackNight(packNight(night))
    expect(again.stages).toEqual(night.stages)
    expect(again.probabilities[7]).toBeCloseTo(night.probabilities[7]!, 4)
    const { powerDb } = night.spectrogram!
    expect(again.spectrogram?.powerDb).toHaveLength(powerDb.length)
    for (const [i, db] of powerDb.entries()) {
      const packed = again.spectrogram!.powerDb[i]!
      expect(Number.isNaN(db) ? Number.isNaN(packed) : Math.abs(packed - db) < 0.01).toBe(true)
    }
    const gap = night.probabilities.slice().fill(Number.NaN, 5, 10)
    const { probabilities } = unpackNight(packNight({ ...night, probabilities: gap }))
    expect([...probabilities.subarray(5, 10)]).toEqual(new Array(5).fill(Number.NaN))
    expect(again.spindles[0]?.startS).toBeCloseTo(night.spindles[0]!.startS, 3)
  })

  it('becomes the same document from the same bytes', async () => {
    const again = await nightOf(made.recording)
    expect(JSON.stringify(nightDocument(again))).toBe(JSON.stringify(nightDocument(night)))
  })
})
