import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CONSENT, DeskRig, type RigDevice } from '#test/desk-rig.ts'
import { modeRank } from '../../night/governor/mode.ts'
import { deskStep } from './desk.ts'
import type { DeskEffect, PartitionEffect } from './desk-effect.ts'
import { beginDesk, type DeskState, deskHeard } from './desk-state.ts'
import { partitionStep } from './partition.ts'
import { decodePartitionRecord, encodePartitionRecord } from './partition-record-codec.ts'
import { beginPartition, type PartitionState } from './partition-state.ts'
import { plainText } from './plain-text.ts'
import { readDesk, readPartition, writeDesk, writePartition } from './snapshot.ts'
import { DESK_SILENT_MS } from './standing.ts'

const SEED = { seed: 20_261, numRuns: 25 }

/** What may happen to one of four devices, or to all, in a second. */
const HAPPENING = fc.tuple(
  fc.integer({ min: 0, max: 3 }),
  fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom('frame', 'again', 'birth', 'wake', 'dream', 'act') },
    { weight: 8, arbitrary: fc.constantFrom('wish', 'consent', 'mended', 'lift', 'ack', 'pass') },
    { weight: 4, arbitrary: fc.constantFrom('restart', 'gone', 'stop', 'withdraw', 'fault') },
    { weight: 3, arbitrary: fc.constantFrom('pull', 'report', 'erase', 'staff', 'rollout') },
    { weight: 2, arbitrary: fc.constantFrom('odd-act', 'stuck', 'away', 'back') },
  ),
  fc.integer({ min: 1, max: 40 }),
)

/** A short life of a fleet of four devices under a desk, from what happened in it. */
function live(happenings: readonly (readonly [number, string, number])[]): DeskRig {
  const rig = new DeskRig(2)
  for (let k = 0; k < 4; k++) rig.bring(`bed-${k}`, {}, k % 2)
  rig.pass(1)
  for (const [k, what, seconds] of happenings) {
    const bed = rig.devices.get(`bed-${k}`)!
    happen(rig, bed, what, seconds)
    const named = { stage: (k + seconds) % 5, heartRate: 50 + seconds }
    rig.pass(seconds, (s) => s % 30 < 5 && rig.frame(bed, named), seconds > 10 ? 5 : 1)
  }
  return rig
}

function happen(rig: DeskRig, bed: RigDevice, what: string, n: number): void {
  const { partition, device } = bed
  const atS = rig.sinceS(bed)
  const named = { stage: n % 5, heartRate: 50 + n, deltaDb: n / 2 }
  if (what === 'birth') rig.birth(bed, { cohort: cohortOf(n) })
  if (what === 'restart') rig.birth(bed, { boot: bed.boot + 1 })
  if (what === 'pull') rig.order('kaya', pull)
  if (what === 'lift') for (const by of ['kaya', 'mira']) rig.order(by, lift)
  if (what === 'report')
    rig.order('kaya', { what: 'report', metric: 'odd', ...(n > 20 && { release: 1 }) })
  if (what === 'ack') rig.order('kaya', { what: 'incident', do: { kind: 'ack', incident: 'i-1' } })
  if (what === 'erase' && n > 35) rig.put(partition, { kind: 'erased', atMs: rig.atMs, device })
  if (what === 'staff')
    rig.put(partition, { kind: 'staff', atMs: rig.atMs, device, isStaff: n > 20 })
  if (what === 'rollout') beginRollout(rig)
  if (what === 'away' || what === 'back') rig.isDeskAway = what === 'away'
  if (bed.boot === 0) return
  if (what === 'frame') rig.frame(bed, named, { asleep: n % 3 > 0 })
  if (what === 'stuck') rig.frame(bed, named, { mode: 'control' })
  if (what === 'again') {
    const record = rig.logs[partition]!.findLast((one) => one.kind === 'frames')
    if (record) rig.put(partition, { ...record, atMs: rig.atMs })
  }
  if (what === 'gone') {
    rig.put(partition, { kind: 'gone', atMs: rig.atMs, device, boot: bed.boot, how: 'closed' })
  }
  if (what === 'wake') rig.event(bed, { kind: 'awakening', atS, from: 'R' })
  if (what === 'dream') rig.event(bed, { kind: 'dream', atS, vividness: 8, adverse: n > 20 })
  if (what === 'stop') rig.event(bed, { kind: 'stop', atS, by: 'sleeper' })
  if (what === 'wish') rig.event(bed, { kind: 'wish', atS, to: 'control' })
  if (what === 'fault' || what === 'mended') {
    rig.event(bed, { kind: 'fault', atS, fault: 'disk', begins: what === 'fault' })
  }
  if (what === 'consent' || what === 'withdraw') {
    const mode = n > 20 ? 'control' : 'guidance'
    bed.consent = what === 'consent' ? mode : 'natural'
    const consent = { consentId: CONSENT, mode, untilWallMs: 4e12 } as const
    if (what === 'withdraw') rig.event(bed, { kind: 'consent', atS, ...consent, granted: false })
    // Each fourth by a device of before there were dates, and some of a clock that is ahead.
    else if (n % 4 === 0) rig.event(bed, { kind: 'consent', atS, ...consent, granted: true })
    else rig.event(bed, { kind: 'consented', atS, signedMs: rig.atMs - 5000 + 300 * n, ...consent })
  }
  if (what === 'act' || what === 'odd-act') {
    const grant = what === 'act' ? (bed.grant?.id ?? 0) : 1000
    rig.event(bed, {
      ...{ kind: 'act', atS, action: 'click', mode: 'control', consentId: CONSENT, grant },
      ...{ epoch: bed.grant?.epoch ?? 1, level: 40, untilS: atS + 1 },
    })
  }
}

