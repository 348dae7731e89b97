import { describe, expect, it } from 'vitest'
import { CONSENT, DeskRig, type RigDevice, rowOf } from '#test/desk-rig.ts'
import { seededRandom } from '../../math/random.ts'
import type { Incident } from '../incident/incident.ts'
import type { DeviceEvent } from '../telemetry/device-event.ts'

type Act = Extract<DeviceEvent, { kind: 'act' }>

/** A device in control, heard a minute ago and now. */
function controlled(): { rig: DeskRig; mira: RigDevice } {
  const rig = new DeskRig()
  rig.enrol('bed-mira')
  rig.pass(1)
  const mira = rig.bring('bed-mira')
  rig.frame(mira)
  rig.pass(65, (s) => s % 30 === 0 && rig.frame(mira))
  return { rig, mira }
}

function act(rig: DeskRig, device: RigDevice, over: Partial<Act> = {}): void {
  const atS = rig.sinceS(device)
  rig.event(device, {
    ...{ kind: 'act', atS, action: 'click', mode: 'control', consentId: CONSENT, level: 45 },
    ...{ grant: device.grant!.id, epoch: device.grant!.epoch, untilS: atS + 1 },
    ...over,
  })
}

function incidents(rig: DeskRig): readonly Incident[] {
  return rig.desk.book.incidents
}

describe('the audit of acts', () => {
  it('is quiet within consent and grant, also under the one before, told late (F54)', () => {
    const { rig, mira } = controlled()
    const before = mira.grant!
    rig.pass(25)
    rig.frame(mira)
    rig.pass(5)
    expect(mira.grant!.id).toBe(before.id + 1)
    act(rig, mira, { grant: before.id })
    act(rig, mira)
    expect(incidents(rig)).toEqual([])
  })

  it('opens an incident at the first act outside consent, which makes natural (F54, F56)', () => {
    const { rig, mira } = controlled()
    const seven = rig.bring('bed-seven')
    rig.frame(seven)
    act(rig, mira, { consentId: '00000000000000bb' })
    expect(incidents(rig)).toMatchObject([
      { detector: 'autonomy', metric: 'other-consent', cause: { release: 1 }, status: 'open' },
    ])
    rig.pass(5)
    expect([mira, seven].map(({ grant }) => grant)).toMatchObject([
      { ceiling: 'natural', reason: 'incident' },
      { ceiling: 'natural', reason: 'incident' },
    ])
    expect(rig.done).toContainEqual({ kind: 'page', incident: 'i-1', again: false })
  })

  it('finds an act under no grant, one that lapsed, or one of a consent that ended (F54)', () => {
    const found = (
      over: Partial<Act>,
      prepare?: (rig: DeskRig, mira: RigDevice) => void,
    ): unknown => {
      const { rig, mira } = controlled()
      prepare?.(rig, mira)
      act(rig, mira, over)
      return incidents(rig).map(({ metric }) => metric)
    }
    expect(found({ grant: 99 })).toEqual(['other-grant'])
    expect(found({ atS: 200, untilS: 201 })).toEqual(['grant-over'])
    expect(
      found({ atS: 66.5, untilS: 67 }, (rig, mira) => {
        const consent = { consentId: CONSENT, mode: 'control', untilWallMs: 1 } as const
        rig.event(mira, { kind: 'consent', atS: 66, ...consent, granted: false })
      }),
    ).toEqual(['consent-over'])
  })

  it('judges an act that is told late by the consent that it names (F54)', () => {
    const { rig, mira } = controlled()
    const next = { consentId: '00000000000000bb', mode: 'control', untilWallMs: 4e12 } as const
    rig.event(mira, { kind: 'consented', atS: 66, signedMs: 1, ...next })
    act(rig, mira, { atS: 65.5, untilS: 66 })
    expect(incidents(rig)).toEqual([])
    act(rig, mira, { atS: 66.5, untilS: 67 })
    expect(incidents(rig).map(({ metric }) => metric)).toEqual(['consent-over'])
  })
})

describe('the look at what devices say of themselves', () => {
  it('names a device that is above natural after its grant must have lapsed (F21, F43)', () => {
    const { rig, mira } = controlled()
    const end = mira.grant!.heardS + mira.grant!.ttlS
    rig.put(0, { kind: 'gone', atMs: rig.atMs, device: mira.device, boot: 1, how: 'silent' })
    rig.pass(100)
    rig.frame(mira, { stage: 2 }, { mode: 'control', startS: end + 6 })
    expect(incidents(rig)).toEqual([])
    rig.frame(mira, { stage: 2 }, { mode: 'control', startS: end + 6.1 })
    expect(incidents(rig)).toMatchObject([{ metric: 'missed-expiry', cause: { release: 1 } }])
  })

  it('names a device that is above its consent, or had no grant at all (F20, F43)', () => {
    const { rig } = controlled()
    const other = rig.bring('bed-other', { consent: 'guidance' })
    rig.frame(other, { stage: 2 }, { mode: 'guidance' })
    expect(incidents(rig).map(({ metric }) => metric)).toEqual(['stuck-out-of-natural'])
  })

  it('opens the incident of a district that goes dark, and says when it is light again', () => {
    const rig = new DeskRig(2)
    const beds = Array.from({ length: 40 }, (_, k) => {
      const cohort = { chronotype: 'late', age: '60-on', district: k < 20 ? 'harbour' : 'hill' }
      return rig.bring(`bed-${k}`, { cohort: cohort as never }, k % 2)
    })
    const sleep = (heard: readonly RigDevice[], s: number): void => {
      for (const [k, bed] of heard.entries()) if (s % 30 === k % 30) rig.frame(bed)
    }
    rig.pass(120, (s) => sleep(beds, s))
    expect(incidents(rig)).toEqual([])
    rig.pass(185, (s) => sleep(beds.slice(20), s))
    expect(incidents(rig)).toMatchObject([
      { detector: 'silence', metric: 'blackout', cause: { district: 'harbour' } },
    ])
    expect(rowOf(rig.done, 'fleet', 'status')).toMatchObject({ dark: ['harbour'] })
    rig.pass(120, (s) => sleep(beds, s))
    expect(rowOf(rig.done, 'fleet', 'status')).toMatchObject({ dark: [], enrolled: 40 })
  })

  it('compares a sleeper with their own nights before, and tells of it once a night (F51)', () => {
    const rig = new DeskRig()
    rig.enrol('bed-mira')
    rig.pass(1)
    const mira = rig.bring('bed-mira')
    const random = seededRandom(3)
    const night = (shift: number): void => {
      for (let k = 0; k < 300; k++) {
        rig.atMs += 30_000
        const heartRate = 58 + 2 * random.normal() + (k > 150 ? shift : 0)
        rig.frame(mira, { stage: 2, heartRate, deltaDb: 10 + random.normal() })
        rig.put(0, { kind: 'tick', atMs: rig.atMs })
      }
      rig.atMs += 3 * 3_600_000
      rig.put(0, { kind: 'tick', atMs: rig.atMs })
    }
    night(0)
    night(0)
    expect(incidents(rig)).toEqual([])
    night(20)
    expect(incidents(rig)).toMatchObject([
      { detector: 'device', metric: 'heartRate', cause: { device: 'bed-mira' }, signals: 1 },
    ])
    expect(rowOf(rig.said, 'device', 'bed-mira')).toMatchObject({ drift: 'heartRate' })
  })
})
