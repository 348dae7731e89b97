import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../math/random.ts'
import { METRIC_NAMES } from './metric.ts'
import { RING_MS, RINGS, rolloutPlan } from './plan.ts'
import { addCounts, logHigherE, noEvidence } from './rate-evidence.ts'
import { aimOf, openRollout, rolloutLogE, rolloutStep } from './rollout.ts'
import type { MetricCounts, RolloutEffect, RolloutInput, RolloutState } from './state.ts'

const named = rolloutPlan({ id: 'spring', release: 2, baseline: 1, seed: 'a' })
if (!named.ok) throw new Error('no plan')
const PLAN = named.value

type Input = RolloutInput extends infer I
  ? I extends RolloutInput
    ? Omit<I, 'atMs'>
    : never
  : never

/** A rollout that is told things, each at its hour. */
class Run {
  state: RolloutState = openRollout(PLAN, 0)
  effects: RolloutEffect[] = []
  atMs = 0

  tell(input: Input, hours = 0): this {
    this.atMs += hours * 3_600_000
    const { state, effects } = rolloutStep(this.state, {
      ...input,
      atMs: this.atMs,
    } as RolloutInput)
    this.state = state
    this.effects = [...effects]
    return this
  }

  rehearsed(): this {
    for (const ring of ['twin', 'replay'] as const) {
      this.tell({ kind: 'rehearsed', ring, passed: true, digest: 'd' })
    }
    return this
  }

  /** A night in which both arms are the same, with so many events of each metric. */
  sameNight(events = 4000): this {
    const counts = METRIC_NAMES.map(
      (metric): MetricCounts => ({
        ...{ metric, stratum: 'all', canaryEvents: events / 2, baselineEvents: events / 2 },
        ...{ canaryExposure: 1, baselineExposure: 1 },
      }),
    )
    return this.tell({ kind: 'counts', counts, nights: 100 }, 24).tell({ kind: 'tick' })
  }

  get ring(): string {
    return RINGS[this.state.ring]!.name
  }
}

function bad(canaryEvents: number, baselineEvents: number): Input {
  const counts: MetricCounts = {
    ...{ metric: 'adverse-dream', stratum: 'all', canaryEvents, baselineEvents },
    ...{ canaryExposure: 1, baselineExposure: 9 },
  }
  return { kind: 'counts', counts: [counts], nights: 10 }
}

/** At 1 %, where people are. */
function atOnePercent(): Run {
  const run = new Run().rehearsed().sameNight().sameNight()
  expect(run.ring).toBe('1 %')
  return run
}

