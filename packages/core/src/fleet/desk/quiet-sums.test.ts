import { describe, expect, it } from 'vitest'
import { DeskRig } from '#test/desk-rig.ts'

/** Seconds, from the first, at which sums were told. */
function toldIn(rig: DeskRig, seconds: number): number[] {
  const told: number[] = []
  for (let s = 0; s < seconds; s += 5) {
    const from = rig.said.length
    rig.pass(5, undefined, 5)
    const said = rig.said.slice(from)
    const sums = said.filter((effect) => effect.kind === 'tell' && effect.tell.kind === 'sums')
    if (sums.length > 0) told.push(s)
  }
  return told
}

describe('sums of a partition in which nothing happens', () => {
  it('are told once and then every ten minutes, and at once when something is otherwise', () => {
    const rig = new DeskRig(1)
    const bed = rig.bring('bed-a')
    rig.pass(30)
    rig.frame(bed, { stage: 2, heartRate: 50 })
    rig.put(0, { kind: 'gone', atMs: rig.atMs, device: bed.device, boot: bed.boot, how: 'closed' })
    expect(toldIn(rig, 300).length).toBeLessThanOrEqual(4)
    const quiet = toldIn(rig, 1800)
    expect([quiet.length, quiet.at(-1)! - quiet.at(-2)!]).toEqual([3, 600])
    rig.bring('bed-b')
    expect(toldIn(rig, 60)[0]).toBeLessThanOrEqual(30)
  })
})
