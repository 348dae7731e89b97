import { describe, expect, it } from 'vitest'
import { DeskRig, numbersOf, rowOf } from '#test/desk-rig.ts'

/** A fleet whose desk has said what it wants, with one device that was heard. */
function nightOf(over: Parameters<DeskRig['bring']>[1] = {}): {
  rig: DeskRig
  mira: ReturnType<DeskRig['bring']>
} {
  const rig = new DeskRig()
  rig.enrol('bed-mira')
  rig.pass(1)
  const mira = rig.bring('bed-mira', over)
  rig.frame(mira)
  return { rig, mira }
}

describe('the grants of a partition', () => {
  it('come with the first frame after a birth, and again within 35 s of the last (F60)', () => {
    const { rig, mira } = nightOf()
    expect(mira.grant).toMatchObject({ ceiling: 'control', epoch: 1, id: 1, heardS: 0 })
    const ids: number[] = []
    rig.pass(125, (s) => {
      if (s % 30 === 0) rig.frame(mira)
      ids.push(mira.grant!.id)
    })
    expect(ids.at(-1)).toBe(5)
    expect(mira.grant!.heardS).toBe(120)
  })

  it('are none before the desk has said anything (F60)', () => {
    const rig = new DeskRig()
    const mira = rig.bring('bed-mira')
    rig.frame(mira)
    expect(mira.grant).toBeUndefined()
  })

  it('are never above what the consent allows (F20)', () => {
    expect(nightOf({ consent: 'guidance' }).mira.grant?.ceiling).toBe('guidance')
    expect(nightOf({ consent: 'natural', consentId: '' }).mira.grant).toBeUndefined()
  })

  it('are guidance at most where the stage is not known or the numbers cannot be (F60)', () => {
    const { rig, mira } = nightOf()
    rig.pass(20)
    rig.frame(mira, {})
    rig.pass(10)
    expect(mira.grant?.ceiling).toBe('guidance')
    rig.pass(20)
    rig.frame(mira, { stage: 2, heartRate: 251 })
    rig.pass(10)
    expect(mira.grant?.ceiling).toBe('guidance')
  })

  it('end with natural, said at once, when the switch is pulled, and the epoch rises (F63)', () => {
    const { rig, mira } = nightOf()
    expect(
      rig.order('kaya', { what: 'failsafe', do: { kind: 'pull', from: 'app', why: 'x' } }),
    ).toBe(undefined)
    expect(mira.grant).toMatchObject({ ceiling: 'natural', epoch: 2, reason: 'failsafe' })
    rig.pass(60, (s) => s % 30 === 0 && rig.frame(mira))
    expect(mira.grant).toMatchObject({ ceiling: 'natural', epoch: 2, id: 1 })
    expect(rowOf(rig.done, 'fleet', 'failsafe')).toMatchObject({ granting: false, epoch: 2 })
  })

  it('are for nobody who wants to stay natural, until they ask for more (F77)', () => {
    const { rig, mira } = nightOf()
    rig.pass(10)
    rig.event(mira, { kind: 'stop', atS: rig.sinceS(mira), by: 'sleeper' })
    rig.pass(5)
    expect(mira.grant).toMatchObject({ ceiling: 'natural', reason: 'normal' })
    rig.pass(30, (s) => s % 30 === 0 && rig.frame(mira))
    expect(mira.grant?.ceiling).toBe('natural')
    rig.event(mira, { kind: 'wish', atS: rig.sinceS(mira), to: 'guidance' })
    rig.pass(5)
    expect(mira.grant?.ceiling).toBe('control')
  })

  it('are none while a fault is open, nor for a device that knows a later epoch (F60)', () => {
    const { rig, mira } = nightOf({ epoch: 7 })
    expect(mira.grant).toBeUndefined()
    const other = rig.bring('bed-kaya')
    rig.event(other, { kind: 'fault', atS: 0, fault: 'actuator', begins: true })
    rig.pass(1)
    rig.frame(other)
    rig.pass(10)
    expect(other.grant).toBeUndefined()
    rig.event(other, { kind: 'fault', atS: 11, fault: 'actuator', begins: false })
    rig.pass(5)
    expect(other.grant?.ceiling).toBe('control')
  })

  it('have a life that is counted from the device time that was heard (F61)', () => {
    const { rig, mira } = nightOf()
    rig.pass(30)
    rig.frame(mira, { stage: 2 }, { startS: 12.3456 })
    rig.pass(5)
    expect(mira.grant).toMatchObject({ heardS: 12.345, ttlS: 81 })
  })
})

describe('the row of a device', () => {
  it('has the newest numbers in their units, and null where one is missing', () => {
    const { rig, mira } = nightOf()
    rig.pass(30)
    rig.frame(mira, { stage: 4, heartRate: 61.5 })
    rig.pass(5)
    expect(rowOf(rig.said, 'device', 'bed-mira')).toMatchObject({
      ...{ online: true, mode: 'natural', consent: 'control', release: 1, heardS: 30 },
      numbers: { stage: 4, heartRate: 61.5, sigmaDb: null },
      grant: { ceiling: 'control', epoch: 1 },
    })
    expect(numbersOf({ heartRate: 61.5 })[1]).toBe(615)
  })
})
