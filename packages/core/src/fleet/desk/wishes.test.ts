import { describe, expect, it } from 'vitest'
import { DeskRig, type RigDevice, rowOf } from '#test/desk-rig.ts'
import type { FollowEffect } from '../incident/follow.ts'
import type { Naming } from '../incident/naming.ts'
import { decodeAdmin } from '../telemetry/admin.ts'
import type { DeviceId } from '../telemetry/device-id.ts'
import { readParts, writeParts } from './device-parts.ts'
import { deviceOf } from './partition-state.ts'
import { readPartition, writePartition } from './snapshot.ts'

/** What was said to a device on `adm`, of one kind. */
function told(rig: DeskRig, kind: string): unknown[] {
  return rig.said.flatMap((effect) => {
    if (effect.kind !== 'send' || effect.channel !== 'adm') return []
    const read = decodeAdmin(effect.payload)
    return read.ok && read.value.kind === kind ? [read.value] : []
  })
}

/** An incident in which the box of a device is asked for. */
function asked(): { rig: DeskRig; mira: RigDevice } {
  const { rig, mira } = DeskRig.withMira()
  const atS = rig.sinceS(mira)
  rig.event(mira, {
    ...{ kind: 'act', atS, action: 'click', mode: 'control', consentId: '', level: 40 },
    ...{ grant: 1, epoch: 1, untilS: atS + 1 },
  })
  return { rig, mira }
}

describe('a piece of a black box', () => {
  it('is asked for once an incident, and again at a birth until there is an answer (F57)', () => {
    const { rig, mira } = asked()
    expect(told(rig, 'ask-piece')).toMatchObject([{ incident: 'i-1' }])
    rig.put(0, {
      ...{ kind: 'ask-piece', atMs: rig.atMs, device: mira.device },
      ...{ incident: 'i-1', fromMs: 0, toMs: 1 },
    })
    expect(told(rig, 'ask-piece').length).toBe(1)
    rig.birth(mira)
    expect(told(rig, 'ask-piece').length).toBe(2)
    const atS = rig.sinceS(mira) + 1
    rig.event(mira, { kind: 'piece-answer', atS, incident: 'i-1', granted: false })
    rig.birth(mira)
    expect(told(rig, 'ask-piece').length).toBe(2)
    expect(rig.desk.book.incidents[0]?.pieces).toMatchObject([{ status: 'declined' }])
  })

  it('comes by the verified yes and is named by its digest; a yes without it is none (F57)', () => {
    const { rig, mira } = asked()
    const { device } = mira
    const atS = rig.sinceS(mira) + 1
    rig.event(mira, { kind: 'piece-answer', atS, incident: 'i-1', granted: true })
    expect(rig.desk.book.incidents[0]?.pieces).toMatchObject([{ status: 'asked' }])
    rig.put(0, { kind: 'answer', atMs: rig.atMs, device, incident: 'i-1', granted: true })
    rig.put(0, { kind: 'piece', atMs: rig.atMs, device, incident: 'i-1', digest: 'ab' })
    expect(rig.desk.book.incidents[0]?.pieces).toMatchObject([{ status: 'came', digest: 'ab' }])
  })

  it('is asked for no more when its incident is closed', () => {
    const { rig, mira } = asked()
    rig.pass(700, undefined, 10)
    const close = { kind: 'close', incident: 'i-1', as: 'no-cause-found', words: 'x' } as const
    expect(rig.order('kaya', { what: 'incident', do: close })).toBeUndefined()
    rig.birth(mira)
    expect(told(rig, 'ask-piece').length).toBe(1)
  })
})

describe('followers at the centre', () => {
  const naming: Naming = {
    ...{ device: 'bed-mira', follower: 'Kaya', alarms: ['stale', 'safety'] },
    ...{ outside: { from: 40, to: 120, forMin: 5 }, givenMs: 1e12, untilMs: 4e12 },
    ...{ signer: '0a'.repeat(32), signature: '0b'.repeat(64) },
  }

  function followed(): { rig: DeskRig; mira: RigDevice; heard: () => FollowEffect[] } {
    const { rig, mira } = DeskRig.withMira()
    const input = { kind: 'named', naming, verified: true, atMs: rig.atMs } as const
    rig.put(0, { kind: 'follow', atMs: rig.atMs, device: mira.device, input })
    const heard = (): FollowEffect[] =>
      rig.said.flatMap((each) => (each.kind === 'follower' ? [each.effect] : []))
    return { rig, mira, heard }
  }

  it('are told that a night fell silent, and that it is heard again (F59)', () => {
    const { rig, mira, heard } = followed()
    rig.pass(890, undefined, 5)
    expect(heard()).toEqual([])
    rig.pass(20, undefined, 5)
    expect(heard()).toMatchObject([{ kind: 'alarm', alarm: 'stale', level: 'warn' }])
    rig.frame(mira)
    expect(heard().at(-1)).toMatchObject({ kind: 'over', alarm: 'stale' })
    expect(rowOf(rig.said, 'device', 'bed-mira')).toMatchObject({ followers: 1 })
  })

  it('are told nothing after a device said goodbye, and at once when the sleeper stops it (F59)', () => {
    const { rig, mira, heard } = followed()
    rig.event(mira, { kind: 'stop', atS: rig.sinceS(mira) + 1, by: 'sleeper' })
    expect(heard()).toMatchObject([{ kind: 'alarm', alarm: 'safety', level: 'urgent' }])
    rig.event(mira, { kind: 'wish', atS: rig.sinceS(mira) + 2, to: 'guidance' })
    expect(heard().at(-1)).toMatchObject({ kind: 'over', alarm: 'safety' })
    const n = heard().length
    rig.put(0, { kind: 'gone', atMs: rig.atMs, device: mira.device, boot: 1, how: 'closed' })
    rig.pass(3600, undefined, 10)
    expect(heard().length).toBe(n)
  })
})

