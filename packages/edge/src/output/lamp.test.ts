import type { Lease } from '@nocturne/core/night'
import { describe, expect, it } from 'vitest'
import { LampOutput } from './lamp.ts'

/** A lamp of 100 lx at full, whose every word and every command a test says and sees. */
function lampAt100(): {
  readonly lamp: LampOutput
  readonly told: Record<string, unknown>[]
  readonly effects: string[]
  readonly hands: string[]
  says(state: Record<string, unknown>): void
  passes(ms: number): void
} {
  const told: Record<string, unknown>[] = []
  let hear: (payload: string) => void = () => undefined
  let now = 0
  let waiting: { atMs: number; run: () => void }[] = []
  const timer = {
    now: () => now,
    after: (ms: number, run: () => void) => {
      const mine = { atMs: now + ms, run }
      waiting.push(mine)
      return () => {
        waiting = waiting.filter((each) => each !== mine)
      }
    },
  }
  const wire = {
    publish: (_: string, payload: string) => told.push(JSON.parse(payload)) > 0,
    listen: (_: string, listener: (payload: string) => void) => {
      hear = listener
    },
  }
  const known = { name: 'bed', commandTopic: 'bed/set', stateTopic: 'bed' }
  const lamp = new LampOutput(known, 100, wire, timer)
  const [effects, hands]: [string[], string[]] = [[], []]
  lamp.onEffect(({ leaseId, effect }) => effects.push(`${leaseId} ${effect}`))
  lamp.onOverride((by) => hands.push(by))
  return {
    ...{ lamp, told, effects, hands },
    says: (state) => hear(JSON.stringify(state)),
    passes: (ms) => {
      now += ms
      const due = waiting.filter(({ atMs }) => atMs <= now)
      waiting = waiting.filter(({ atMs }) => atMs > now)
      for (const { run } of due) run()
    },
  }
}

function piece(seq: number, maxLevel: number): Lease {
  return {
    ...{ id: `1.${seq}`, seq, token: 1, issuedAtMs: 0, notAfterMs: 20_200 },
    ...{ actuator: 'light', action: 'lamp', maxLevel, fallback: 'natural' },
    ...{ consentId: 'c', reason: `bedtime-light-${seq}` },
  }
}

describe('a lamp that falls with a bedtime fade', () => {
  it('carries its own end with each piece, and is dark below the dimmest that it can be (N42, N79)', () => {
    const { lamp, told, effects, hands, says } = lampAt100()
    lamp.carry(piece(1, 5), 5)
    says({ state: 'ON', brightness: 12 })
    lamp.carry(piece(2, 1), 1)
    says({ state: 'ON', brightness: 2 })
    lamp.carry(piece(3, 0.3), 0.3)
    says({ state: 'OFF' })
    lamp.carry(piece(4, 0.1), 0.1)
    expect(told.map(({ state, brightness, on_time }) => [state, brightness, on_time])).toEqual([
      ['ON', 12, 20],
      ['ON', 2, 20],
      ['OFF', undefined, undefined],
    ])
    expect(effects).toEqual(['1.1 confirmed', '1.2 confirmed', '1.3 confirmed', '1.4 confirmed'])
    expect(hands).toEqual([])
  })

  it('has failed when it does not go dark, or was never lit', () => {
    const { lamp, effects, says, passes } = lampAt100()
    lamp.carry(piece(1, 0.3), 0.3)
    lamp.carry(piece(2, 5), 5)
    says({ state: 'ON', brightness: 12 })
    lamp.carry(piece(3, 0.3), 0.3)
    passes(2000)
    expect(effects).toEqual(['1.1 failed', '1.2 confirmed', '1.3 failed'])
  })

  it('is the sleeper’s again when a hand switches it on after that (N56)', () => {
    const { lamp, told, hands, says, passes } = lampAt100()
    lamp.carry(piece(1, 5), 5)
    says({ state: 'ON', brightness: 12 })
    lamp.carry(piece(2, 0.3), 0.3)
    says({ state: 'OFF' })
    passes(5000)
    says({ state: 'ON', brightness: 200 })
    expect(hands).toEqual(['manual-light'])
    expect(told.length).toBe(2)
  })
})
