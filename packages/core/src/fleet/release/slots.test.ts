import { describe, expect, it } from 'vitest'
import {
  otherRelease,
  runningRelease,
  SELF_TEST_MS,
  type SlotEffect,
  type SlotInput,
  type Slots,
  slotStep,
  startSlots,
} from './slots.ts'

class Device {
  state: Slots = startSlots()
  effects: readonly SlotEffect[] = []

  tell(input: SlotInput): this {
    const { state, effects } = slotStep(this.state, input)
    this.state = state
    this.effects = effects
    return this
  }

  take(release: number): this {
    return this.tell({ kind: 'written', release, digest: `d${release}` }).tell({
      ...{ kind: 'tested', digest: `d${release}`, tookMs: 900 },
    })
  }

  get slots(): [running: number, other: number] {
    return [runningRelease(this.state), otherRelease(this.state)]
  }
}

describe('the two slots of a device', () => {
  it('run a release only after its golden night came to the digest that was signed (F37)', () => {
    const device = new Device().tell({ kind: 'written', release: 2, digest: 'd2' })
    expect(device.effects).toEqual([{ kind: 'test', release: 2, mostMs: SELF_TEST_MS }])
    expect(device.slots).toEqual([0, 2])
    device.tell({ kind: 'tested', digest: 'd2', tookMs: 900 })
    expect(device.effects).toEqual([{ kind: 'outcome', release: 2, outcome: 'running' }])
    expect(device.slots).toEqual([2, 0])
    expect(device.take(3).slots).toEqual([3, 2])
  })

  it('stay with what ran before at another digest, at one that took too long, at a restart (F37)', () => {
    const failures: SlotInput[] = [
      { kind: 'tested', digest: 'other', tookMs: 900 },
      { kind: 'tested', digest: 'd3', tookMs: SELF_TEST_MS + 1 },
      { kind: 'tested', digest: 'd3', tookMs: Number.NaN },
      { kind: 'start' },
    ]
    for (const failure of failures) {
      const device = new Device().take(2).tell({ kind: 'written', release: 3, digest: 'd3' })
      device.tell(failure)
      expect(device.effects).toEqual([{ kind: 'outcome', release: 3, outcome: 'reverted' }])
      expect(device.slots).toEqual([2, 0])
      // A late word of the test changes nothing.
      expect(device.tell({ kind: 'tested', digest: 'd3', tookMs: 1 }).slots).toEqual([2, 0])
    }
  })

  it('hold nothing to go back to from the moment that one is written over (F39)', () => {
    const device = new Device().take(2).take(3).tell({ kind: 'writing' })
    expect(device.slots).toEqual([3, 0])
    device.tell({ kind: 'set-back', release: 2 })
    expect(device.effects).toEqual([{ kind: 'outcome', release: 0, outcome: 'reverted' }])
  })

  it('change between nights: what was taken in a night runs from the next one on (F38)', () => {
    const device = new Device().take(2).tell({ kind: 'night', begins: true }).take(3)
    expect([device.state.holds[device.state.active], device.slots]).toEqual([2, [3, 2]])
    device.tell({ kind: 'night', begins: false }).tell({ kind: 'night', begins: true })
    expect(device.state.holds[device.state.active]).toBe(3)
    const restarted = new Device().take(2).tell({ kind: 'night', begins: true }).take(3)
    restarted.tell({ kind: 'start' })
    expect(restarted.state.holds[restarted.state.active]).toBe(3)
  })

  it('are set back at once: in a night that is natural for the rest of it (F38)', () => {
    const device = new Device().take(2).take(3).tell({ kind: 'night', begins: true })
    device.tell({ kind: 'set-back', release: 2 })
    expect(device.effects).toEqual([
      { kind: 'natural' },
      { kind: 'outcome', release: 2, outcome: 'reverted' },
    ])
    expect(device.slots).toEqual([2, 3])
    const day = new Device().take(2).take(3).tell({ kind: 'set-back', release: 2 })
    expect(day.effects.map(({ kind }) => kind)).toEqual(['outcome'])
    expect([day.state.holds[day.state.active], day.slots]).toEqual([2, [2, 3]])
  })

  it('go back to the device as shipped when the release that is named is not there (F39)', () => {
    const device = new Device().take(2).take(3).take(4)
    device.tell({ kind: 'set-back', release: 2 })
    expect(device.effects).toEqual([{ kind: 'outcome', release: 0, outcome: 'reverted' }])
    expect(device.slots).toEqual([0, 4])
    const untried = new Device().take(2).tell({ kind: 'written', release: 3, digest: 'd3' })
    expect(untried.tell({ kind: 'set-back', release: 3 }).slots).toEqual([0, 2])
    expect(device.tell({ kind: 'set-back', release: 0 }).slots[0]).toBe(0)
    expect(device.tell({ kind: 'set-back', release: 0 }).effects).toEqual([
      { kind: 'outcome', release: 0, outcome: 'reverted' },
    ])
  })

  it('a set back before the night in which a taken release would run takes that back (F38)', () => {
    const device = new Device().take(2).tell({ kind: 'night', begins: true }).take(3)
    device.tell({ kind: 'set-back', release: 2 })
    expect(device.effects.map(({ kind }) => kind)).toEqual(['outcome'])
    expect(device.slots).toEqual([2, 3])
  })
})
