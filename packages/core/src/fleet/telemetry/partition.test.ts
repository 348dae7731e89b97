import { describe, expect, it } from 'vitest'
import { type DeviceId, readDeviceId } from './device-id.ts'
import { FRAME_S, MOST_FRAMES } from './frame.ts'
import { partitionOf } from './partition.ts'
import { DESK_PARTITION, PARTITIONS } from './record.ts'

const device = (i: number): DeviceId => {
  const read = readDeviceId(`bed-${i}`)
  if (!read.ok) throw new Error(read.problem.got)
  return read.value
}

describe('the partition of a device', () => {
  it('is always the same, spread evenly, and never the desk', () => {
    const counts = new Array<number>(PARTITIONS).fill(0)
    for (let i = 1000; i < 52_200; i++) {
      const partition = partitionOf(device(i))
      expect(partition).not.toBe(DESK_PARTITION)
      counts[partition]! += 1
    }
    // 200 in each are expected; five standard deviations are 71.
    expect(Math.min(...counts)).toBeGreaterThan(129)
    expect(Math.max(...counts)).toBeLessThan(271)
    expect(partitionOf(device(7000))).toBe(partitionOf(device(7000)))
  })
})

describe('a block of frames', () => {
  it('is at most an hour long at the usual time between two', () => {
    expect(MOST_FRAMES * FRAME_S).toBe(3600)
  })
})
