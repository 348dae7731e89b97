import type { LoopEvent } from '@nocturne/core/night'
import { describe, expect, it } from 'vitest'
import { labMarkers } from './lab-markers.ts'

function stage(about: number, probabilities: readonly number[]): LoopEvent {
  return { kind: 'stage', sample: about + 10, about, probabilities, quality: 1 }
}

function command(heardAt: number, level: number, action: 'click' | 'wake' = 'click'): LoopEvent {
  const lease = {
    ...{ id: 'a', seq: 1, token: 1, issuedAtMs: 0, notAfterMs: 5000, actuator: 'sound' as const },
    ...{ action, maxLevel: level, fallback: 'natural' as const, consentId: 'c', reason: '' },
  }
  return { kind: 'command', lease, level, heardAt, targetRad: 0, predictedRad: 0 }
}

describe('the markers of a night for a laboratory', () => {
  it('name a stage when it changes, and when it is lost', () => {
    const marker = labMarkers()
    const nothing = [Number.NaN, Number.NaN, Number.NaN, Number.NaN, Number.NaN]
    const events = [
      stage(256, [0.6, 0.2, 0.1, 0.1, 0]),
      stage(512, [0.5, 0.3, 0.1, 0.1, 0]),
      stage(768, [0, 0.1, 0.2, 0.7, 0]),
      stage(1024, nothing),
      stage(1280, nothing),
    ]
    expect(events.map(marker)).toEqual([
      { text: 'stage W', sample: 256 },
      undefined,
      { text: 'stage N3', sample: 768 },
      { text: 'stage ?', sample: 1024 },
      undefined,
    ])
  })

  it('say where an event of sleep is, and nothing of decisions', () => {
    const wave: LoopEvent = {
      ...{ kind: 'seen', what: 'slow-wave', sample: 900, from: 700, to: 880, at: 760 },
      ...{ amplitudeUv: -90, cause: 'none' },
    }
    expect(labMarkers()(wave)).toEqual({ text: 'slow-wave', sample: 760 })
    const level: LoopEvent = { kind: 'level', sample: 1, levelDb: 45, why: '' }
    expect(labMarkers()(level)).toBeUndefined()
  })

  it('N80: tell a stimulus by its moment alone, at any level', () => {
    const marker = labMarkers()
    const heard = [50, 0].map((level) => marker(command(1000.25, level)))
    expect(heard).toEqual(Array(2).fill({ text: 'stimulus', sample: 1000.25 }))
    expect(marker(command(5, 0, 'wake'))).toEqual({ text: 'wake', sample: 5 })
  })
})
