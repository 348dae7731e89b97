import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DeskRig } from '#test/desk-rig.ts'
import { beginPersonModel, learnFrame } from '../anomaly/person-model.ts'
import { type KeptPart, readParts, writeParts } from './device-parts.ts'
import { partitionStep } from './partition.ts'
import type { PartitionState } from './partition-state.ts'
import { writePartition } from './snapshot.ts'

const SEED = { seed: 20_261, numRuns: 8 }
const NUMBERS = fc.array(fc.double({ min: -9, max: 9 }), { minLength: 12, maxLength: 12 })

/** Three beds of one partition: the first two have slept, each in its own way. */
function slept(numbers: readonly (readonly number[])[]): DeskRig {
  const rig = new DeskRig(1)
  for (const name of ['bed-a', 'bed-b', 'bed-c']) rig.bring(name)
  rig.pass(1)
  const { devices, slots } = rig.partitions[0]!
  for (const [k, values] of numbers.entries()) {
    const bed = rig.devices.get(`bed-${'ab'[k]}`)!
    for (const heartRate of values) {
      rig.frame(bed, { stage: 2, heartRate: 50 + heartRate })
      rig.pass(30)
    }
    const slot = devices.get(bed.device)!.slot
    expect(slot).toBeGreaterThanOrEqual(0)
    const model = beginPersonModel()
    learnFrame(model, 2, 600, Float64Array.from(values))
    slots.usual[slot] = model
    slots.bank.up.set(values, slot * values.length)
    slots.bank.frames[slot] = 40 + k
    slots.memories.set(values, slot * values.length)
  }
  return rig
}

function read(rest: string, parts: readonly KeptPart[]): PartitionState {
  const state = readParts(rest, parts)
  if (!state.ok) throw new Error(state.problem.code)
  return state.value
}

describe('a partition in parts', () => {
  it('is the same to the bit when all parts are there, and no name is in the rest', () => {
    fc.assert(
      fc.property(fc.tuple(NUMBERS, NUMBERS), (numbers) => {
        const state = slept(numbers).partitions[0]!
        const { rest, parts } = writeParts(state)
        expect(rest).not.toContain('bed-')
        expect(parts.map(({ device }) => device)).toEqual(['bed-a', 'bed-b', 'bed-c'])
        expect(writePartition(read(rest, parts))).toBe(writePartition(state))
      }),
      SEED,
    )
  })

  it('is as if a device had been erased where its part is missing (F81)', () => {
    fc.assert(
      fc.property(fc.tuple(NUMBERS, NUMBERS), (numbers) => {
        const rig = slept(numbers)
        const { rest, parts } = writeParts(rig.partitions[0]!)
        const without = parts.map((part, k) => (k === 0 ? { ...part, text: undefined } : part))
        const { device } = rig.devices.get('bed-a')!
        const erased = partitionStep(rig.partitions[0]!, { kind: 'erased', atMs: 0, device })
        expect(writePartition(read(rest, without))).toBe(writePartition(erased.state))
      }),
      SEED,
    )
  })
})
