import { describe, expect, it } from 'vitest'
import type { MontageRole } from '../../night/watch/montage.ts'
import { FrameMotion } from './frame-motion.ts'

const HZ = 50

function montageOf(axes: number) {
  const channels = ['eeg', ...Array(axes).fill('acc')].map((role: MontageRole) => ({
    ...{ label: role, role },
  }))
  return { channels, rateHz: HZ }
}

/** Ten seconds of acceleration, g, beside an EEG. */
function tenSeconds(at: (seconds: number) => readonly [number, number, number]): Float32Array[] {
  const axis = (k: number) =>
    Float32Array.from({ length: 10 * HZ }, (_, i) => (k < 0 ? 0 : at(i / HZ)[k]!))
  return [-1, 0, 1, 2].map(axis)
}

describe("the movement of a night's frames", () => {
  it('is how far acceleration is from 1 g, in mg, however the body lies', () => {
    for (const [x, y, z, mg] of [
      [0, 0, 1, 0],
      [0.6, 0, -0.8, 0],
      [0, -1.05, 0, 50],
      [0, 0, 0.9, 100],
    ] as const) {
      const motion = FrameMotion.of(montageOf(3))!
      motion.take(tenSeconds(() => [x, y, z]))
      expect(motion.meanMg(10_000)).toBeCloseTo(mg, 3)
    }
    const motion = FrameMotion.of(montageOf(3))!
    motion.take(tenSeconds((s) => [0, 0, 1 + 0.1 * Math.sin(2 * Math.PI * s)]))
    expect(motion.meanMg(10_000)).toBeCloseTo(200 / Math.PI, 0)
  })

  it('is missing where less than half of the frame is known, and begins anew with each', () => {
    const motion = FrameMotion.of(montageOf(3))!
    const lying = tenSeconds(() => [0, 0, 1.02])
    motion.take(lying)
    expect(motion.meanMg(21_000)).toBeNaN()
    motion.take(tenSeconds((s) => [0, s < 4.9 ? 0 : Number.NaN, 1.02]))
    expect(motion.meanMg(10_000)).toBeNaN()
    motion.take(lying)
    expect(motion.meanMg(19_000)).toBeCloseTo(20, 3)
    expect(motion.meanMg(0)).toBeNaN()
  })

  it('needs three axes: of fewer the length of the acceleration is not known', () => {
    for (const axes of [0, 1, 2]) expect(FrameMotion.of(montageOf(axes))).toBeUndefined()
  })
})
