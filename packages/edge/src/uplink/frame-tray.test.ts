import { describe, expect, it } from 'vitest'
import { FrameTray } from './frame-tray.ts'

const HEAD = {
  ...({ wallOffsetS: 0, mode: 'natural', consent: 'control', release: 0, asleep: false } as const),
}
const VALUES = new Int16Array(12)

describe('when frames are made', () => {
  it('is each half minute, at once after a birth, and once more when a stage is known at last', () => {
    const tray = new FrameTray(30, 1)
    expect(tray.isDue(0, Number.NaN)).toBe(true)
    tray.put(0, VALUES, HEAD, false)
    expect([tray.isDue(29, Number.NaN), tray.isDue(0.5, 0), tray.isDue(2, 0)]).toEqual([
      ...[false, false, true],
    ])
    tray.put(2, VALUES, HEAD, true)
    expect([tray.isDue(31, 0), tray.isDue(32, 0)]).toEqual([false, true])
    tray.hurry()
    expect(tray.isDue(3, 0)).toBe(true)
  })

  it('is in blocks as the centre wants them, but for what is hurried or of another mode', () => {
    const tray = new FrameTray(30, 3)
    const put = (atS: number, head: Parameters<FrameTray['put']>[2] = HEAD): number =>
      tray.put(atS, VALUES, head, true)?.stepsDs.length ?? 0
    expect([put(0), put(30), put(60), put(90.2)]).toEqual([1, 0, 0, 3])
    expect([put(120), put(150, { ...HEAD, mode: 'guidance' })]).toEqual([0, 2])
    expect([put(170), put(180)]).toEqual([1, 0])
    tray.hurry()
    const block = tray.put(190, VALUES, HEAD, true)!
    expect([block.startS, [...block.stepsDs]]).toEqual([180, [0, 100]])
  })
})
