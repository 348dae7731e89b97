import { describe, expect, it } from 'vitest'
import { loopHeader } from '#test/made-up-loop.ts'
import { log, PI, sin } from '../../math/elementary.ts'
import type { Decision } from '../loop/decision.ts'
import type { LoopEvent } from '../loop/event.ts'
import type { Measured } from '../trial/trial.ts'
import { NightMeasure } from './night-measure.ts'

const RATE = 128
const WINDOW_S = 10

type Planted = {
  readonly pairs: number
  /** Slow waves of windows with sound are so many times larger. */
  readonly gain?: number
  /** Windows (counted from 0) whose first marker an arousal follows, so many s later. */
  readonly arousals?: readonly (readonly [window: number, afterS: number])[]
  /** Windows with a missing sample after the marker. */
  readonly torn?: readonly number[]
  /** When in its window the first chance is, ms. */
  readonly intoMs?: number
}

/** A night of windows in turn, the first with sound, with two chances in each. */
function measuredOf({
  pairs,
  gain = 1,
  arousals = [],
  torn = [],
  intoMs = 1000,
}: Planted): Measured {
  const measure = new NightMeasure(loopHeader())
  for (let window = -1; window < 2 * pairs; window++) {
    const sound = window % 2 === 0
    const first = (window + 1) * WINDOW_S * RATE
    const pair = Math.floor(window / 2)
    const column = Float32Array.from({ length: WINDOW_S * RATE }, (_, i) => {
      return 40 * (sound ? gain : 1) * sin((2 * PI * (first + i)) / RATE)
    })
    if (torn.includes(window)) column[3 * RATE] = Number.NaN
    const chances = [intoMs, intoMs + 1500].map((ms): LoopEvent => {
      const chance = { pair, sound, intoMs: ms, heardAt: first + (ms / 1000) * RATE }
      const decision = { chance, sample: first, atMs: 0, allowed: sound, code: '', rule: '' }
      return { kind: 'decision', decision: decision as unknown as Decision }
    })
    const events: LoopEvent[] = window < 0 ? [] : chances
    for (const [which, afterS] of arousals) {
      if (which !== window) continue
      const from = first + (intoMs / 1000 + afterS) * RATE
      const seen = { what: 'arousal', sample: from, from, to: from, at: from } as const
      events.push({ kind: 'seen', ...seen, amplitudeUv: Number.NaN, cause: 'fast-shift' })
    }
    measure.take({ kind: 'tick', atMs: 0 }, events)
    measure.take({ kind: 'samples', atMs: 0, first, columns: [column] }, [])
  }
  return measure.measured()
}

describe('what a night leaves to compare', () => {
  it('is the first chance of each window: the planted gain comes out, and none where none is', () => {
    const none = measuredOf({ pairs: 20 })
    expect(none.windows?.length).toBe(20)
    for (const difference of none.windows!) expect(Math.abs(difference)).toBeLessThan(0.02)
    expect(Math.abs(none.evokedUv!)).toBeLessThan(1)
    const planted = measuredOf({ pairs: 20, gain: 1.2 })
    for (const difference of planted.windows!) {
      expect(Math.abs(difference - 2 * log(1.2))).toBeLessThan(0.06)
    }
    expect(planted.evokedUv).toBeGreaterThan(6)
    expect(planted.swaUv2! / none.swaUv2!).toBeCloseTo(1.44, 1)
  })

  it('counts arousals within 10 s after markers, of windows with sound and of silent ones', () => {
    const arousals = [
      [0, 3],
      [3, 1],
      [4, 9],
      [6, 11],
    ] as const
    expect(measuredOf({ pairs: 8, arousals })).toMatchObject({
      ...{ markers: 8, arousals: 2, silentMarkers: 8, silentArousals: 1 },
    })
  })

  it('leaves out a pair with something missing, and what follows until the filters have settled', () => {
    expect(measuredOf({ pairs: 8, torn: [6] }).windows?.length).toBe(7)
    expect(measuredOf({ pairs: 8, torn: [6, 9] }).windows?.length).toBe(6)
  })

  it('leaves out a marker so late that what follows lies in the next window', () => {
    const late = measuredOf({ pairs: 8, intoMs: 6500 })
    expect(late).toEqual({
      ...{ markers: 0, arousals: 0, silentMarkers: 0, silentArousals: 0, windows: [] },
    })
  })
})
