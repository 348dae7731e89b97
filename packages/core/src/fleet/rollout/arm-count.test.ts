import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../math/random.ts'
import type { RolloutAim } from './aim.ts'
import {
  type ArmCounters,
  type ArmInterval,
  type ArmMemory,
  armOf,
  countInterval,
  countsInput,
  mergeCounts,
  noCounts,
} from './arm-count.ts'
import { METRIC_NAMES, type RolloutMetric } from './metric.ts'
import { rolloutPlan } from './plan.ts'
import { openRollout, rolloutStep } from './rollout.ts'

const AIM: RolloutAim = {
  ...{ rollout: 'r2', revision: 3, release: 2, baseline: 1, way: 'forward' },
  ...{ share: 0.1, staff: true },
}
const DEVICE = { running: 2, place: 0.05, isStaff: false, takesUpdates: true }

/** An interval counted into a copy, so that a test can go on from any of its states. */
function addInterval(
  counters: ArmCounters,
  aim: RolloutAim,
  who: Parameters<typeof countInterval>[2],
  memory: ArmMemory | undefined,
  lived: ArmInterval,
): { counters: ArmCounters; memory: ArmMemory } {
  const counts = { ...counters.counts }
  const kept = countInterval(counts, aim, who, memory, lived)
  const slept = who.arm === 'canary' ? lived.nights : 0
  return { counters: { counts, nights: counters.nights + slept }, memory: kept }
}

describe('who is compared with whom (F49)', () => {
  it('is who was drawn and runs what the lot says, against who was not and runs the one before', () => {
    expect(armOf(AIM, DEVICE)).toBe('canary')
    expect(armOf(AIM, { ...DEVICE, running: 1, place: 0.5 })).toBe('baseline')
  })

  it('is nobody who takes no updates, works on it, or runs something else', () => {
    expect(armOf(AIM, { ...DEVICE, takesUpdates: false })).toBeUndefined()
    expect(armOf(AIM, { ...DEVICE, isStaff: true })).toBeUndefined()
    // Drawn, and not reached yet; not drawn, and it has it all the same.
    expect(armOf(AIM, { ...DEVICE, running: 1 })).toBeUndefined()
    expect(armOf(AIM, { ...DEVICE, place: 0.5 })).toBeUndefined()
    expect(armOf(AIM, { ...DEVICE, running: 0, place: 0.5 })).toBeUndefined()
    expect(armOf({ ...AIM, way: 'back' }, DEVICE)).toBeUndefined()
    expect(armOf({ ...AIM, share: 0 }, { ...DEVICE, running: 1 })).toBeUndefined()
  })
})

describe('what is counted of a device (F49)', () => {
  const who = { arm: 'canary', stratum: 'late' } as const

  function lived(
    nights: readonly (readonly RolloutMetric[])[],
    aim = AIM,
    memory?: ArmMemory,
  ): { counters: ArmCounters; memory: ArmMemory | undefined } {
    let state = { counters: noCounts(), memory }
    for (const events of nights) {
      state = addInterval(state.counters, aim, who, state.memory, { nights: 1, events })
    }
    return state
  }

  it('is its first event of each metric in a ring, and the time until then', () => {
    const { counters, memory } = lived([
      [],
      ['adverse-dream'],
      ['adverse-dream', 'device-fault'],
      [],
    ])
    const row = (metric: RolloutMetric) => counters.counts[`${metric} late`]!
    expect(row('adverse-dream')).toMatchObject({ canaryEvents: 1, canaryExposure: 2 })
    expect(row('device-fault')).toMatchObject({ canaryEvents: 1, canaryExposure: 3 })
    expect(row('restless-night')).toMatchObject({ canaryEvents: 0, canaryExposure: 4 })
    expect(counters.nights).toBe(4)
    const next = lived([['adverse-dream']], { ...AIM, share: 0.5, revision: 4 }, memory)
    expect(next.counters.counts['adverse-dream late']).toMatchObject({ canaryEvents: 1 })
    const same = lived([['adverse-dream']], { ...AIM, revision: 5 }, memory)
    expect(same.counters.counts['adverse-dream late']).toBeUndefined()
  })

  it('is summed over partitions, each stratum for itself', () => {
    const a = lived([['adverse-dream']]).counters
    const other = { arm: 'baseline', stratum: 'early' } as const
    const b = addInterval(lived([[]]).counters, AIM, other, undefined, { nights: 2, events: [] })
    const both = mergeCounts(a, b.counters)
    expect(both.nights).toBe(2)
    expect(both.counts['adverse-dream late']).toMatchObject({ canaryEvents: 1, canaryExposure: 2 })
    expect(both.counts['adverse-dream early']).toMatchObject({ baselineExposure: 2 })
    expect(countsInput(both, 5).counts.length).toBe(2 * METRIC_NAMES.length)
  })

  it('leads a rollout to stop a release that makes three times as many, whoever the sleepers are', () => {
    const random = seededRandom(3)
    const plan = rolloutPlan({ id: 'r2', release: 2, baseline: 1, seed: 'a' })
    if (!plan.ok) throw new Error('no plan')
    let state = {
      ...openRollout(plan.value, 0),
      ring: 5,
      status: 'running' as const,
    } as ReturnType<typeof openRollout>
    const people = Array.from({ length: 5000 }, (_, k) => ({
      place: (k + 0.5) / 5000,
      stratum: k % 3 === 0 ? 'late' : 'early',
      memory: undefined as ArmMemory | undefined,
    }))
    let nights = 0
    for (; nights < 14 && state.status === 'running'; nights++) {
      let counters = noCounts()
      for (const person of people) {
        const arm = person.place < AIM.share ? 'canary' : 'baseline'
        const rate = (person.stratum === 'late' ? 0.04 : 0.01) * (arm === 'canary' ? 3 : 1)
        const events = random.uniform() < rate ? (['adverse-dream'] as const) : []
        const { stratum, memory } = person
        const added = addInterval(counters, AIM, { arm, stratum }, memory, { nights: 1, events })
        counters = added.counters
        person.memory = added.memory
      }
      state = rolloutStep(state, countsInput(counters, nights * 86_400_000)).state
    }
    expect(state.stop?.reason).toMatchObject({ by: 'evidence', metric: 'adverse-dream' })
    expect(nights).toBeLessThanOrEqual(3)
  })
})