describe('a follower whose naming ended', () => {
  const naming: Naming = {
    ...{ device: 'bed-mira', follower: 'Kaya', alarms: ['stale'], givenMs: 1e12, untilMs: 4e12 },
    outside: { from: 40, to: 120, forMin: 5 },
    ...{ signer: '0a'.repeat(32), signature: '0b'.repeat(64) },
  }
  const count = (rig: DeskRig): number | undefined =>
    rig.partitions[0]!.devices.get('bed-mira')?.follow?.followers.length

  function name(rig: DeskRig, one: Naming): void {
    const input = { kind: 'named', naming: one, verified: true, atMs: rig.atMs } as const
    rig.put(0, { kind: 'follow', atMs: rig.atMs, device: 'bed-mira' as DeviceId, input })
  }

  it('follows no more by it, also after the state was written and read, also when the device was erased and enrolled anew (F83)', () => {
    const { rig, mira } = DeskRig.withMira()
    const { device } = mira
    name(rig, naming)
    expect(count(rig)).toBe(1)
    rig.pass(10)
    const input = { kind: 'unnamed', follower: 'Kaya', atMs: 0 } as const
    rig.put(0, { kind: 'follow', atMs: rig.atMs, device, input })
    const read = readPartition(writePartition(rig.partitions[0]!))
    rig.partitions[0] = read.ok ? read.value : undefined!
    name(rig, naming)
    expect(count(rig)).toBe(0)
    rig.pass(900, undefined, 5)
    rig.put(0, { kind: 'erased', atMs: rig.atMs, device })
    rig.put(0, { kind: 'enrolled', atMs: rig.atMs, device, publicKey: '0a'.repeat(32) })
    name(rig, naming)
    expect(count(rig)).toBe(0)
    name(rig, { ...naming, givenMs: rig.atMs })
    expect(count(rig)).toBe(1)
  })
})

describe('followers whom an older program knew', () => {
  it('are read from its states and logs, and end for good as all others (F83)', () => {
    const { rig, mira } = DeskRig.withMira()
    const { device } = mira
    const { givenMs: _, ...old } = {
      ...{ device: 'bed-mira', follower: 'Kaya', alarms: ['stale'], givenMs: 0, untilMs: 4e12 },
      outside: { from: 40, to: 120, forMin: 5 },
      ...{ signer: '0a'.repeat(32), signature: '0b'.repeat(64) },
    } as const satisfies Naming
    const naming = old as unknown as Naming
    const input = { kind: 'named', naming, verified: true, atMs: rig.atMs } as const
    rig.put(0, { kind: 'follow', atMs: rig.atMs, device, input })
    const entry = rig.partitions[0]!.devices.get(device)!
    expect(entry.follow?.followers).toMatchObject([{ follower: 'Kaya', givenMs: rig.atMs }])
    const { ended: _ended, endedMs: _endedMs, ...follow } = entry.follow!
    const { enrolledMs: _enrolledMs, ...older } = {
      ...entry,
      follow: { ...follow, followers: [old] },
    }
    rig.partitions[0]!.devices.set(device, older as never)
    for (const read of [
      readPartition(writePartition(rig.partitions[0]!)),
      readParts(...(Object.values(writeParts(rig.partitions[0]!)) as Parameters<typeof readParts>)),
    ]) {
      if (!read.ok) throw new Error('no state')
      rig.partitions[0] = read.value
      const unnamed = { kind: 'unnamed', follower: 'Kaya', atMs: rig.atMs } as const
      rig.put(0, { kind: 'follow', atMs: rig.atMs, device, input: unnamed })
      rig.put(0, { kind: 'follow', atMs: rig.atMs, device, input })
      expect(rig.partitions[0].devices.get(device)?.follow?.followers).toEqual([])
    }
  })
})

describe('a device that is revoked', () => {
  it('is not known to the door any more, is dropped, and has no new grant (F17)', () => {
    const { rig, mira } = DeskRig.withMira()
    const { device } = mira
    expect(deviceOf(rig.partitions[0]!, device)).toMatchObject({ boot: 1, isOnline: true })
    const id = mira.grant?.id
    rig.put(0, { kind: 'revoke', atMs: rig.atMs, device, isRevoked: true })
    expect(deviceOf(rig.partitions[0]!, device)).toBeUndefined()
    expect(rig.said).toContainEqual({ kind: 'drop', device })
    rig.pass(60, (s) => s % 30 === 0 && rig.frame(mira))
    expect(mira.grant?.id).toBe(id)
    rig.put(0, { kind: 'enrolled', atMs: rig.atMs, device, publicKey: '0e'.repeat(32) })
    expect(deviceOf(rig.partitions[0]!, device)).toBeUndefined()
    rig.put(0, { kind: 'revoke', atMs: rig.atMs, device, isRevoked: false })
    rig.pass(10)
    expect(mira.grant?.id).toBe(id! + 1)
    rig.put(0, { kind: 'enrolled', atMs: rig.atMs, device, publicKey: '0e'.repeat(32) })
    expect(deviceOf(rig.partitions[0]!, device)?.publicKey).not.toBe('0e'.repeat(32))
  })
})
