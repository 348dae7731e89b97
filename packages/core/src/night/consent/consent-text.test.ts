import { describe, expect, it } from 'vitest'
import { STARTING_LIMITS } from '../governor/guardrail.ts'
import type { ConsentDraft } from './consent.ts'
import { consentStanding, consentText } from './consent-text.ts'

const FROM = Date.UTC(2026, 10, 27, 18)
const DRAFT: ConsentDraft = {
  mode: 'control',
  actuators: ['sound'],
  conditions: [],
  hours: { fromMin: 22 * 60, toMin: 7 * 60 },
  validFromMs: FROM,
  validUntilMs: FROM + 10 * 86_400_000,
  ceilings: STARTING_LIMITS,
  audience: [],
}

describe('a consent in words', () => {
  it('says what, how loud, when, for whom, and that it can be taken back', () => {
    expect(consentText(DRAFT, 'Europe/Berlin')).toEqual([
      'The device may act by itself at night, within what follows.',
      'It may play short sounds in deep sleep, and a soft noise that fades while I fall asleep.',
      'It holds from 2026-11-27 19:00 to 2026-12-07 19:00, from 22:00 to 07:00, on the clocks of Europe/Berlin.',
      'Sound: never above 45 dB(A) at my ear, and over the night never more than 27 dB(A) on average over 8 h.',
      'Light in the evening and in sleep: never above 1 lux melanopic.',
      'Warmth: never above 34 degrees C at the skin.',
      'Stimulation in one night: at most 120 minutes.',
      'I was asked, and none of these applies to me: pauses in breathing at night, bipolar disorder or a mania at any time, epilepsy or seizures, severe insomnia, migraine that light sets off, nightmares of a trauma, an illness or medicine that makes sensitive to light, pregnancy, a psychosis at any time, tinnitus or pain from sounds, being under 18.',
      'Nobody but me sees anything of it.',
      'I can stop everything at any moment, and take this back at any moment, without a reason.',
      'This is not a medical device, and no effect is promised.',
    ])
  })

  it('names what is outside the recommended, and what a condition rules out (N16)', () => {
    const text = consentText(
      {
        ...DRAFT,
        actuators: [],
        mode: 'guidance',
        conditions: ['migraine'],
        hours: { fromMin: 0, toMin: 0 },
        ceilings: { ...STARTING_LIMITS, soundDbA: 60 },
        audience: [
          { who: 'Ana', sees: ['summary', 'alarms'] },
          { who: 'Ben', sees: [] },
        ],
      },
      'UTC',
    ).join('\n')
    expect(text).toContain('It does nothing by itself')
    expect(text).toContain('Nothing may act on me')
    expect(text).toContain('at every hour')
    expect(text).toContain('The loudest sound is 60, outside what is recommended (20 to 50).')
    expect(text).toContain('These apply to me: migraine that light sets off.')
    expect(text).toContain('So there will be no light.')
    expect(text).toContain('Ana may see the summary of my nights, that something is wrong.')
    expect(text).toContain('Ben may see nothing.')
  })
})

describe('whether a consent holds now', () => {
  const standingAt = (ms: number, hours = DRAFT.hours): string =>
    consentStanding({ terms: { ...DRAFT, hours, id: 'a' } }, ms, 'Europe/Berlin')

  it('it holds within its dates and, on the sleeper’s clocks, within its hours (N11, N12)', () => {
    expect(standingAt(FROM - 1)).toBe('not-yet')
    expect(standingAt(FROM)).toBe('out-of-hours')
    expect(standingAt(Date.UTC(2026, 10, 27, 20, 59, 59))).toBe('out-of-hours')
    expect(standingAt(Date.UTC(2026, 10, 27, 21))).toBe('valid')
    expect(standingAt(Date.UTC(2026, 10, 28, 5, 59, 59))).toBe('valid')
    expect(standingAt(Date.UTC(2026, 10, 28, 6))).toBe('out-of-hours')
    expect(standingAt(FROM, { fromMin: 0, toMin: 0 })).toBe('valid')
    expect(standingAt(DRAFT.validUntilMs)).toBe('expired')
  })
})
