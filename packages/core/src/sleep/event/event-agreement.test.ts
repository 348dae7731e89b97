import { describe, expect, it } from 'vitest'
import { eventAgreement, pooledEventAgreement, unionOfEvents } from './event-agreement.ts'

const at = (startS: number, durationS = 1) => ({ startS, durationS })

describe('agreement of events', () => {
  it('pairs each event once, the largest overlap first', () => {
    const agreement = eventAgreement([at(0), at(0.4)], [at(0.3)])
    expect(agreement).toMatchObject({ matched: 1, found: 2, reference: 1 })
    expect([agreement.precision, agreement.recall]).toEqual([0.5, 1])
    expect(agreement.f1).toBeCloseTo(2 / 3, 12)
  })

  it('asks for a fifth of overlap unless said', () => {
    expect(eventAgreement([at(0)], [at(0.7)]).matched).toBe(0)
    expect(eventAgreement([at(0)], [at(0.7)], 0.1).matched).toBe(1)
  })

  it('is 0 when nothing is there to agree on', () => {
    expect(eventAgreement([], [])).toMatchObject({ precision: 0, recall: 0, f1: 0 })
  })

  it('joins what scorers mark in common, in order of time', () => {
    expect(unionOfEvents([[at(5), at(1)], [at(1.5, 2)]])).toEqual([at(1, 2.5), at(5)])
  })

  it('pools recordings by their counts', () => {
    const pooled = pooledEventAgreement([
      { matched: 1, found: 1, reference: 1 },
      { matched: 0, found: 1, reference: 3 },
    ])
    expect([pooled.precision, pooled.recall, pooled.f1]).toEqual([0.5, 0.25, 1 / 3])
  })
})
