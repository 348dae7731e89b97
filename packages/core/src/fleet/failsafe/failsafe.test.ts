import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type FailsafeInput,
  type FailsafeState,
  type FailsafeStep,
  failsafeStep,
  LIFT_WITHIN_MS,
  MOST_EPOCH_LEAP,
  orderOf,
  startFailsafe,
} from './failsafe.ts'

const pull = (atMs = 1000): FailsafeInput => {
  return { kind: 'pull', atMs, from: 'app', operator: 'kaya', why: 'drill' }
}
const lift = (operator: string, atMs: number, atLeastEpoch = 0): FailsafeInput => {
  return { kind: 'lift', atMs, operator, why: 'all is well', atLeastEpoch }
}

/** The state after inputs, and the effects of the last. */
function after(...inputs: readonly FailsafeInput[]): FailsafeStep {
  let step: FailsafeStep = { state: startFailsafe(), effects: [] }
  for (const input of inputs) step = failsafeStep(step.state, input)
  return step
}

const codes = (step: FailsafeStep) =>
  step.effects.flatMap((effect) => (effect.kind === 'refused' ? [effect.code] : []))
const orders = (step: FailsafeStep) =>
  step.effects.flatMap((effect) => (effect.kind === 'order' ? [effect.order] : []))

describe('the switch of a fleet', () => {
  it('pulled by one person stops granting, says natural and raises the epoch (F63)', () => {
    for (const from of ['app', 'cli', 'incident'] as const) {
      const step = failsafeStep(startFailsafe(), {
        ...{ kind: 'pull', atMs: 5000, from, operator: '', why: 'x' },
      })
      expect(orders(step)).toEqual([
        { epoch: 2, granting: false, ceiling: 'natural', sinceMs: 5000 },
      ])
    }
  })

  it('pulled again says the same again, with the same epoch (F63)', () => {
    const step = after(pull(1000), pull(2000))
    expect(orders(step)).toEqual([{ epoch: 2, granting: false, ceiling: 'natural', sinceMs: 1000 }])
  })

  it('is pulled by a file that appears, and not lifted by its going (F64)', () => {
    const there = after({ kind: 'file', atMs: 1, present: true })
    expect(orders(there)[0]?.granting).toBe(false)
    const gone = failsafeStep(there.state, { kind: 'file', atMs: 2, present: false })
    expect(gone.state.granting).toBe(false)
    expect(orders(gone)).toEqual([])
  })

  it('is lifted by two who may lift still: the ask of somebody removed since is none (F65)', () => {
    const asked = after(pull(), lift('kaya', 2000)).state
    const second = { ...lift('mira', 3000), among: ['mira', 'ren'] } as FailsafeInput
    const alone = failsafeStep(asked, second)
    expect(alone.state).toMatchObject({ granting: false, asked: { operator: 'mira' } })
    const third = { ...lift('ren', 4000), among: ['mira', 'ren'] } as FailsafeInput
    expect(failsafeStep(alone.state, third).effects).toContainEqual(
      expect.objectContaining({ what: 'lifted', operator: 'mira and ren' }),
    )
    const both = { ...lift('mira', 3000), among: ['mira', 'kaya'] } as FailsafeInput
    expect(failsafeStep(asked, both).state.granting).toBe(true)
    const same = { ...lift('kaya', 3000), among: ['mira', 'kaya'] } as FailsafeInput
    expect(codes(failsafeStep(asked, same))).toEqual(['SAME_PERSON'])
  })

  it('is not lifted while the file is there, by whomever (F64)', () => {
    const { state } = after({ kind: 'file', atMs: 1, present: true })
    expect(codes(failsafeStep(state, lift('mira', 2)))).toEqual(['FILE_PRESENT'])
  })

  it('lifting needs two different persons within half an hour (F65)', () => {
    const one = after(pull(), lift('kaya', 2000))
    expect(one.state.granting).toBe(false)
    expect(codes(failsafeStep(one.state, lift('kaya', 3000)))).toEqual(['SAME_PERSON'])
    expect(codes(failsafeStep(one.state, lift('', 3000)))).toEqual(['NO_OPERATOR'])
    const late = failsafeStep(one.state, lift('mira', 2001 + LIFT_WITHIN_MS))
    expect(late.state.granting).toBe(false)
    expect(late.state.asked?.operator).toBe('mira')
    const two = failsafeStep(one.state, lift('mira', 2000 + LIFT_WITHIN_MS))
    expect(two.state.granting).toBe(true)
    expect(two.effects).toContainEqual(
      expect.objectContaining({ what: 'lifted', operator: 'kaya and mira' }),
    )
  })

  it('a pull between the two persons begins the asking anew (F65)', () => {
    const step = after(pull(), lift('kaya', 2000), pull(2500), lift('mira', 3000))
    expect(step.state.granting).toBe(false)
  })

  it('is not lifted when it was not pulled (F65)', () => {
    expect(codes(after(lift('kaya', 1)))).toEqual(['NOT_PULLED'])
  })

  it('lifted gives guidance and not control, by an epoch above all that were heard of (F66)', () => {
    const step = after(pull(), lift('kaya', 2000, 40), lift('mira', 3000, 17))
    expect(orders(step)).toEqual([
      { epoch: 41, granting: true, ceiling: 'guidance', sinceMs: 3000 },
    ])
  })

  it('does not leap to whatever epoch a device claims (F66)', () => {
    const { state } = after(pull())
    const far = state.epoch + MOST_EPOCH_LEAP
    for (const atLeast of [far + 1, Number.NaN, 1.5, Number.MAX_SAFE_INTEGER]) {
      expect(codes(failsafeStep(state, lift('kaya', 2, atLeast)))).toEqual(['EPOCH_LEAP'])
    }
    expect(codes(failsafeStep(state, lift('kaya', 2, far)))).toEqual([])
  })

  it('an incident of the whole fleet lowers everybody to guidance, and its end raises nobody (F67)', () => {
    const open = after({ kind: 'incident', atMs: 7, open: true })
    expect(orders(open)).toEqual([{ epoch: 2, granting: true, ceiling: 'guidance', sinceMs: 7 }])
    const closed = failsafeStep(open.state, { kind: 'incident', atMs: 8, open: false })
    expect(orders(closed)).toEqual([])
    expect(closed.state.ceiling).toBe('guidance')
  })

  it('control may be granted again only when the ladder has begun and no incident is open (F67)', () => {
    const pulled = after(pull(), { kind: 'restored', atMs: 2 })
    expect(codes(pulled)).toEqual(['PULLED'])
    const open = after({ kind: 'incident', atMs: 7, open: true }, { kind: 'restored', atMs: 9 })
    expect(codes(open)).toEqual(['INCIDENT_OPEN'])
    const closed = failsafeStep(open.state, { kind: 'incident', atMs: 10, open: false })
    expect(orders(failsafeStep(closed.state, { kind: 'restored', atMs: 11 }))).toEqual([
      { epoch: 3, granting: true, ceiling: 'control', sinceMs: 11 },
    ])
  })

  it('whatever it is told, epochs rise, pulled is natural, and one person never lifts (F63, F65)', () => {
    const operator = fc.constantFrom('kaya', 'mira', '')
    const input: fc.Arbitrary<FailsafeInput> = fc.oneof(
      fc.record({
        kind: fc.constant('pull' as const),
        atMs: fc.nat(4_000_000),
        from: fc.constantFrom('app' as const, 'cli' as const, 'incident' as const),
        operator,
        why: fc.constant(''),
      }),
      fc.record({
        kind: fc.constant('lift' as const),
        atMs: fc.nat(4_000_000),
        operator,
        why: fc.constant(''),
        atLeastEpoch: fc.nat(50),
      }),
      fc.record({
        kind: fc.constantFrom('file' as const),
        atMs: fc.nat(4_000_000),
        present: fc.boolean(),
      }),
      fc.record({
        kind: fc.constant('incident' as const),
        atMs: fc.nat(4_000_000),
        open: fc.boolean(),
      }),
      fc.record({ kind: fc.constant('restored' as const), atMs: fc.nat(4_000_000) }),
    )
    const check = (inputs: readonly FailsafeInput[]): void => {
      let state: FailsafeState = startFailsafe()
      for (const each of inputs) {
        const step = failsafeStep(state, each)
        expect(step.state.epoch).toBeGreaterThanOrEqual(state.epoch)
        const raised = orderOf(step.state)
        if (!state.granting && raised.granting) {
          expect(each.kind).toBe('lift')
          expect(raised.ceiling).toBe('guidance')
          expect(state.filePresent).toBe(false)
          expect(each.kind === 'lift' && each.operator).not.toBe(state.asked?.operator)
          expect(raised.epoch).toBeGreaterThan(state.epoch)
        }
        if (!raised.granting) expect(raised.ceiling).toBe('natural')
        expect(JSON.parse(JSON.stringify(step.state))).toEqual(step.state)
        state = step.state
      }
    }
    fc.assert(fc.property(fc.array(input, { maxLength: 40 }), check), { seed: 63, numRuns: 500 })
  })
})
