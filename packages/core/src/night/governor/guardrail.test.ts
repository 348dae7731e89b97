import { describe, expect, it } from 'vitest'
import { ABSOLUTE_LIMITS, GUARDRAILS, STARTING_LIMITS, standing } from './guardrail.ts'
import { LIMIT_NAMES, tighter } from './limits.ts'
import { modeRank } from './mode.ts'

describe('guardrails (N14)', () => {
  it('are these, and no release can move them', () => {
    expect(GUARDRAILS).toEqual({
      soundDbA: rail(20, 60, 20, 50, 45),
      soundLaeqDbA: rail(0, 30, 0, 27, 27),
      lightMelanopicLux: rail(0, 10, 0, 1, 1),
      warmthC: rail(20, 40, 28, 36, 34),
      stimulationMin: rail(0, 240, 0, 180, 120),
    })
  })

  it('the absolute range holds the recommended one, and that what a new sleeper is offered', () => {
    for (const name of LIMIT_NAMES) {
      const { absolute, recommended, start } = GUARDRAILS[name]
      expect(absolute.from).toBeLessThanOrEqual(recommended.from)
      expect(recommended.to).toBeLessThanOrEqual(absolute.to)
      expect(standing(start, GUARDRAILS[name])).toBe('within')
      expect(ABSOLUTE_LIMITS[name]).toBe(absolute.to)
      expect(STARTING_LIMITS[name]).toBe(start)
    }
  })

  it('a value stands outside, at the minimum, below, within, above or at the maximum', () => {
    const of = (value: number): string => standing(value, GUARDRAILS.warmthC)
    expect([19.9, 20, 20.1, 27.9, 28, 36, 36.1, 39.9, 40, 40.1, Number.NaN].map(of)).toEqual([
      'outside',
      'minimum',
      'below',
      'below',
      'within',
      'within',
      'above',
      'above',
      'maximum',
      'outside',
      'outside',
    ])
    expect(standing(20, GUARDRAILS.soundDbA)).toBe('within')
  })

  function rail(from: number, to: number, low: number, high: number, start: number): unknown {
    return { absolute: { from, to }, recommended: { from: low, to: high }, start }
  }
})

describe('ceilings', () => {
  it('the tighter of two takes the lower of each, and what is not named or NaN stays', () => {
    const lower = {
      soundDbA: 30,
      soundLaeqDbA: 99,
      lightMelanopicLux: Number.NaN,
      warmthC: 35,
    }
    expect(tighter(ABSOLUTE_LIMITS, lower)).toEqual({
      ...ABSOLUTE_LIMITS,
      soundDbA: 30,
      warmthC: 35,
    })
    for (const name of LIMIT_NAMES) {
      expect(tighter(ABSOLUTE_LIMITS, { [name]: 1 })).toEqual({ ...ABSOLUTE_LIMITS, [name]: 1 })
    }
  })
})

describe('modes', () => {
  it('natural is below guidance, guidance below control', () => {
    expect(['natural', 'guidance', 'control'].map((mode) => modeRank(mode as never))).toEqual([
      0, 1, 2,
    ])
  })
})
