import { describe, expect, it } from 'vitest'
import { CHANNEL_NAMES, CHANNELS, MISSING } from '../telemetry/channel.ts'
import { FLAT_FRAMES, SANITY, type SanityFrame } from './sanity.ts'

const nothing = new Int16Array(12).fill(MISSING)
const at = CHANNEL_NAMES.indexOf('heartRate')

function frame(heartRate: number, more: Partial<SanityFrame> = {}): SanityFrame {
  const values = Int16Array.from(nothing)
  values[at] = heartRate
  return { frameAtS: 1000, nowS: 1010, values, ...more }
}

const findings = (told: SanityFrame): string[] =>
  SANITY.step(SANITY.begin(), told).state.findings.map(({ kind }) => kind)

describe('sanity of a device', () => {
  it('is stale after 12 min, of a wrong clock 5 min ahead, impossible outside a channel (F50)', () => {
    expect(findings(frame(600, { nowS: 1000 + 721 }))).toEqual(['stale'])
    expect(findings(frame(600, { nowS: 1000 - 301 }))).toEqual(['clock'])
    expect(findings(frame(CHANNELS.heartRate.to * CHANNELS.heartRate.scale + 1))).toEqual([
      'impossible',
    ])
    expect(findings(frame(600, { nowS: 1000 + 719 }))).toEqual([])
  })

  it('finds a heart that is the same to the digit for three quarters of an hour, and no sooner (F50)', () => {
    let state = SANITY.begin()
    for (let i = 0; i < FLAT_FRAMES; i++) {
      const told = SANITY.step(state, frame(600))
      expect(told.verdict).toBe('quiet')
      state = told.state
    }
    const told = SANITY.step(state, frame(600))
    expect([told.verdict, told.state.findings]).toEqual([
      'alarm',
      [{ kind: 'flat', channel: 'heartRate' }],
    ])
    expect(SANITY.step(told.state, frame(601)).verdict).toBe('quiet')
  })

  it('says unknown, and finds nothing, where nothing is known (F50)', () => {
    const told = SANITY.step(SANITY.begin(), { frameAtS: Number.NaN, nowS: 5, values: nothing })
    expect([told.verdict, told.score, told.state.findings]).toEqual(['unknown', Number.NaN, []])
  })
})
