import { describe, expect, it } from 'vitest'
import { channelKind, chooseChannels, deriveChannel, findChannel } from './channel-choice.ts'

const at = (...labels: string[]) => labels.map((label) => ({ label, rateHz: 256 }))
const labels = (picks: readonly { label: string }[]) => picks.map(({ label }) => label)

describe('the channels of a night', () => {
  it('are known by their labels, in the spellings of many laboratories', () => {
    const kinds = {
      'EEG Fpz-Cz': 'eeg',
      'C4-M1': 'eeg',
      'eeg c3:a2': 'eeg',
      AF7: 'eeg',
      'EOG horizontal': 'eog',
      'E1-M2': 'eog',
      LOC: 'eog',
      'EMG submental': 'emg',
      'Chin 1-Chin 2': 'emg',
      'EMG LAT': 'other',
      'Leg EMG': 'other',
      ECG: 'other',
      'Resp oro-nasal': 'other',
      SpO2: 'other',
    }
    for (const [label, kind] of Object.entries(kinds))
      expect([label, channelKind(label)]).toEqual([label, kind])
  })

  it('prefer a central EEG, then a frontal one, and keep the others behind it', () => {
    const { picks } = chooseChannels(at('O2-M1', 'F4-M1', 'C4-M1', 'E1-M2', 'E2-M2', 'Chin', 'ECG'))
    expect(labels(picks.eeg)).toEqual(['C4-M1', 'F4-M1', 'O2-M1'])
    expect(labels(picks.eog)).toEqual(['E1-M2', 'E2-M2'])
    expect(labels(picks.emg)).toEqual(['Chin'])
  })

  it('are referenced to the far mastoid when it was recorded apart', () => {
    const { picks } = chooseChannels(at('C3', 'M1', 'M2'))
    expect(picks.eeg).toEqual([{ label: 'C3-M2', index: 0, minus: 2 }])
  })

  it('leave out a channel too slow to carry spindles', () => {
    const { picks } = chooseChannels([{ label: 'EMG submental', rateHz: 1 }, ...at('Fpz-Cz')])
    expect(picks.emg).toEqual([])
  })

  it('are found by label, spelling, number, or as a difference', () => {
    const channels = at('EEG C4', 'EEG M1', 'EOG')
    expect(findChannel(channels, 'EEG M1')).toEqual({ label: 'EEG M1', index: 1 })
    expect(findChannel(channels, 'c4')).toEqual({ label: 'EEG C4', index: 0 })
    expect(findChannel(channels, '3')).toEqual({ label: 'EOG', index: 2 })
    expect(findChannel(channels, 'C4-M1')).toEqual({ label: 'C4-M1', index: 0, minus: 1 })
    expect(findChannel(channels, 'Oz')).toBeUndefined()
  })

  it('that were asked for and are not there are told', () => {
    const { missing, picks } = chooseChannels(at('C4-M1'), { eeg: 'Oz', eog: 'none' })
    expect(missing).toEqual(['Oz'])
    expect(picks.eog).toEqual([])
  })

  it('subtract sample by sample, and a missing sample stays missing', () => {
    const channel = (samples: number[]) => ({
      label: 'x',
      unit: 'uV',
      rateHz: 1,
      samples: Float32Array.from(samples),
    })
    const derived = deriveChannel('d', channel([3, 4, 5]), channel([1, Number.NaN, 2]))
    expect([...derived.samples]).toEqual([2, Number.NaN, 3])
  })
})
