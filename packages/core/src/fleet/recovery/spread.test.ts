import { describe, expect, it } from 'vitest'
import { admissionFor, takeToken, tokenBucket } from './admission.ts'
import { BACK_OFF_S, backOffS, firstWaitS, spreadWindowS } from './spread.ts'

describe('how a fleet comes back', () => {
  it('spreads over the time that 0.8 of the front door needs (F70)', () => {
    expect(spreadWindowS(1_000_000, 5000)).toBe(250)
    expect(spreadWindowS(100_000, 1500)).toBe(84)
    expect(spreadWindowS(0, 1500)).toBe(1)
  })

  it('a device waits its own share of the window, another one at each loss (F71)', () => {
    const waits = (nonce: number) =>
      Array.from({ length: 20_000 }, (_, i) => firstWaitS(`band-${i}`, nonce, 100))
    const counts = new Array<number>(100).fill(0)
    for (const wait of waits(7)) counts[Math.floor(wait)]! += 1
    expect(Math.min(...counts)).toBeGreaterThan(140)
    expect(Math.max(...counts)).toBeLessThan(260)
    expect(firstWaitS('band-1', 7, 100)).toBe(firstWaitS('band-1', 7, 100))
    const early = waits(7).map((wait, i) => (wait < 10 ? i : -1))
    const late = waits(8)
    const stillEarly = early.filter((i) => i >= 0 && late[i]! < 10).length
    expect(stillEarly).toBeLessThan(300)
  })

  it('then backs off with full jitter to 300 s, or to two windows where that is longer (F72)', () => {
    expect(backOffS(1, 0.5, 20)).toBe(10)
    expect(backOffS(2, 0.5, 20)).toBe(20)
    expect(backOffS(40, 0.5, 20)).toBe(BACK_OFF_S / 2)
    expect(backOffS(40, 0.5, 286)).toBe(286)
    expect(backOffS(1, 0, 286)).toBe(0)
  })

  it('the door lets in its rate and a tenth of a second at once (F73)', () => {
    const admission = admissionFor(10_000, 1000)
    expect(admission).toEqual({ ratePerS: 1000, burst: 100, spreadS: 13, backWithinS: 13 })
    let bucket = tokenBucket(admission, 0)
    let admitted = 0
    // Ten thousand ask within one second.
    for (let i = 0; i < 10_000; i++) {
      const taken = takeToken(bucket, i / 10)
      bucket = taken.bucket
      if (taken.admitted) admitted++
    }
    expect(admitted).toBeGreaterThan(1090)
    expect(admitted).toBeLessThanOrEqual(1100)
    // A clock that goes back gives nothing.
    expect(takeToken({ ...bucket, tokens: 0 }, -5000).admitted).toBe(false)
  })
})
