import { describe, expect, it } from 'vitest'
import { CentreClock } from './centre-clock.ts'

describe("the centre's clock", () => {
  it('goes on evenly when the wall clock is set an hour forward or back, and meets it slowly', () => {
    for (const jumpMs of [3_600_000, -3_600_000]) {
      let [wallMs, monotonicMs] = [1_000_000_000_000, 0]
      const clock = new CentreClock(
        () => wallMs,
        () => monotonicMs,
      )
      const begun = clock.nowMs()
      wallMs += jumpMs
      let before = begun
      for (let second = 1; second <= 100; second++) {
        wallMs += 1000
        monotonicMs += 1000
        const now = clock.nowMs()
        expect(Math.abs(now - before - 1000)).toBeLessThanOrEqual(50)
        before = now
      }
      expect(before - begun).toBe(jumpMs > 0 ? 105_000 : 95_000)
    }
  })

  it('is never earlier than what a log holds, nor than it was', () => {
    const clock = new CentreClock(
      () => 5000,
      () => 0,
    )
    clock.atLeast(9000)
    expect(clock.nowMs()).toBe(9000)
    clock.atLeast(1)
    expect(clock.nowMs()).toBe(9000)
  })
})
