import { describe, expect, it } from 'vitest'
import { rolloutPlan } from '../rollout/plan.ts'
import { aimOf, openRollout, rolloutStep } from '../rollout/rollout.ts'
import type { RolloutEffect, StopReason } from '../rollout/state.ts'
import { incidentStep, openBook } from './book.ts'
import { incidentCeiling } from './incident.ts'
import type { IncidentSignal } from './signal.ts'
import { BROKEN_LOG_E, stopSignal } from './stop-signal.ts'

const plan = rolloutPlan({ id: 'r2', release: 2, baseline: 1, seed: 'a' })
if (!plan.ok) throw new Error('no plan')
const AT_ONE_PERCENT = { ...openRollout(plan.value, 0), ring: 4, status: 'running' } as const

type Stopped = Extract<RolloutEffect, { kind: 'stopped' }>

describe('a rollout that stopped', () => {
  it('opens an incident that names the release and the last good one, and lowers those who run it (F55, F56)', () => {
    const critical = { kind: 'critical', metric: 'missed-expiry', device: 'bed-7' } as const
    const { effects } = rolloutStep(AT_ONE_PERCENT, { ...critical, release: 2, atMs: 1000 })
    const stop = effects.find((effect): effect is Stopped => effect.kind === 'stopped')!
    const signal = stopSignal(stop, ['bed-3', 'bed-7'])!
    const opened = incidentStep(openBook(), { kind: 'signal', signal, atMs: 1000 })
    expect(opened.state.incidents[0]).toMatchObject({
      ...{ key: 'rollout: release 2', metric: 'missed-expiry' },
      suspect: { release: 2, lastGood: 1, by: 'comparison' },
      pieces: [{ device: 'bed-7' }, { device: 'bed-3' }],
    })
    const who = { district: 'north', cohort: 'late', device: 'bed-3' }
    expect(incidentCeiling(opened.state, { ...who, release: 2 })).toBe('guidance')
    expect(incidentCeiling(opened.state, { ...who, release: 1 })).toBe('control')
  })

  it('by an incident of another detector does not open a second one', () => {
    const signal: IncidentSignal = {
      ...({ detector: 'dream', metric: 'REM density', cause: { release: 2 }, logE: 9 } as const),
      ...{ cohorts: [], quietReleases: [1], devices: [] },
    }
    const opened = incidentStep(openBook(), { kind: 'signal', signal, atMs: 0 })
    const act = opened.effects.find((effect) => effect.kind === 'act')
    expect(act).toMatchObject({ action: { do: 'stop-rollout', release: 2 } })
    const told = { kind: 'incident', incident: act!.incident, atMs: 0 } as const
    const { state, effects } = rolloutStep(AT_ONE_PERCENT, told)
    expect(aimOf(state)).toMatchObject({ way: 'back' })
    const stop = effects.find((effect): effect is Stopped => effect.kind === 'stopped')!
    expect(stopSignal(stop, [])).toBeUndefined()
  })

  it('is a loss of autonomy when it was an act outside consent, and nothing when people stopped it', () => {
    const stopped = (reason: StopReason): Stopped => ({
      ...{ kind: 'stopped', rollout: 'r2', release: 2, baseline: 1, reason },
    })
    const act = { by: 'critical', metric: 'act-outside-consent', device: 'bed-7' } as const
    expect(stopSignal(stopped(act), [])).toMatchObject({ detector: 'autonomy', logE: BROKEN_LOG_E })
    const evidence = { by: 'evidence', metric: 'restless-night', logE: 1e9 } as const
    expect(stopSignal(stopped(evidence), [])).toMatchObject({ logE: BROKEN_LOG_E })
    expect(stopSignal(stopped({ by: 'operator', operator: 'ann' }), [])).toBeUndefined()
    expect(stopSignal(stopped({ by: 'rehearsal', ring: 'twin', digest: 'd' }), [])).toBeUndefined()
  })
})