const pull = { what: 'failsafe', do: { kind: 'pull', from: 'app', why: 'x' } } as const
const lift = { what: 'failsafe', do: { kind: 'lift', why: 'x' } } as const

function cohortOf(n: number): never {
  const district = n > 20 ? 'harbour' : 'hill'
  return { chronotype: 'late', age: '60-on', district } as never
}

function beginRollout(rig: DeskRig): void {
  const plan = { id: 'r2', release: 2, baseline: 1, seed: 'a' }
  rig.order('kaya', { what: 'open-rollout', plan })
  for (const ring of ['twin', 'replay'] as const) {
    const rehearsed = { kind: 'rehearsed', ring, passed: true, digest: 'd' } as const
    rig.order('kaya', { what: 'rollout', rollout: 'r2', do: rehearsed })
  }
}

/** A partition's log played from a state on; effects of all records after it. */
function play(
  rig: DeskRig,
  partition: number,
  from = 0,
  begin: PartitionState = beginPartition(partition),
): { readonly state: PartitionState; readonly effects: readonly PartitionEffect[] } {
  const effects: PartitionEffect[] = []
  let state = begin
  for (const record of rig.logs[partition]!.slice(from)) {
    // As it comes from the disk: nothing may hang on a record's object being another's.
    const read = decodePartitionRecord(encodePartitionRecord(record))
    if (!read.ok) throw new Error(read.problem.code)
    const step = partitionStep(state, read.value)
    state = step.state
    effects.push(...step.effects)
  }
  return { state, effects }
}

function playDesk(
  rig: DeskRig,
  from = 0,
  begin: DeskState = beginDesk({ handshakesPerS: 100 }),
): { readonly state: DeskState; readonly effects: readonly DeskEffect[] } {
  const effects: DeskEffect[] = []
  let state = begin
  for (const record of rig.deskLog.slice(from)) {
    const step = deskStep(state, record)
    state = step.state
    effects.push(...step.effects)
  }
  return { state, effects }
}

