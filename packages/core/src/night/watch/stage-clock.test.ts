import { describe, expect, it } from 'vitest'
import { arrival } from './arrival.ts'
import { stageClock } from './stage-clock.ts'

const RATE = 100
const N3 = [0, 0, 0.2, 0.8, 0]
const N2 = [0, 0.1, 0.8, 0.1, 0]
const REM = [0, 0.1, 0.1, 0, 0.8]
const WAKE = [0.9, 0.1, 0, 0, 0]

/** A clock that has heard each row for so many seconds, second by second from the 30th on. */
function clockAfter(course: readonly (readonly [readonly number[], number])[]) {
  const clock = stageClock(RATE)
  let second = 30
  for (const [row, seconds] of course) {
    for (let k = 0; k < seconds; k++, second++) {
      clock.take({ probabilities: Float32Array.from(row), quality: 1, about: second * RATE })
    }
  }
  return clock
}

describe('the clock of stages', () => {
  it('counts stable N2 and N3 through breaks of up to 15 s, and N3 without any', () => {
    expect(
      clockAfter([
        [N2, 100],
        [WAKE, 15],
        [N3, 50],
      ]),
    ).toMatchObject({
      stableNremS: 165,
      n3S: 50,
    })
    expect(
      clockAfter([
        [N2, 100],
        [WAKE, 16],
        [N3, 50],
      ]),
    ).toMatchObject({ stableNremS: 50 })
    expect(
      clockAfter([
        [N3, 90],
        [N2, 1],
        [N3, 3],
      ]),
    ).toMatchObject({ stableNremS: 94, n3S: 3 })
  })

  it('puts sleep onset at the start of the first minute asleep', () => {
    expect(
      clockAfter([
        [WAKE, 20],
        [N2, 30],
        [WAKE, 5],
        [N2, 59],
      ]).onset,
    ).toBeNaN()
    expect(
      clockAfter([
        [WAKE, 20],
        [N2, 30],
        [WAKE, 5],
        [N2, 60],
      ]).onset,
    ).toBe(55 * RATE)
  })

  it('calls it REM where P(R) is .6 or more in the mean of a minute', () => {
    const clock = clockAfter([
      [N2, 60],
      [REM, 60],
    ])
    expect(clock.remMean).toBeCloseTo(0.8, 6)
    expect(clock.remS).toBe(16)
    expect(clockAfter([[REM, 29]]).remMean).toBeNaN()
  })

  it('begins anew after a gap in the opinions', () => {
    const clock = clockAfter([[N3, 200]])
    clock.take({ probabilities: Float32Array.from(N3), quality: 1, about: 1000 * RATE })
    expect(clock).toMatchObject({ stableNremS: 1, n3S: 1 })
    expect(clock.lightMean).toBeNaN()
  })
})

describe('the arrival of samples', () => {
  it('is held against the stated rate to a thousandth, with late pieces and all', () => {
    for (const error of [-0.03, 0, 0.02]) {
      const pace = arrival(256)
      for (let k = 1; k <= 600; k++) {
        const lateMs = (k * 37) % 60
        pace.note(32 * k, Math.round((k * 125) / (1 + error)) + lateMs)
        if (k < 140) expect(pace.rateError()).toBeUndefined()
      }
      expect(pace.rateError()).toBeCloseTo(error, 3)
    }
  })

  it('is not known again until 20 s after a silence', () => {
    const pace = arrival(100)
    for (let k = 1; k <= 60; k++) pace.note(100 * k, 1000 * k)
    pace.note(9000, 90_000)
    expect(pace.rateError()).toBeUndefined()
  })
})
