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

describe('what a night of blocks leaves', () => {
  const BLOCK_MIN = 5
  const SECONDS = 20 * 60

  /** Twenty minutes of waves, larger in the second and third block; a chance every 10 s. */
  function blocksOf(words: (second: number) => readonly LoopEvent[] = () => []): Measured {
    const measure = new NightMeasure(loopHeader(), BLOCK_MIN)
    for (let second = 0; second < SECONDS; second++) {
      const size = 40 * (second >= 300 && second < 900 ? 1.5 : 1)
      const first = second * RATE
      const column = Float32Array.from({ length: RATE }, (_, i) => size * sin((2 * PI * i) / RATE))
      const atMs = 1000 * (second + 1)
      const [pair, isFirst] = [Math.floor(second / 20), second % 20 === 0]
      // Told a second before it is heard, as wishes are.
      const chance = { pair, sound: isFirst, intoMs: 1000, heardAt: first + 2 * RATE }
      const told = { chance, sample: first + RATE, atMs, allowed: true, code: '', rule: '' }
      const decision = told as unknown as Decision
      const events: LoopEvent[] = second % 10 === 0 ? [{ kind: 'decision', decision }] : []
      const probabilities = [0, 0, 0.2, 0.8, 0]
      const about = { sample: first, about: first, quality: 1 }
      events.push({ kind: 'stage', ...about, probabilities }, ...words(second))
      measure.take({ kind: 'samples', atMs, first, columns: [column] }, events)
    }
    return measure.measured()
  }

  it('is told block by block and not of the whole, without what lies near a border', () => {
    const { blocks, ...rest } = blocksOf()
    expect(rest).toEqual({})
    expect(blocks?.map(({ block }) => block)).toEqual([0, 1, 2, 3])
    for (const block of blocks!) {
      // Of 30 chances three are within 30 s after the border, one within 10 s before the next.
      expect([block.markers! + block.silentMarkers!, block.arousals]).toEqual([26, 0])
      for (const difference of block.windows!) expect(Math.abs(difference)).toBeLessThan(0.02)
    }
    for (const name of ['swaUv2', 'wholeUv2'] as const) {
      const [a, b, c, d] = blocks!.map((block) => log(block[name]!))
      expect([b! - a!, c! - a!, d! - a!].map((x) => Math.round(10 * x))).toEqual([8, 8, 0])
    }
  })

  it('has no power of a whole block from what is not sleep, nor from what an arousal touches', () => {
    const event = (what: 'arousal' | 'arousal-end', sample: number): LoopEvent => {
      const about = { sample, from: sample - 8 * RATE, to: sample, at: sample }
      return { kind: 'seen', what, ...about, amplitudeUv: Number.NaN, cause: 'muscle' }
    }
    const stirred = blocksOf((second) => {
      const sample = (second + 1) * RATE
      if (second === 330) return [event('arousal', sample)]
      return second === 570 ? [event('arousal-end', sample)] : []
    })
    const calm = blocksOf()
    // All but a few seconds of the second block were aroused, and one chance lay before it.
    expect(stirred.blocks![1]!.wholeUv2).toBeCloseTo(calm.blocks![1]!.wholeUv2!, 0)
    const awake: LoopEvent = {
      ...{ kind: 'stage', sample: 0, about: 0, quality: 1 },
      probabilities: [0.9, 0.1, 0, 0, 0],
    }
    const restless = blocksOf((second) => (second < 600 ? [awake] : []))
    expect(restless.blocks!.map(({ wholeUv2 }) => wholeUv2 !== undefined)).toEqual([
      ...[false, false, true, true],
    ])
  })
})
