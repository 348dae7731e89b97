import { describe, expect, it } from 'vitest'
import { addCounts, noEvidence } from '../rollout/rate-evidence.ts'
import {
  COHORT_SHARES,
  type LadderInput,
  type LadderState,
  ladderCeiling,
  ladderStep,
  ladderVerdict,
  startLadder,
} from './ladder.ts'
import { TAPER_SHARES, taperCeiling } from './taper.ts'

const BEGIN: LadderInput = { kind: 'begin', atMs: 5000, epoch: 4 }
const NIGHT: LadderInput = { kind: 'night' }
const GOOD: LadderInput = { kind: 'evidence', verdict: 'advance' }
const BAD: LadderInput = { kind: 'evidence', verdict: 'stop' }

const after = (...inputs: readonly LadderInput[]): LadderState =>
  inputs.reduce(ladderStep, startLadder())
const climber = (i: number, consentHeardMs = 6000) => {
  return { device: `band-${i}`, consentHeardMs, staysNatural: false }
}
const shareInControl = (ladder: LadderState, consentHeardMs = 6000): number => {
  let n = 0
  for (let i = 0; i < 20_000; i++) {
    if (ladderCeiling(ladder, climber(i, consentHeardMs)) === 'control') n++
  }
  return n / 20_000
}

describe('the way back from natural', () => {
  it('begins with guidance for everybody and control for nobody (F74)', () => {
    expect(shareInControl(after(BEGIN))).toBe(0)
    expect(ladderCeiling(after(BEGIN), climber(1))).toBe('guidance')
  })

  it('gives control to 0.1, 1, 10, 50 and 100 %, a night and good evidence for each (F74)', () => {
    let ladder = after(BEGIN)
    for (const share of COHORT_SHARES) {
      expect(ladderStep(ladder, GOOD)).toEqual(ladder)
      const slept = ladderStep(ladder, NIGHT)
      expect(ladderStep(slept, { kind: 'evidence', verdict: 'wait' })).toEqual(slept)
      ladder = ladderStep(slept, GOOD)
      expect(Math.abs(shareInControl(ladder) - share)).toBeLessThan(0.01)
    }
    expect(ladder.standing).toBe('level')
  })

  it('whoever has control keeps it as the cohorts grow, and another fall has another order (F74)', () => {
    const tenth = after(BEGIN, NIGHT, GOOD, NIGHT, GOOD, NIGHT, GOOD)
    const half = [NIGHT, GOOD].reduce(ladderStep, tenth)
    const other = after({ ...BEGIN, epoch: 9 }, NIGHT, GOOD, NIGHT, GOOD, NIGHT, GOOD)
    let both = 0
    for (let i = 0; i < 5000; i++) {
      const here = ladderCeiling(tenth, climber(i)) === 'control'
      if (here) expect(ladderCeiling(half, climber(i))).toBe('control')
      if (here && ladderCeiling(other, climber(i)) === 'control') both++
    }
    expect(both).toBeLessThan(90)
  })

  it('control is for those who consented after the fall, also when all is given back (F75)', () => {
    const level = after(BEGIN, ...[1, 2, 3, 4, 5].flatMap(() => [NIGHT, GOOD]))
    expect(shareInControl(level, 4999)).toBe(0)
    expect(shareInControl(level, Number.NaN)).toBe(0)
    expect(shareInControl(level)).toBe(1)
    expect(ladderCeiling(startLadder(), climber(1, 1))).toBe('control')
  })

  it('a stop takes control back from all, until a person goes on and another night has passed (F76)', () => {
    const stopped = after(BEGIN, NIGHT, GOOD, NIGHT, GOOD, BAD)
    expect(shareInControl(stopped)).toBe(0)
    expect([NIGHT, GOOD, GOOD].reduce(ladderStep, stopped)).toEqual(stopped)
    const on = ladderStep(stopped, { kind: 'resume' })
    expect(ladderStep(on, GOOD)).toEqual(on)
    expect([NIGHT, GOOD].reduce(ladderStep, on).cohorts).toBe(1)
    expect(after(BEGIN, NIGHT, { kind: 'stop' }).standing).toBe('stopped')
  })

  it('a person takes control back wherever the fleet stands, also where it never fell (F76)', () => {
    const level = after(BEGIN, ...[1, 2, 3, 4, 5].flatMap(() => [NIGHT, GOOD]))
    for (const before of [startLadder(), level, after(BEGIN), after(BEGIN, NIGHT, GOOD)]) {
      const down = ladderStep(before, { kind: 'stop' })
      expect(down).toMatchObject({ standing: 'stopped', startedMs: before.startedMs })
      expect(shareInControl(down)).toBe(0)
      expect(ladderCeiling(down, climber(1))).toBe('guidance')
      expect(ladderStep(down, { kind: 'stop' })).toBe(down)
      const on = [{ kind: 'resume' } as const, NIGHT, GOOD].reduce(ladderStep, down)
      expect(on).toMatchObject({ standing: 'climbing', cohorts: 1 })
    }
    // Evidence alone speaks of a way back, and where there is none of nothing.
    expect(ladderStep(level, BAD)).toBe(level)
  })

  it('is judged by the e-process of a rollout: nothing seen is no reason to go on (F76)', () => {
    const seen = (canaryEvents: number, baselineEvents: number) =>
      ladderVerdict(
        addCounts(noEvidence(), {
          ...{ canaryEvents, baselineEvents, canaryExposure: 1000, baselineExposure: 9000 },
        }),
      )
    expect(ladderVerdict(noEvidence())).toBe('wait')
    expect(seen(2, 18)).toBe('wait')
    expect(seen(100, 1800)).toBe('advance')
    expect(seen(60, 90)).toBe('stop')
  })

  it('whoever wants to stay natural does so for ever (F77)', () => {
    const wish = { ...climber(1), staysNatural: true }
    expect(ladderCeiling(startLadder(), wish)).toBe('natural')
    expect(ladderCeiling(after(BEGIN, NIGHT, GOOD), wish)).toBe('natural')
  })
})

describe('an end of control', () => {
  it('that is planned after five nights is spread over three, in shorter and shorter parts (F78)', () => {
    const end = { cause: 'planned', nightsInControl: 5 } as const
    TAPER_SHARES.forEach((share, nightsSince) => {
      expect(taperCeiling({ ...end, nightsSince }, share - 0.01)).toBe('control')
      expect(taperCeiling({ ...end, nightsSince }, share)).toBe('guidance')
      expect(taperCeiling({ ...end, nightsSince }, Number.NaN)).toBe('guidance')
    })
    expect(taperCeiling({ ...end, nightsSince: 3 }, 0)).toBe('guidance')
  })

  it('that is not planned, or came early, is abrupt (F78)', () => {
    for (const cause of ['incident', 'failsafe', 'consent', 'fault'] as const) {
      expect(taperCeiling({ cause, nightsInControl: 30, nightsSince: 0 }, 0)).toBe('guidance')
    }
    for (const nightsInControl of [4, Number.NaN]) {
      expect(taperCeiling({ cause: 'planned', nightsInControl, nightsSince: 0 }, 0)).toBe(
        'guidance',
      )
    }
  })
})
