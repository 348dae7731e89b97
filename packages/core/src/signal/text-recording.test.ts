import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { hasShared, SHARED_MISSING, sharedPath } from '#test/shared.ts'
import { readTextRecording } from './text-recording.ts'

describe('a recording as a column of numbers', () => {
  it('has its name in the first line and a sample on each other', () => {
    const read = readTextRecording('[C3-A1]\n  -0.9562\n 1e2\r\n0,5\n\n', { rateHz: 100 })
    expect(read).toMatchObject({
      ok: true,
      value: { durationS: 0.03, channels: [{ label: 'C3-A1', unit: 'uV', rateHz: 100 }] },
    })
    if (!read.ok) throw new Error('not read')
    expect(read.value.channels[0]!.samples).toEqual(Float32Array.of(-0.9562, 100, 0.5))
  })

  it('may have no name, and missing samples, which are NaN', () => {
    const read = readTextRecording('1\n\nNaN\n4', { rateHz: 2, unit: 'mV' })
    if (!read.ok) throw new Error('not read')
    const [channel] = read.value.channels
    expect(channel).toMatchObject({ label: 'EEG', unit: 'mV' })
    expect(Array.from(channel!.samples)).toEqual([1, Number.NaN, Number.NaN, 4])
  })

  it('is refused with the line that is no number, or when it holds none', () => {
    expect(readTextRecording('EEG\n1\n2;3\n', { rateHz: 2 })).toEqual({
      ok: false,
      problem: { code: 'TEXT_NUMBER', where: 'line 3', got: '"2;3"', expected: 'one number' },
    })
    for (const line of ['Infinity', '1e99']) {
      expect(readTextRecording(`1\n${line}`, { rateHz: 2 })).toMatchObject({
        problem: { code: 'TEXT_NUMBER', where: 'line 2' },
      })
    }
    expect(readTextRecording('[C3]\n', { rateHz: 2 })).toMatchObject({
      problem: { code: 'TEXT_EMPTY' },
    })
    expect(readTextRecording('', { rateHz: 2 })).toMatchObject({ problem: { code: 'TEXT_EMPTY' } })
  })

  const path = 'data/sleep-eeg/dreams-spindles/excerpt1.txt'
  const without = hasShared(path) ? '' : ` (${SHARED_MISSING})`
  it.skipIf(!hasShared(path))(`reads half an hour of DREAMS${without}`, () => {
    const read = readTextRecording(readFileSync(sharedPath(path), 'latin1'), { rateHz: 100 })
    if (!read.ok) throw new Error(JSON.stringify(read.problem))
    expect(read.value.durationS).toBe(1800)
    expect(read.value.channels[0]!.samples[9]).toBeCloseTo(2.3058, 6)
  })
})
