import { describe, expect, it } from 'vitest'
import type { Stage } from '../stage/stage.ts'
import { alignHypnograms } from './alignment.ts'
import type { Hypnogram } from './hypnogram.ts'
import { resampleEpochs } from './resample.ts'

function hypnogram(letters: string, more: Partial<Hypnogram> = {}): Hypnogram {
  const names: Record<string, Stage> = { W: 'W', '1': 'N1', '2': 'N2', '3': 'N3', R: 'R', '?': '?' }
  return { epochS: 30, stages: [...letters].map((letter) => names[letter]!), ...more }
}

describe('alignment', () => {
  it('lays hypnograms side by side by the clock when both know it', () => {
    const a = hypnogram('WW22', { startTime: '2024-05-01T23:59:00' })
    const b = hypnogram('223R', { startTime: '2024-05-02T00:00:00', startS: 0 })
    const aligned = alignHypnograms([a, b])
    expect(aligned.ok && aligned.value.by).toBe('clock')
    expect(aligned.ok && aligned.value.hypnograms.map(({ stages }) => stages)).toEqual([
      ['N2', 'N2'],
      ['N2', 'N2'],
    ])
    expect(aligned.ok && aligned.value.warnings[0]).toContain('2 shared, aligned by clock')
  })

  it('falls back to the offset in the recording, then to the epoch number', () => {
    const a = hypnogram('WW22', { startS: 0, startTime: '1985-01-01T00:00:00' })
    const b = hypnogram('22R', { startS: 60, startTime: '2024-05-02T00:00:00' })
    const aligned = alignHypnograms([a, b])
    expect(aligned.ok && aligned.value.by).toBe('offset')
    const plain = alignHypnograms([hypnogram('WW2'), b])
    expect(plain.ok && plain.value.by).toBe('epoch')
    const whole = alignHypnograms([hypnogram('WW223R'), b])
    expect(whole.ok && whole.value.by).toBe('offset')
    expect(whole.ok && whole.value.hypnograms[0]!.stages).toEqual(['N2', 'N2', 'N3'])
  })

  it('refuses different lengths when told not to trim, and what does not overlap', () => {
    const strict = alignHypnograms([hypnogram('WW'), hypnogram('W')], { trim: false })
    expect(strict).toMatchObject({ problem: { code: 'ALIGNMENT_LENGTH' } })
    const empty = alignHypnograms([hypnogram('WW'), hypnogram('')])
    expect(empty).toMatchObject({ problem: { code: 'ALIGNMENT_NONE' } })
  })

  it('brings epochs of different lengths to 30 s and says so', () => {
    const a = hypnogram('W2')
    const b = hypnogram('WWW222222333', { epochS: 5 })
    const aligned = alignHypnograms([a, b])
    expect(aligned.ok && aligned.value.hypnograms[1]!.stages).toEqual(['W', 'N2'])
    expect(aligned.ok && aligned.value.warnings[0]).toContain('30 and 5 s')
  })
})

describe('resampling of epochs', () => {
  it('takes the stage that covers most, and ? where less than half is scored', () => {
    expect(resampleEpochs(hypnogram('WW2222333W', { epochS: 10 })).stages).toEqual([
      'W',
      'N2',
      'N3',
    ])
    expect(resampleEpochs(hypnogram('???22?', { epochS: 5 })).stages).toEqual(['?'])
  })

  it('repeats when the new epoch is shorter, and averages probabilities when longer', () => {
    expect(resampleEpochs(hypnogram('W2'), 10).stages.join('')).toBe('WWWN2N2N2')
    const probabilities = Float32Array.from([1, 0, 0, 0, 0, 0, 0, 1, 0, 0])
    const coarse = resampleEpochs(hypnogram('W2', { epochS: 15, probabilities }), 30)
    expect([...coarse.probabilities!]).toEqual([0.5, 0, 0.5, 0, 0])
  })
})