describe('a rollout', () => {
  it('reaches no person before the twin and recorded nights have passed, and leaves no ring out (F40)', () => {
    const run = new Run()
    expect(aimOf(run.state)).toBeUndefined()
    expect(
      run.tell({ kind: 'rehearsed', ring: 'replay', passed: true, digest: 'd' }).effects,
    ).toEqual([{ kind: 'refused', why: 'not-this-ring' }])
    run.tell({ kind: 'tick' }, 1000).tell({ kind: 'approve', operator: 'ann' })
    expect([run.ring, aimOf(run.state)]).toEqual(['twin', undefined])
    run.rehearsed()
    expect(aimOf(run.state)).toMatchObject({ share: 0, staff: true, way: 'forward' })
    const rings = [run.ring]
    while (run.state.status === 'running') {
      run.sameNight()
      for (const operator of ['ann', 'ben']) run.tell({ kind: 'approve', operator })
      if (run.ring !== rings.at(-1)) rings.push(run.ring)
    }
    expect(rings).toEqual(['staff', '0.1 %', '1 %', '10 %', '50 %', '100 %'])
    expect(run.state.status).toBe('done')
  })

  it('ends at a rehearsal that failed, before anybody was in it (F40)', () => {
    const run = new Run().tell({ kind: 'rehearsed', ring: 'twin', passed: false, digest: 'e3' })
    expect(run.state.stop?.reason).toEqual({ by: 'rehearsal', ring: 'twin', digest: 'e3' })
    expect(run.effects.map(({ kind }) => kind)).toEqual(['stopped'])
  })

  it('is bound by the plan it was opened with: no input changes it (F41)', () => {
    const run = atOnePercent()
    for (const input of [
      bad(1, 9),
      { kind: 'tick' },
      { kind: 'approve', operator: 'ann' },
    ] as const) {
      run.tell(input as Input)
      expect(run.state.plan).toBe(PLAN)
    }
    expect(rolloutPlan({ ...PLAN, mostRatio: 1.3 }).ok).toBe(false)
    expect(rolloutPlan({ ...PLAN, falseStop: 0.2 }).ok).toBe(false)
    expect(rolloutPlan({ ...PLAN, release: 1 }).ok).toBe(false)
    expect(rolloutPlan({ ...PLAN, id: 'Spring!' }).ok).toBe(false)
  })

  it('stops at the evidence, over the mean of all metrics, and the aim to go back comes first (F42)', () => {
    const run = atOnePercent()
    const before = rolloutLogE(run.state)
    expect(before).toBeLessThan(0)
    for (let k = 0; k < 2000 && run.state.status === 'running'; k++) run.tell(bad(3, 2))
    expect(run.state.stop?.reason).toMatchObject({ by: 'evidence', metric: 'adverse-dream' })
    const logs = METRIC_NAMES.map((name) => logHigherE(run.state.evidence[name]))
    const mean = logs.reduce((sum, value) => sum + Math.exp(value), 0) / logs.length
    expect(rolloutLogE(run.state)).toBeCloseTo(Math.log(mean), 9)
    expect(mean).toBeGreaterThanOrEqual(1000)
    expect(run.effects.map(({ kind }) => kind)).toEqual(['aim', 'stopped'])
    expect(run.effects[0]).toMatchObject({ aim: { way: 'back', release: 2, baseline: 1 } })
  })

  it('stops at the first critical event under the release, and at none under another (F43)', () => {
    const run = atOnePercent()
    const critical = { kind: 'critical', metric: 'missed-expiry', device: 'd-17' } as const
    expect(run.tell({ ...critical, release: 1 }).state.status).toBe('running')
    expect(run.tell({ ...critical, release: 2 }).state.status).toBe('stopped')
    expect(run.state.stop?.reason).toEqual({
      by: 'critical',
      metric: 'missed-expiry',
      device: 'd-17',
    })
  })

  it('stays a night in a ring, and leaves it when every ratio is shown to be below 1.25 (F44)', () => {
    const run = new Run().rehearsed().sameNight()
    expect(run.ring).toBe('0.1 %')
    run.tell({ kind: 'tick' }, 23.9)
    expect(run.ring).toBe('0.1 %')
    // Forty events of each metric show nothing.
    run.sameNight(40)
    expect(run.ring).toBe('0.1 %')
    expect(run.effects).toEqual([{ kind: 'ask', ring: RINGS[4], persons: 2, proven: false }])
    run.sameNight()
    expect(run.ring).toBe('1 %')
    expect(run.effects).toContainEqual({ kind: 'ring', ring: RINGS[4], proven: true })
    expect(RING_MS).toBe(86_400_000)
  })

  it('leaves an unproven ring only at the word of two persons, and says so (F44)', () => {
    const run = new Run().rehearsed().sameNight()
    expect(run.tell({ kind: 'approve', operator: 'ann' }).effects).toEqual([
      { kind: 'refused', why: 'too-early' },
    ])
    run.sameNight(40)
    expect(run.tell({ kind: 'approve', operator: 'ann' }).ring).toBe('0.1 %')
    expect(run.tell({ kind: 'approve', operator: 'ann' }).effects).toEqual([
      { kind: 'refused', why: 'same-person' },
    ])
    run.tell({ kind: 'approve', operator: 'ben' })
    expect(run.effects).toContainEqual({ kind: 'ring', ring: RINGS[4], proven: false })
  })

  it('goes past 10 % only at the word of two persons, each time (F45)', () => {
    const run = atOnePercent().sameNight()
    expect(run.ring).toBe('10 %')
    for (const next of ['50 %', '100 %']) {
      const here = run.ring
      run.sameNight()
      expect(run.effects).toMatchObject([{ kind: 'ask', persons: 2, proven: true }])
      run.tell({ kind: 'approve', operator: 'ann' }).tell({ kind: 'approve', operator: 'ann' })
      run.tell({ kind: 'tick' }, 500)
      expect(run.ring).toBe(here)
      run.tell({ kind: 'approve', operator: 'ben' })
      expect(run.ring).toBe(next)
    }
  })

  it('counts the word of nobody who may not say it any more (F45)', () => {
    const run = atOnePercent().sameNight().sameNight()
    const here = run.ring
    run.tell({ kind: 'approve', operator: 'ann', among: ['ann', 'ben'] })
    run.tell({ kind: 'approve', operator: 'ben', among: ['ben', 'cho'] })
    expect(run.ring).toBe(here)
    run.tell({ kind: 'approve', operator: 'cho', among: ['ben', 'cho'] })
    expect([here, run.ring]).toEqual(['10 %', '50 %'])
  })

  it('holds while it is paused, and goes on', () => {
    const run = atOnePercent().tell({ kind: 'pause', operator: 'ann' })
    expect(run.effects).toMatchObject([{ kind: 'aim', aim: { way: 'hold' } }])
    run.sameNight()
    expect(run.ring).toBe('1 %')
    run.tell({ kind: 'resume', operator: 'ann' })
    expect(run.effects).toMatchObject([{ kind: 'aim', aim: { way: 'forward', share: 0.01 } }])
    expect(run.tell({ kind: 'tick' }).ring).toBe('10 %')
  })

  it('stopped is stopped: no word and no number starts it again (F48)', () => {
    const run = atOnePercent().tell({ kind: 'incident', incident: 'i-1' })
    const { state } = run
    const words: Input[] = [
      { kind: 'resume', operator: 'ann' },
      { kind: 'approve', operator: 'ann' },
      { kind: 'stop', operator: 'ann' },
      { kind: 'rehearsed', ring: 'twin', passed: true, digest: 'd' },
      bad(0, 5000),
      { kind: 'tick' },
    ]
    for (const word of words) {
      run.tell(word, 100)
      expect(run.state).toBe(state)
      expect(run.effects.some(({ kind }) => kind === 'aim')).toBe(false)
    }
  })

  it('can be stopped after it is done', () => {
    const run = atOnePercent()
    while (run.state.status === 'running') {
      run.sameNight()
      for (const operator of ['ann', 'ben']) run.tell({ kind: 'approve', operator })
    }
    run.tell({ kind: 'stop', operator: 'ann' })
    expect(aimOf(run.state)).toMatchObject({ way: 'back', share: 1 })
  })

  it('keeps a trace that is bounded', () => {
    const run = atOnePercent()
    for (let k = 0; k < 1100; k++) run.tell({ ...bad(0, 0) })
    expect(run.state.trace.length).toBeLessThanOrEqual(512)
    expect(run.state.trace[0]).toMatchObject({ ring: 3 })
  })
})

