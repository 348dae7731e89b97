import { describe, expect, it } from 'vitest'
import { CONSENT, DeskRig, type RigDevice } from '#test/desk-rig.ts'
import type { Mode } from '../../night/governor/mode.ts'

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000

/** Somebody who consented to control for so many days, this evening. */
function consented(rig: DeskRig, days: number, consentId: string = CONSENT): RigDevice {
  rig.enrol('bed-mira')
  rig.pass(1)
  const bed = rig.bring('bed-mira')
  rig.frame(bed)
  const until = { signedMs: rig.atMs, untilWallMs: rig.atMs + days * DAY_MS }
  rig.event(bed, { kind: 'consented', atS: rig.sinceS(bed), consentId, mode: 'control', ...until })
  return bed
}

/** What is granted now, to somebody who sleeps, and obeyed. */
function granted(rig: DeskRig, bed: RigDevice, asleep = true): Mode {
  rig.pass(20)
  rig.frame(bed, { stage: 2 }, { asleep, mode: 'natural' })
  rig.pass(10)
  const mode = bed.grant!.ceiling
  rig.frame(bed, { stage: 2 }, { asleep, mode })
  return mode
}

/** A night, looked at before sleep and at 10, 20 … 90 % of it: how much of it had control. */
function night(rig: DeskRig, bed: RigDevice): number {
  expect(granted(rig, bed, false)).toBe('control')
  granted(rig, bed)
  const beganMs = rig.atMs
  let share = 0
  for (let tenth = 1; tenth < 10; tenth++) {
    rig.atMs = beganMs + 0.8 * HOUR_MS * tenth
    if (granted(rig, bed) === 'control') share = tenth / 10
  }
  rig.atMs = beganMs + DAY_MS - 120_000
  rig.pass(60)
  return share
}

describe('a consent that runs out', () => {
  it('ends over its last three nights, by shorter parts of them, after five in control (F78)', () => {
    const rig = new DeskRig()
    const bed = consented(rig, 10)
    const shares = Array.from({ length: 10 }, () => night(rig, bed))
    expect(shares).toEqual([...Array(7).fill(0.9), 0.7, 0.4, 0.2])
    expect(rig.desk.book.incidents).toEqual([])
  })

  it('has no control and no guidance after its end, though the clock of the device was set back (F20, F78)', () => {
    const rig = new DeskRig()
    const bed = consented(rig, 3)
    for (let k = 0; k < 3; k++) expect(night(rig, bed)).toBe(0.9)
    rig.atMs += 540_000
    expect(granted(rig, bed, false)).toBe('guidance')
    rig.atMs += 120_000
    rig.frame(bed, { stage: 2 })
    const { id } = bed.grant!
    for (let k = 0; k < 4; k++) {
      rig.frame(bed, { stage: 2 })
      rig.pass(30)
    }
    expect([bed.grant!.id === id, bed.grant!.ceiling]).toEqual([true, 'guidance'])
  })

  it('counts a night once in which the device said goodbye and came back (F78)', () => {
    const rig = new DeskRig()
    const bed = consented(rig, 10)
    granted(rig, bed)
    const { night } = rig.partitions[0]!.devices.get(bed.device)!
    const onsetMs = night.sinceMs
    for (let k = 0; k < 3; k++) {
      const { device, boot } = bed
      rig.put(0, { kind: 'gone', atMs: rig.atMs, device, boot, how: 'closed' })
      expect(night).toMatchObject({ sinceMs: -1, controlNights: 1, nights: 1 })
      rig.atMs += HOUR_MS
      granted(rig, bed)
      expect(night.sinceMs).toBe(onsetMs)
    }
    rig.atMs += DAY_MS - 3 * HOUR_MS
    rig.pass(60)
    expect(night).toMatchObject({ sinceMs: -1, controlNights: 1, nights: 1 })
    granted(rig, bed)
    rig.atMs += DAY_MS
    rig.pass(60)
    expect(night).toMatchObject({ controlNights: 2, nights: 2 })
  })

  it('ends at once after fewer, and not before its end (F78)', () => {
    const rig = new DeskRig()
    const bed = consented(rig, 7)
    expect(Array.from({ length: 7 }, () => night(rig, bed))).toEqual(Array(7).fill(0.9))
  })

  it('is none of an end where the sleeper consents anew, and a night without control begins the count again (F78)', () => {
    const rig = new DeskRig()
    const bed = consented(rig, 9)
    for (let k = 0; k < 6; k++) expect(night(rig, bed)).toBe(0.9)
    const { atMs } = rig
    rig.event(bed, {
      ...{ kind: 'consented', atS: rig.sinceS(bed), consentId: '00000000000000bb' },
      ...{ mode: 'control', signedMs: atMs, untilWallMs: atMs + 3 * DAY_MS },
    })
    expect(night(rig, bed)).toBe(0.9)
    const other = new DeskRig()
    const late = consented(other, 8)
    for (let k = 0; k < 4; k++) expect(night(other, late)).toBe(0.9)
    other.frame(late, { stage: 2 }, { asleep: true, mode: 'natural' })
    other.atMs += DAY_MS
    other.pass(60)
    expect(other.partitions[0]!.devices.get(late.device)!.night.controlNights).toBe(0)
    expect(night(other, late)).toBe(0.9)
  })
})