describe('what follows from a log', () => {
  const LIVES = fc.array(HAPPENING, { minLength: 5, maxLength: 60 })

  it('follows again when it is played again: the same states and the same effects (F28)', () => {
    fc.assert(
      fc.property(LIVES, (happenings) => {
        const rig = live(happenings)
        for (const k of [0, 1]) {
          const { state, effects } = play(rig, k)
          expect(writePartition(state)).toBe(writePartition(rig.partitions[k]!))
          const live = rig.said.filter((effect) => isOf(rig, effect, k))
          const again = effects.filter((effect) => isOf(rig, effect, k))
          expect(plainText(again)).toBe(plainText(live))
        }
        const desk = playDesk(rig)
        expect(writeDesk(desk.state)).toBe(writeDesk(rig.desk))
        expect(plainText(desk.effects)).toBe(plainText(rig.done))
      }),
      SEED,
    )
  })

  it('is the same from a copy of the state at any place and the rest of the log (F28)', () => {
    fc.assert(
      fc.property(LIVES, fc.double({ min: 0, max: 1, noNaN: true }), (happenings, share) => {
        const rig = live(happenings)
        const log = rig.logs[0]!
        const at = Math.floor(share * log.length)
        const cut = { ...rig, logs: [log.slice(0, at)] } as never
        const read = readPartition(writePartition(play(cut, 0).state))
        if (!read.ok) throw new Error(read.problem.code)
        const rest = play(rig, 0, at, read.value)
        expect(writePartition(rest.state)).toBe(writePartition(rig.partitions[0]!))
        const deskAt = Math.floor(share * rig.deskLog.length)
        const before = playDesk({ deskLog: rig.deskLog.slice(0, deskAt) } as never)
        const desk = readDesk(writeDesk(before.state))
        if (!desk.ok) throw new Error(desk.problem.code)
        expect(writeDesk(playDesk(rig, deskAt, desk.value).state)).toBe(writeDesk(rig.desk))
      }),
      SEED,
    )
  })

  it('is nothing more when tells come again, as after a crash between two appends (F28)', () => {
    fc.assert(
      fc.property(LIVES, fc.integer({ min: 1, max: 50 }), (happenings, step) => {
        const rig = live(happenings)
        const before = writeDesk(rig.desk)
        for (let i = 0; i < rig.deskLog.length; i += step) {
          const record = rig.deskLog[i]!
          if (record.kind === 'tell') expect(deskStep(rig.desk, record).effects).toEqual([])
        }
        expect(writeDesk(rig.desk)).toBe(before)
        const told = rig.deskLog.findLast((record) => record.kind === 'tell')
        if (told?.kind !== 'tell') return
        const { offset, index } = told
        expect(deskHeard(rig.desk).get(told.partition)).toEqual({ offset, index })
      }),
      SEED,
    )
  })

  it('never grants above the consent, the switch, the way back or an open incident, nor in an epoch that is over, nor without a desk (F29, F60)', () => {
    let [given, alone] = [0, 0]
    fc.assert(
      fc.property(LIVES, (happenings) => {
        const rig = live(happenings)
        for (const k of [0, 1]) {
          let state = beginPartition(k)
          for (const record of rig.logs[k]!) {
            const step = partitionStep(state, record)
            state = step.state
            if (record.atMs - state.deskMs >= DESK_SILENT_MS) alone++
            for (const effect of step.effects) {
              if (effect.kind !== 'grant') continue
              given++
              checkGrant(state, effect)
              if (effect.grant.ceiling === 'natural') continue
              expect(record.atMs - state.deskMs).toBeLessThan(DESK_SILENT_MS)
            }
          }
        }
      }),
      SEED,
    )
    expect(given).toBeGreaterThan(100)
    expect(alone).toBeGreaterThan(100)
  })

  it('has nothing of a device that was erased, in the state or in what comes after (F80)', () => {
    fc.assert(
      fc.property(LIVES, (happenings) => {
        const rig = live([...happenings, [0, 'birth', 5], [0, 'frame', 35]])
        const bed = rig.devices.get('bed-0')!
        rig.put(0, { kind: 'erased', atMs: rig.atMs, device: bed.device })
        const from = rig.said.length
        rig.frame(bed)
        rig.birth(bed)
        rig.pass(40)
        expect(writePartition(rig.partitions[0]!)).not.toContain('"bed-0"')
        expect(plainText(rig.said.slice(from))).not.toContain('"bed-0"')
        const { slots, devices } = rig.partitions[0]!
        expect(slots.free.length).toBeGreaterThanOrEqual(64 - devices.size)
      }),
      SEED,
    )
  })
})

function isOf(rig: DeskRig, effect: PartitionEffect, partition: number): boolean {
  const device = effect.kind === 'row' ? effect.row.key : 'device' in effect ? effect.device : ''
  return rig.devices.get(device)?.partition === partition
}

function checkGrant(
  state: PartitionState,
  { device, grant }: Extract<PartitionEffect, { kind: 'grant' }>,
): void {
  const entry = state.devices.get(device)!
  const { failsafe, ladder, aims } = state.standing!
  expect(grant.epoch).toBe(failsafe.epoch)
  if (grant.ceiling === 'natural') return
  const most = [failsafe.ceiling, entry.consent].map(modeRank)
  expect(failsafe.granting && entry.isOnline && !entry.staysNatural).toBe(true)
  expect(modeRank(grant.ceiling)).toBeLessThanOrEqual(Math.min(...most))
  if (grant.ceiling === 'control') expect(entry.consentMs >= ladder.startedMs).toBe(true)
  expect(aims.some(({ aim }) => aim.way === 'back' && aim.release === entry.release)).toBe(false)
  for (const { cause, actions, status } of state.standing!.incidents) {
    const concerned = cause.release === undefined || cause.release === entry.release
    if (!concerned || cause.district !== undefined || cause.device !== undefined) continue
    const acts = actions.map(({ action }) => action.do)
    expect(acts.includes('natural') && status !== 'recovering').toBe(false)
    if (acts.includes('shorten-grants')) expect(grant.ceiling).toBe('guidance')
  }
  expect(grant.heardS).toBe(entry.heardS)
}
