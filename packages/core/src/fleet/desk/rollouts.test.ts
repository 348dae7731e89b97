import { describe, expect, it } from 'vitest'
import { DeskRig, type RigDevice, rowOf } from '#test/desk-rig.ts'
import { seededRandom } from '../../math/random.ts'
import type { RolloutState } from '../rollout/state.ts'

/** A fleet of which a rollout of release 2 has come to its ring of people with that share. */
function rolling(devices: number, ring: number): { rig: DeskRig; beds: RigDevice[] } {
  const rig = new DeskRig(4)
  const beds = Array.from({ length: devices }, (_, k) => rig.bring(`bed-${k}`, {}, k % 4))
  rig.pass(1)
  const plan = { id: 'r2', release: 2, baseline: 1, seed: 'a' }
  expect(rig.order('kaya', { what: 'open-rollout', plan })).toBeUndefined()
  for (const name of ['twin', 'replay'] as const) {
    const rehearsed = { kind: 'rehearsed', ring: name, passed: true, digest: 'd' } as const
    expect(rig.order('kaya', { what: 'rollout', rollout: 'r2', do: rehearsed })).toBeUndefined()
  }
  // Rings and nights later, as rollout.test.ts shows them one by one.
  const [held] = rig.desk.rollouts
  rig.desk.rollouts = [{ ...held!, ring, ringSinceMs: rig.atMs, revision: 9 }]
  rig.desk.isStale = true
  rig.pass(2)
  return { rig, beds }
}

function follow(bed: RigDevice): void {
  const last = bed.updates.at(-1)
  const order =
    last === undefined ? {} : (JSON.parse(last) as { release?: number; setBack?: number })
  bed.release = order.release ?? order.setBack ?? bed.release
}

/** Whether the device holds a living grant above natural. */
function isAbove(rig: DeskRig, bed: RigDevice): boolean {
  const { grant } = bed
  const isLiving = grant !== undefined && rig.sinceS(bed) < grant.heardS + grant.ttlS
  return isLiving && grant.ceiling !== 'natural'
}

describe('a rollout at the desk', () => {
  it('sends the release to the ring alone, and to nobody who takes no updates (F46, F47)', () => {
    const { rig, beds } = rolling(200, 5)
    const told = beds.filter(({ updates }) => updates.length > 0)
    expect(told.map(({ updates }) => updates)).toEqual(told.map(() => ['{"release":2}']))
    expect(told.length).toBe(20)
    const out = rig.bring('bed-out', { takesUpdates: false })
    expect(out.updates).toEqual([])
  })

  it('is stopped when its release harms: the incident names it, all are set back, and within five seconds nobody has a grant under it (F48, F55)', () => {
    const { rig, beds } = rolling(400, 4)
    for (const bed of beds) follow(bed)
    const ring = beds.filter(({ release }) => release === 2)
    expect(ring.length).toBe(4)
    const random = seededRandom(8)
    let hours = 0
    while (rig.desk.book.incidents.length === 0 && hours < 200) {
      hours++
      rig.atMs += 3_570_000
      rig.pass(30, (s) => {
        for (const [k, bed] of beds.entries()) if (k % 30 === s - 1) rig.frame(bed)
      })
      for (const bed of ring) {
        const dream = { kind: 'dream', vividness: 9, adverse: true } as const
        if (random.uniform() < 0.3) rig.event(bed, { ...dream, atS: rig.sinceS(bed) })
      }
    }
    const [rollout] = rig.desk.rollouts as [RolloutState]
    expect([rollout.status, rig.desk.book.incidents[0]]).toMatchObject([
      'stopped',
      { cause: { release: 2 }, suspect: { release: 2, lastGood: 1 } },
    ])
    rig.pass(6)
    for (const bed of ring) {
      expect(bed.updates.at(-1)).toBe('{"setBack":1}')
      expect(isAbove(rig, bed)).toBe(false)
      rig.frame(bed)
    }
    rig.pass(6)
    expect(ring.filter((bed) => isAbove(rig, bed))).toEqual([])
    for (const bed of ring) {
      follow(bed)
      const outcome = { kind: 'release', release: 1, outcome: 'reverted' } as const
      rig.event(bed, { ...outcome, atS: rig.sinceS(bed) })
    }
    rig.pass(20)
    for (const bed of ring) rig.frame(bed)
    rig.pass(6)
    expect(ring.map(({ grant }) => grant?.ceiling)).toEqual(ring.map(() => 'control'))
    expect(rowOf(rig.done, 'rollout', 'r2')).toMatchObject({ status: 'stopped' })
  })

  it('stops at the first act outside consent under its release (F43)', () => {
    const { rig, beds } = rolling(50, 7)
    for (const bed of beds) follow(bed)
    const bed = beds[0]!
    rig.pass(30)
    rig.frame(bed)
    const atS = rig.sinceS(bed)
    rig.event(bed, {
      ...{ kind: 'act', atS, action: 'click', mode: 'control', consentId: '', level: 40 },
      ...{ grant: 1, epoch: 1, untilS: atS + 1 },
    })
    expect(rig.desk.rollouts[0]!.stop?.reason).toMatchObject({ by: 'critical', device: 'bed-0' })
    expect(rig.desk.book.incidents).toMatchObject([
      { detector: 'autonomy', suspect: { release: 2, lastGood: 1 } },
    ])
  })

  it('tells a device the way back again each minute until it went: it is natural so long (F48)', () => {
    const { rig, beds } = rolling(200, 5)
    for (const bed of beds) follow(bed)
    const bed = beds.find(({ release }) => release === 2)!
    const taken = { kind: 'release', release: 2, outcome: 'running' } as const
    rig.event(bed, { ...taken, atS: rig.sinceS(bed) })
    expect(rig.order('kaya', { what: 'rollout', rollout: 'r2', do: { kind: 'stop' } })).toBe(
      undefined,
    )
    const backs = (): number => bed.updates.filter((text) => text === '{"setBack":1}').length
    rig.pass(5)
    expect(backs()).toBe(1)
    const listen = (seconds: number): void => {
      rig.pass(seconds, (s) => {
        if (s % 30 === 0) rig.frame(bed)
      })
    }
    listen(50)
    expect(backs()).toBe(1)
    listen(40)
    expect(backs()).toBe(2)
    follow(bed)
    const outcome = { kind: 'release', release: 1, outcome: 'reverted' } as const
    rig.event(bed, { ...outcome, atS: rig.sinceS(bed) })
    listen(180)
    expect(backs()).toBe(2)
  })
})
