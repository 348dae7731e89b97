import { describe, expect, it } from 'vitest'
import { emptyTally } from '../anomaly/tally.ts'
import type { DeviceId } from '../telemetry/device-id.ts'
import { deskStep } from './desk.ts'
import type { DeskEffect } from './desk-effect.ts'
import { deskRows } from './desk-rows.ts'
import { beginDesk, type DeskState } from './desk-state.ts'
import { noLadderCounts } from './ladder-counts.ts'
import type { Tell } from './tell.ts'

/** What two partitions tell of a night of two releases, of which the newer wakes people from REM. */
function sums(partition: number, woken: number): Extract<Tell, { kind: 'sums' }> {
  const tallies = [1, 2].map((release) => {
    const tally = emptyTally({ release, cohort: 'late/60-on/control', district: 'harbour' })
    tally.counts.remAwakenings = release === 2 ? woken : 1
    return Object.assign(tally, { asleepS: 6000, remS: 1500, heardS: 6000 })
  })
  const running = [1, 2].map((release) => {
    return { release, devices: 200, some: [`bed-${partition}-${release}` as DeviceId] }
  })
  return {
    ...{ kind: 'sums', tallies, arms: [], districts: [], running, nights: 0.2 },
    ...{ ladder: noLadderCounts(), modes: { natural: 400, guidance: 0, control: 0 } },
    ...{ enrolled: 400, online: 400, epoch: 1 },
  }
}

/** Minutes of such nights at the desk. */
function nights(woken: number, minutes: number): { desk: DeskState; effects: DeskEffect[] } {
  let desk = beginDesk({ handshakesPerS: 100 })
  const effects: DeskEffect[] = []
  for (let step = 0; step < 2 * minutes; step++) {
    const atMs = 1e12 + 30_000 * step
    for (const partition of [0, 1]) {
      const tell = sums(partition, woken)
      const place = { partition, offset: step, index: 0 }
      const told = deskStep(desk, { kind: 'tell', atMs, ...place, tell })
      desk = told.state
      effects.push(...told.effects)
    }
    const ticked = deskStep(desk, { kind: 'tick', atMs })
    desk = ticked.state
    effects.push(...ticked.effects)
  }
  return { desk, effects }
}

describe('the eyes of the desk over all partitions', () => {
  it('see a release under which people wake from dreams, and name it beside the last good one (F52, F53)', () => {
    const { desk, effects } = nights(6, 30)
    const dream = desk.book.incidents.find(({ detector }) => detector === 'dream')
    expect(dream).toMatchObject({
      ...{ cause: { release: 2 }, suspect: { release: 2, lastGood: 1, by: 'comparison' } },
      actions: [
        { action: { do: 'stop-rollout', release: 2 } },
        { action: { do: 'natural', cause: { release: 2 } } },
        { action: { do: 'ask-piece', device: 'bed-0-2' } },
        { action: { do: 'ask-piece', device: 'bed-1-2' } },
      ],
    })
    expect(effects).toContainEqual(expect.objectContaining({ kind: 'ask', device: 'bed-0-2' }))
    const standing = desk.standing!.incidents.find(({ id }) => id === dream?.id)
    expect(standing).toMatchObject({ cause: { release: 2 }, status: 'open' })
    expect(JSON.stringify(standing)).not.toContain('bed-')
  })

  it('see nothing where both are alike (F52)', () => {
    expect(nights(1, 60).desk.book.incidents).toEqual([])
  })

  it('show the fleet in numbers, with its last hour (F70)', () => {
    const { desk } = nights(1, 90)
    const row = (key: string): unknown => deskRows(desk).find((each) => each.key === key)?.value
    const status = row('status') as { readonly curve: readonly unknown[] }
    expect(status).toMatchObject({ enrolled: 800, online: 800, modes: { natural: 800 } })
    expect(status).toMatchObject({ releases: [{ release: 1 }, { release: 2, devices: 400 }] })
    expect(status.curve.length).toBe(120)
    expect(row('standing')).toMatchObject({ spreadS: 10, number: 1e12 + 1 })
    expect(row('ladder')).toMatchObject({ standing: 'level', startedMs: null })
  })
})

describe('the word of the desk', () => {
  it('is said again also by a clock that went back (F29)', () => {
    let desk = beginDesk({ handshakesPerS: 5 })
    const saysAt = (atMs: number): boolean => {
      const step = deskStep(desk, { kind: 'tick', atMs })
      desk = step.state
      return step.effects.some(({ kind }) => kind === 'spread')
    }
    const times = [1e12, 1e12 + 1000, 1e12 - 3_600_000, 1e12 - 3_599_000, 1e12 - 3_575_000]
    expect(times.map(saysAt)).toEqual([true, false, true, false, true])
  })
})

describe('the orders of people at the desk', () => {
  it('are answered under their ids, with what they made or why not, and are in the audit (F88)', () => {
    let desk = beginDesk({ handshakesPerS: 5 })
    const order = (id: string, release: number): readonly DeskEffect[] => {
      const plan = { id: 'r2', release, baseline: 1, seed: 'a' }
      const step = deskStep(desk, {
        ...{ kind: 'order', atMs: 1e12, id, operator: 'kaya' },
        order: { what: 'open-rollout', plan },
      })
      desk = step.state
      return step.effects
    }
    const done = order('o1', 2)
    expect(done.find(({ kind }) => kind === 'answer')).toMatchObject({
      ...{ id: 'o1', value: { status: 'rehearsing' } },
    })
    expect(done).toContainEqual({
      ...{ kind: 'note', what: 'order open-rollout', operator: 'kaya' },
      why: 'r2: release 2 after 1',
    })
    expect(order('o2', 2).at(-1)).toEqual({ kind: 'answer', id: 'o2', refused: 'known' })
    expect(order('o3', 0).at(-1)).toMatchObject({
      refused: expect.stringContaining('PLAN_RELEASE'),
    })
    const stray = deskStep(desk, {
      ...{ kind: 'order', atMs: 1e12, id: 'o4', operator: 'kaya' },
      order: { what: 'rollout', rollout: 'none', do: { kind: 'stop' } },
    })
    expect(stray.effects).toEqual([{ kind: 'answer', id: 'o4', refused: 'unknown' }])
  })
})