describe('events that are counted', () => {
  /**
   * Both arms run the same, three sleepers in a hundred have events on most nights, 40 of 400 are
   * in the canary arm; the e-process over 30 nights, of all events or of each device's first.
   */
  function everStops(seed: number, firstOnly: boolean): boolean {
    const random = seededRandom(seed)
    const rates = Array.from({ length: 400 }, () => (random.uniform() < 0.03 ? 0.6 : 0.01))
    const hadOne = rates.map(() => false)
    let evidence = noEvidence()
    for (let night = 0; night < 30; night++) {
      const counts = { canaryEvents: 0, baselineEvents: 0, canaryExposure: 0, baselineExposure: 0 }
      for (const [k, rate] of rates.entries()) {
        if (firstOnly && hadOne[k]) continue
        const arm = k < 40 ? 'canary' : 'baseline'
        counts[`${arm}Exposure`]++
        if (random.uniform() >= rate) continue
        counts[`${arm}Events`]++
        hadOne[k] = true
      }
      evidence = addCounts(evidence, counts)
      if (logHigherE(evidence) >= Math.log(1000)) return true
    }
    return false
  }

  it('are the first of each device: a few restless sleepers would stop a release that is no worse (F49)', () => {
    const seeds = Array.from({ length: 120 }, (_, seed) => seed)
    expect(seeds.filter((seed) => everStops(seed, true)).length).toBeLessThanOrEqual(1)
    expect(seeds.filter((seed) => everStops(seed, false)).length).toBeGreaterThan(4)
  })
})
