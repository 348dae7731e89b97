import { describe, expect, it } from 'vitest'
import { FADE_S, levelAfterFall, toldOfFall } from './softness.ts'

describe('what a sleeper hears of a fall to natural', () => {
  it('a sound or a light goes within 5 s, never up, without a step (F68)', () => {
    for (const action of ['click', 'cue', 'lamp', 'fade', 'warmth'] as const) {
      let before = 1
      for (let ms = 0; ms <= 5000; ms += 10) {
        const level = levelAfterFall(action, ms / 1000)
        expect(level).toBeLessThanOrEqual(before)
        expect(before - level).toBeLessThan(0.004)
        before = level
      }
      expect(before).toBe(0)
    }
    expect(FADE_S).toBe(5)
  })

  it('an unknown time since the fall is silence (F68)', () => {
    expect(levelAfterFall('cue', Number.NaN)).toBe(0)
    expect(levelAfterFall('cue', -3)).toBe(1)
  })

  it('the own alarm rings as it was set (F69)', () => {
    for (const sinceS of [0, 2, 5, 80_000, Number.NaN])
      expect(levelAfterFall('wake', sinceS)).toBe(1)
  })

  it('nobody is woken because of a fault: followers hear of it, the sleeper in the morning (F69)', () => {
    expect(toldOfFall('sleeper')).toBe('nobody')
    expect(toldOfFall('fault')).toBe('follower')
    expect(toldOfFall('lease-lapsed')).toBe('sleeper-in-the-morning')
    expect(toldOfFall('facility')).toBe('sleeper-in-the-morning')
  })
})
