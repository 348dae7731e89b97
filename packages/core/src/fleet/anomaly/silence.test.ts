import { describe, expect, it } from 'vitest'
import { beginSilenceWatch, silenceStep } from './silence.ts'

const seen = (expected: number, silent: number, fellSilent: number) => [
  { district: 'north', expected, silent, fellSilent },
]

describe('silence of a district', () => {
  it('is a blackout when a fifth fell silent within a minute, once, until fewer than a tenth are', () => {
    const dark = silenceStep(beginSilenceWatch(), seen(100, 21, 20))
    expect([dark.begun, dark.ended]).toEqual([['north'], []])
    expect(silenceStep(dark.state, seen(100, 90, 60)).begun).toEqual([])
    const light = silenceStep(dark.state, seen(100, 9, 0))
    expect([light.ended, light.state.dark]).toEqual([['north'], []])
  })

  it('is none when people get up one by one, nor of four devices', () => {
    expect(silenceStep(beginSilenceWatch(), seen(100, 80, 19)).begun).toEqual([])
    expect(silenceStep(beginSilenceWatch(), seen(4, 4, 4)).begun).toEqual([])
    expect(silenceStep(beginSilenceWatch(), seen(0, 0, 0)).begun).toEqual([])
  })
})
