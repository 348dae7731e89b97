import { describe, expect, it } from 'vitest'
import { deskStep } from './desk.ts'
import type { DeskEffect } from './desk-effect.ts'
import type { DeskOrder } from './desk-record.ts'
import { beginDesk, type DeskState } from './desk-state.ts'
import { type LadderCounts, noLadderCounts } from './ladder-counts.ts'

const DAY_MS = 86_400_000
/** Adverse dreams of those back in control, in 1000 nights, against those who wait, in 9000. */
const GOOD = seen(100, 1800)
const BAD = seen(60, 90)
const FEW = seen(2, 18)
/** Nobody is in control yet. */
const NONE = { ...noLadderCounts(), baselineEvents: 20, baselineExposure: 50 }

function seen(canaryEvents: number, baselineEvents: number): LadderCounts {
  return { canaryEvents, baselineEvents, canaryExposure: 1000, baselineExposure: 9000 }
}

/** A desk alone, told what a partition would tell. */
class ClimbRig {
  atMs = 1e12
  state: DeskState = beginDesk({ handshakesPerS: 100 })
  readonly effects: DeskEffect[] = []
  #offset = 0

  tell(ladder: LadderCounts, nights = 10): this {
    const sums = { kind: 'sums', tallies: [], arms: [], districts: [], running: [] } as const
    const tell = {
      ...{ ...sums, ladder, nights, modes: { natural: 0, guidance: 9, control: 0 } },
      ...{ enrolled: 9, online: 9, epoch: 1 },
    }
    const place = { partition: 3, offset: this.#offset++, index: 0 }
    return this.step({ kind: 'tell', atMs: this.atMs, ...place, tell })
  }

  /** So long passes, with a look at its end. */
  pass(ms: number): this {
    this.atMs += ms
    return this.step({ kind: 'tick', atMs: this.atMs })
  }

  order(operator: string, order: DeskOrder): string | undefined {
    const id = `o${this.#offset++}`
    this.step({ kind: 'order', atMs: this.atMs, id, operator, order })
    const answer = this.effects.findLast((each) => each.kind === 'answer' && each.id === id)
    return answer?.kind === 'answer' ? answer.refused : 'no answer'
  }

  step(record: Parameters<typeof deskStep>[1]): this {
    const { state, effects } = deskStep(this.state, record)
    this.state = state
    this.effects.push(...effects)
    return this
  }

  get ladder(): string {
    const { standing, cohorts } = this.state.ladder
    return `${standing} ${cohorts}`
  }
}

/** A fleet that was lifted and climbs, its first cohort in control. */
function climbing(): ClimbRig {
  const rig = new ClimbRig().pass(1000)
  rig.order('kaya', { what: 'failsafe', do: { kind: 'pull', from: 'app', why: 'x' } })
  for (const by of ['kaya', 'mira']) {
    rig.order(by, { what: 'failsafe', do: { kind: 'lift', why: 'mended' } })
  }
  // Nobody is in control yet, so that nothing can be shown: a night alone counts.
  return rig.tell(NONE).pass(DAY_MS)
}

const stop = { what: 'ladder', do: { kind: 'stop' } } as const
const resume = { what: 'ladder', do: { kind: 'resume' } } as const

describe('the way back at the desk', () => {
  it('goes on by evidence after a day with a night in it, and not before (F74)', () => {
    const rig = climbing()
    expect([rig.ladder, rig.state.failsafe.ceiling]).toEqual(['climbing 1', 'control'])
    rig.tell(GOOD).pass(DAY_MS - 31_000)
    expect(rig.ladder).toBe('climbing 1')
    rig.pass(31_000)
    expect(rig.ladder).toBe('climbing 2')
    expect(rig.state.standing!.ladder).toEqual(rig.state.ladder)
    // What was shown of one step is no evidence for the next.
    rig.tell(FEW).pass(2 * DAY_MS)
    expect(rig.ladder).toBe('climbing 2')
    rig.tell(GOOD).pass(30_000)
    expect(rig.ladder).toBe('climbing 3')
  })

  it('waits where too little was seen, for the word of two persons (F74)', () => {
    const rig = climbing()
    expect(rig.order('kaya', resume)).toBe('too-early')
    rig.tell(FEW).pass(DAY_MS)
    expect(rig.ladder).toBe('climbing 1')
    expect(rig.order('kaya', resume)).toBeUndefined()
    expect(rig.ladder).toBe('climbing 2')
  })

  it('is stopped by evidence at once, before a night is over, until a person goes on (F76)', () => {
    const rig = climbing()
    rig.tell(GOOD).pass(DAY_MS)
    rig.tell(BAD, 0).pass(30_000)
    expect(rig.ladder).toBe('stopped 0')
    expect(rig.state.standing!.ladder).toMatchObject({ standing: 'stopped', cohorts: 0 })
    expect(rig.effects).toContainEqual(
      expect.objectContaining({ kind: 'note', what: 'ladder', why: 'stopped, 0 of 5 cohorts' }),
    )
    for (let day = 0; day < 3; day++) rig.tell(GOOD).pass(DAY_MS)
    expect(rig.ladder).toBe('stopped 0')
    expect(rig.order('kaya', resume)).toBeUndefined()
    expect(rig.ladder).toBe('climbing 0')
    // What was counted while it stood still does not count.
    rig.tell(NONE).pass(DAY_MS)
    expect(rig.ladder).toBe('climbing 1')
    rig.pass(DAY_MS)
    expect(rig.ladder).toBe('climbing 1')
  })

  it('is left downwards by one person at any time, also by a fleet that never fell (F76)', () => {
    const never = new ClimbRig().pass(1000)
    expect(never.ladder).toBe('level 5')
    expect(never.order('kaya', resume)).toBe('level')
    expect(never.order('kaya', stop)).toBeUndefined()
    expect(never.ladder).toBe('stopped 0')
    expect(never.state.standing!.ladder).toMatchObject({ standing: 'stopped', cohorts: 0 })
    expect(never.order('kaya', stop)).toBeUndefined()
    expect(never.order('kaya', resume)).toBeUndefined()
    expect(never.ladder).toBe('climbing 0')
    const rig = climbing()
    for (let k = 0; k < 4; k++) rig.tell(GOOD).pass(DAY_MS)
    expect(rig.ladder).toBe('level 5')
    expect(rig.order('kaya', stop)).toBeUndefined()
    expect(rig.ladder).toBe('stopped 0')
    const half = climbing()
    expect(half.order('kaya', stop)).toBeUndefined()
    expect(half.ladder).toBe('stopped 0')
  })

  it('stays stopped when an incident of everybody is closed, which is no word to go on (F76)', () => {
    const rig = climbing()
    rig.order('kaya', stop)
    rig.order('kaya', { what: 'report', metric: 'strange dreams' })
    for (let k = 0; k < 25; k++) rig.pass(30_000)
    const close = { kind: 'close', incident: 'i-1', as: 'false-alarm', words: 'a film' } as const
    expect(rig.order('kaya', { what: 'incident', do: close })).toBeUndefined()
    expect(rig.ladder).toBe('stopped 0')
    expect(rig.state.ladder.startedMs).toBe(rig.atMs)
    rig.tell(GOOD).pass(DAY_MS)
    expect(rig.ladder).toBe('stopped 0')
  })

  it('goes nowhere while an incident of everybody is open, whatever is shown (F67, F74)', () => {
    const rig = climbing()
    rig.order('kaya', { what: 'report', metric: 'strange dreams' })
    rig.tell(GOOD).pass(DAY_MS)
    expect([rig.ladder, rig.state.failsafe.ceiling]).toEqual(['climbing 1', 'guidance'])
  })
})
