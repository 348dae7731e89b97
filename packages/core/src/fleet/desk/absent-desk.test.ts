import { describe, expect, it } from 'vitest'
import { DeskRig, type RigDevice } from '#test/desk-rig.ts'
import type { RolloutAim } from '../rollout/aim.ts'
import { deskStep } from './desk.ts'
import { beginDesk } from './desk-state.ts'
import { partitionStep } from './partition.ts'
import { beginPartition, wordFor } from './partition-state.ts'
import { readDesk, readPartition, writeDesk, writePartition } from './snapshot.ts'
import { DESK_SILENT_MS, type DeskWord, SAY_AGAIN_MS, type Standing } from './standing.ts'

/** Seconds go by, in which a device is heard every half minute; when its last grant came, s. */
function lastGranted(rig: DeskRig, bed: RigDevice, seconds: number): number {
  const beganMs = rig.atMs
  let [lastS, id] = [0, bed.grant?.id]
  rig.pass(seconds, (s) => {
    if (s % 30 === 0) rig.frame(bed)
    if (bed.grant?.id !== id) lastS = (rig.atMs - beganMs) / 1000
    id = bed.grant?.id
  })
  return lastS
}

describe('a partition without a desk', () => {
  it('grants nothing once it had no word for 60 s, and again from the next word on (F29)', () => {
    const { rig, mira } = DeskRig.withMira()
    expect(lastGranted(rig, mira, 300)).toBeGreaterThan(265)
    rig.isDeskAway = true
    const lastS = lastGranted(rig, mira, 600)
    expect(lastS).toBeLessThanOrEqual(DESK_SILENT_MS / 1000)
    expect(lastS).toBeGreaterThanOrEqual((DESK_SILENT_MS - SAY_AGAIN_MS) / 1000 - 5)
    const born = rig.bring('bed-kaya')
    rig.frame(born)
    rig.pass(10)
    expect(born.grant).toBeUndefined()
    rig.isDeskAway = false
    const { id } = mira.grant!
    for (const bed of [mira, born]) rig.frame(bed)
    rig.pass(6)
    expect([mira.grant?.ceiling, born.grant?.ceiling]).toEqual(['control', 'control'])
    expect(mira.grant!.id).toBe(id + 1)
  })

  it('hears from it every 25 s that nothing is new, in 25 bytes of its own log (F29)', () => {
    const { rig, mira } = DeskRig.withMira()
    const before = rig.logs[0]!.length
    lastGranted(rig, mira, 250)
    const words = rig.logs[0]!.slice(before).filter(({ kind }) => kind === 'stands')
    expect(words.length).toBe(10)
    expect(rig.logs[0]!.filter(({ kind }) => kind === 'standing').length).toBe(1)
  })

  it('counts a word from when it was said, and takes one of another standing for none (F29)', () => {
    const { rig } = DeskRig.withMira()
    const { number } = rig.desk.standing!
    const deskMs = (): number => rig.partitions[0]!.deskMs
    const heardMs = deskMs()
    rig.isDeskAway = true
    rig.pass(100)
    const { atMs } = rig
    rig.put(0, { kind: 'stands', atMs, number, saidMs: heardMs + 1000 })
    expect(deskMs()).toBe(heardMs + 1000)
    rig.put(0, { kind: 'stands', atMs, number: number + 1, saidMs: atMs })
    rig.put(0, { kind: 'stands', atMs, number: number - 1, saidMs: atMs })
    expect(deskMs()).toBe(heardMs + 1000)
    rig.put(0, { kind: 'stands', atMs, number, saidMs: atMs + 3_600_000 })
    expect(deskMs()).toBe(atMs)
  })

  it('takes what a desk wants that lost its log, at once, and of two words of one number the higher epoch (F29)', () => {
    const { rig } = DeskRig.withMira()
    const held = (): Standing => rig.partitions[0]!.standing!
    rig.pass(100)
    // As after a loss of the log of the desk alone: it numbers from its beginning.
    const lost = beginDesk({ handshakesPerS: 100 })
    const word = deskStep(lost, { kind: 'file', atMs: rig.atMs, present: true }).effects.find(
      ({ kind }) => kind === 'spread',
    ) as DeskWord
    rig.put(0, { ...wordFor(rig.partitions[0]!, word), atMs: rig.atMs })
    expect(held()).toEqual(word.standing)
    expect(held().failsafe).toMatchObject({ granting: false, epoch: 2 })
    const { deskMs } = rig.partitions[0]!
    const of = (epoch: number): DeskWord => {
      const failsafe = { ...held().failsafe, epoch, granting: true }
      return { standing: { ...held(), failsafe }, saidMs: rig.atMs + 5000 }
    }
    const atMs = rig.atMs + 5000
    rig.put(0, { ...wordFor(rig.partitions[0]!, of(1)), atMs })
    expect([held().failsafe.granting, rig.partitions[0]!.deskMs]).toEqual([false, deskMs])
    rig.put(0, { ...wordFor(rig.partitions[0]!, of(7)), atMs })
    expect([held().failsafe.granting, rig.partitions[0]!.deskMs]).toEqual([true, atMs])
  })

  it('sends nobody a release that nobody could stop, and sets back who runs one that was (F29)', () => {
    const rig = new DeskRig()
    rig.enrol('bed-mira')
    rig.pass(1)
    const aim: RolloutAim = {
      ...{ rollout: 'r2', revision: 1, release: 2, baseline: 1, way: 'forward', share: 1 },
      staff: false,
    }
    const number = rig.atMs + 1
    const before = { ...rig.desk.standing!, number, aims: [{ aim, seed: 'a' }] }
    rig.put(0, { kind: 'standing', atMs: rig.atMs, standing: before })
    const early = rig.bring('bed-mira')
    rig.isDeskAway = true
    rig.pass(70)
    const late = rig.bring('bed-jonas')
    expect([early.updates, late.updates]).toEqual([['{"release":2}'], []])
    const back: RolloutAim = { ...aim, revision: 2, way: 'back' }
    const standing = { ...before, number: number + 1, aims: [{ aim: back, seed: 'a' }] }
    rig.put(0, { kind: 'standing', atMs: rig.atMs, standing, saidMs: 1 })
    expect(rig.bring('bed-kaya', { release: 2 }).updates).toEqual(['{"setBack":1}'])
  })

  it('never heard it, where a state or a word was written before there was such a time (F29)', () => {
    const { rig, mira } = DeskRig.withMira()
    const { deskMs: _, ...old } = rig.partitions[0]!
    const read = readPartition(writePartition(old as never))
    expect(read).toMatchObject({ ok: true, value: { deskMs: -1 } })
    const { saidMs: __, ...oldDesk } = rig.desk
    expect(readDesk(writeDesk(oldDesk as never))).toMatchObject({ ok: true, value: { saidMs: -1 } })
    expect(mira.grant?.ceiling).toBe('control')
    const standing = rig.desk.standing!
    const { state } = partitionStep(beginPartition(0), { kind: 'standing', atMs: 7, standing })
    expect(state.deskMs).toBe(7)
  })
})
