import { describe, expect, it } from 'vitest'
import { hypnogramOf, hypnogramS, sliceHypnogram, stageAt, stageIndices } from './hypnogram.ts'

describe('hypnogram', () => {
  it('takes the likeliest stage, the earlier on a tie, ? where a number is missing', () => {
    const rows = [0.1, 0.2, 0.5, 0.1, 0.1, 0.4, 0.1, 0.4, 0.1, 0, NaN, NaN, NaN, NaN, NaN]
    const hypnogram = hypnogramOf(Float32Array.from(rows))
    expect(hypnogram.stages).toEqual(['N2', 'W', '?'])
    expect(hypnogramS(hypnogram)).toBe(90)
  })

  it('turns stages into the numbers 0..4 and -1, and back', () => {
    const indices = stageIndices(['W', 'N1', 'N2', 'N3', 'R', '?'])
    expect([...indices]).toEqual([0, 1, 2, 3, 4, -1])
    expect([...indices].map(stageAt)).toEqual(['W', 'N1', 'N2', 'N3', 'R', '?'])
  })

  it('keeps times and probabilities in step when a part is cut out', () => {
    const part = sliceHypnogram(
      {
        epochS: 30,
        stages: ['W', 'N1', 'N2'],
        probabilities: new Float32Array(15).map((_, i) => i),
        startTime: '2024-01-01T23:59:30',
      },
      1,
      9,
    )
    expect(part.stages).toEqual(['N1', 'N2'])
    expect(part.startTime).toBe('2024-01-02T00:00:00')
    expect(part.startS).toBe(30)
    expect(part.probabilities![0]).toBe(5)
  })
})
