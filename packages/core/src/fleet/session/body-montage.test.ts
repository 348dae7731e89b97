import { describe, expect, it } from 'vitest'
import { bodyMontage } from './body-montage.ts'

type Channel = { label: string; unit: string }

const volts = (...labels: string[]): Channel[] => labels.map((label) => ({ label, unit: 'uV' }))
const axes = (unit: string): Channel[] => ['X', 'Y', 'Z'].map((k) => ({ label: `ACC ${k}`, unit }))

/** Role and column of each channel that is chosen, or what is wrong. */
function chosen(channels: readonly Channel[], ecg?: string): unknown {
  const read = bodyMontage(channels, 250, ecg)
  if (!read.ok) return read.problem.got
  const { montage, from } = read.value
  return montage.channels.map(({ role }, k) => `${role} ${from[k]!.index}`)
}

describe('what is told of the body beside the sleep', () => {
  it('is the ECG and three axes in g, by their names and units', () => {
    const worn = [...volts('Fp1', 'ECG II'), ...axes('g')]
    expect(chosen(worn)).toEqual(['ecg 1', 'acc 2', 'acc 3', 'acc 4'])
    expect(chosen(volts('Fp1', 'EMG chin'))).toEqual([])
  })

  it('is no acceleration in another unit, or of fewer axes', () => {
    expect(chosen(axes('uV'))).toEqual([])
    expect(chosen(axes('g').slice(1))).toEqual([])
  })

  it('takes the plainest of several, in volts, and no impedance or rate for it', () => {
    const many = volts('ECG impedance', 'ECG I, II', 'EKG')
    expect(chosen(many)).toEqual(['ecg 2'])
    expect(chosen([{ label: 'ECG', unit: 'bpm' }, ...volts('ECG-HR', 'ECG rate')])).toEqual([])
    expect(chosen(volts('C4', 'ECG I, II'))).toEqual(['ecg 1'])
  })

  it('is the channel that is named, none, or an error where it is not there', () => {
    const worn = volts('ECG I, II', 'Chest', 'ECG')
    expect(chosen(worn, 'chest')).toEqual(['ecg 1'])
    expect(chosen(worn, 'ECG I, II')).toEqual(['ecg 0'])
    expect(chosen(worn, 'none')).toEqual([])
    expect(chosen(worn, 'EKG')).toBe('no "EKG"')
  })
})
