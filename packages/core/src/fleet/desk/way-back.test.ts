import { describe, expect, it } from 'vitest'
import { DeskRig, type RigDevice } from '#test/desk-rig.ts'

const HOUR_MS = 3_600_000

function heard(rig: DeskRig, beds: readonly RigDevice[]): void {
  for (const bed of beds) rig.frame(bed)
  rig.pass(10)
}

function ceilings(beds: readonly RigDevice[]): (string | undefined)[] {
  return beds.map(({ grant }) => grant?.ceiling)
}

/** A sleeper's consent to control is told, now, with when it was signed. */
function signs(rig: DeskRig, bed: RigDevice, consentId: string, signedMs: number): void {
  const consent = { consentId, mode: 'control', untilWallMs: 4e12 } as const
  rig.event(bed, { kind: 'consented', atS: rig.sinceS(bed), signedMs, ...consent })
}

/** Two persons lift the switch. */
function lift(rig: DeskRig): void {
  for (const by of ['kaya', 'mira']) {
    rig.order(by, { what: 'failsafe', do: { kind: 'lift', why: 'mended' } })
  }
}

/** A day goes by, in which everybody sleeps for a few minutes of each hour that are heard. */
function day(rig: DeskRig, beds: readonly RigDevice[]): void {
  for (let hour = 0; hour < 25; hour++) {
    rig.atMs += HOUR_MS - 60_000
    for (let k = 0; k < 2; k++) {
      rig.pass(30, undefined, 5)
      for (const bed of beds) rig.frame(bed)
    }
  }
  rig.pass(40)
}

type Six = [RigDevice, RigDevice, RigDevice, RigDevice, RigDevice, RigDevice]

describe('the way back after the failsafe', () => {
  it('is open to all though a device tells of an epoch that cannot be (F66)', () => {
    const rig = new DeskRig()
    const mira = rig.bring('bed-mira', { epoch: 3 })
    rig.bring('bed-liar', { epoch: 9_000_000_000 })
    rig.pass(1)
    rig.order('kaya', { what: 'failsafe', do: { kind: 'pull', from: 'app', why: 'x' } })
    rig.pass(40)
    lift(rig)
    expect(rig.desk.failsafe).toMatchObject({ epoch: 4, granting: true })
    rig.pass(20)
    heard(rig, [mira])
    expect(ceilings([mira])).toEqual(['guidance'])
  })

  it('goes from natural over guidance to control, and control is for those alone who consented again (F66, F74, F75)', () => {
    const rig = new DeskRig(2)
    const beds = Array.from({ length: 40 }, (_, k) => rig.bring(`bed-${k}`, {}, k % 2))
    rig.pass(1)
    heard(rig, beds)
    expect(new Set(ceilings(beds))).toEqual(new Set(['control']))
    rig.order('kaya', { what: 'failsafe', do: { kind: 'pull', from: 'app', why: 'x' } })
    heard(rig, beds)
    expect(new Set(ceilings(beds))).toEqual(new Set(['natural']))
    const lift = { what: 'failsafe', do: { kind: 'lift', why: 'mended' } } as const
    expect(rig.order('kaya', lift)).toBeUndefined()
    expect(rig.order('kaya', lift)).toBe('SAME_PERSON')
    rig.pass(20)
    heard(rig, beds)
    expect(new Set(ceilings(beds))).toEqual(new Set(['natural']))
    expect(rig.order('mira', lift)).toBeUndefined()
    rig.pass(20)
    heard(rig, beds)
    expect(new Set(ceilings(beds))).toEqual(new Set(['guidance']))
    const again = beds.slice(0, 30)
    rig.pass(1)
    for (const bed of again) {
      signs(rig, bed, '00000000000000bb', rig.atMs)
    }
    heard(rig, beds)
    expect(new Set(ceilings(beds))).toEqual(new Set(['guidance']))
    let days = 0
    const shares: number[] = []
    while (rig.desk.ladder.standing === 'climbing' && days < 12) {
      days++
      day(rig, beds)
      // Of so few nothing can be shown: persons say go on.
      rig.order('kaya', { what: 'ladder', do: { kind: 'resume' } })
      rig.pass(20)
      heard(rig, beds)
      shares.push(ceilings(again).filter((ceiling) => ceiling === 'control').length)
      expect(new Set(ceilings(beds.slice(30)))).toEqual(new Set(['guidance']))
    }
    expect(rig.desk.ladder).toMatchObject({ standing: 'level', cohorts: 5 })
    expect(days).toBeGreaterThanOrEqual(4)
    expect(shares).toEqual([...shares].sort((a, b) => a - b))
    expect(shares.at(-1)).toBe(30)
    expect(rig.desk.failsafe).toMatchObject({ ceiling: 'control', granting: true })
  })

  it('begins when an incident of everybody is closed, and till then nobody has more than guidance (F67)', () => {
    const rig = new DeskRig()
    const beds = [rig.bring('bed-1'), rig.bring('bed-2')]
    rig.pass(1)
    heard(rig, beds)
    expect(rig.order('kaya', { what: 'report', metric: 'strange dreams' })).toBeUndefined()
    rig.pass(20)
    heard(rig, beds)
    expect(ceilings(beds)).toEqual(['guidance', 'guidance'])
    rig.pass(610, undefined, 10)
    const close = { kind: 'close', incident: 'i-1', as: 'false-alarm', words: 'a film' } as const
    expect(rig.order('kaya', { what: 'incident', do: close })).toBeUndefined()
    expect(rig.desk.ladder).toMatchObject({ standing: 'climbing', cohorts: 0 })
    heard(rig, beds)
    expect(ceilings(beds)).toEqual(['guidance', 'guidance'])
  })

  it('stays stopped over a pull and a lift, until a person says go on (F76)', () => {
    const rig = new DeskRig()
    rig.bring('bed-1')
    rig.pass(1)
    expect(rig.order('kaya', { what: 'ladder', do: { kind: 'stop' } })).toBeUndefined()
    rig.order('kaya', { what: 'failsafe', do: { kind: 'pull', from: 'app', why: 'x' } })
    rig.pass(60)
    lift(rig)
    expect(rig.desk.failsafe.granting).toBe(true)
    const stopped = { standing: 'stopped', cohorts: 0, startedMs: rig.atMs }
    expect(rig.desk.ladder).toMatchObject(stopped)
    rig.order('kaya', { what: 'ladder', do: { kind: 'resume' } })
    expect(rig.desk.ladder).toMatchObject({ ...stopped, standing: 'climbing' })
  })

  it('takes no consent for a new one that was given before it, told late or told again (F75)', () => {
    const rig = new DeskRig()
    const beds = [rig.bring('bed-1'), rig.bring('bed-2'), rig.bring('bed-3'), rig.bring('bed-4')]
    const [late, again, restarted, fresh] = beds as [RigDevice, RigDevice, RigDevice, RigDevice]
    rig.pass(1)
    heard(rig, beds)
    const rest = { mode: 'control', untilWallMs: 4e12, signedMs: rig.atMs } as const
    const consent = { kind: 'consented', consentId: '00000000000000bb', ...rest } as const
    rig.order('kaya', { what: 'failsafe', do: { kind: 'pull', from: 'app', why: 'x' } })
    rig.pass(600, undefined, 5)
    const givenS = rig.sinceS(late)
    rig.event(again, { ...consent, atS: givenS })
    rig.pass(20)
    lift(rig)
    rig.pass(600, undefined, 5)
    rig.event(late, { ...consent, atS: givenS })
    rig.event(again, { ...consent, atS: rig.sinceS(again) })
    const born = { consentId: '00000000000000bb' }
    rig.birth(restarted, { ...born, boot: 2, held: [{ boot: 1, fromSeq: 1, toSeq: 1 }] })
    const { device, partition } = restarted
    const old = { kind: 'event', atMs: rig.atMs, device, boot: 1, seq: 1 } as const
    rig.put(partition, { ...old, event: { ...consent, atS: givenS } })
    rig.event(fresh, { ...consent, atS: rig.sinceS(fresh), signedMs: rig.atMs })
    const since = rig.desk.ladder.startedMs
    const { devices } = rig.partitions[0]!
    expect(beds.map((bed) => devices.get(bed.device)!.consentMs >= since)).toEqual([
      ...[false, false, false, true],
    ])
  })

  it('takes a consent for a new one by its signature alone: not by its first word, a birth or a clock ahead (F75)', () => {
    const rig = new DeskRig()
    const names = ['first', 'born', 'future', 'undated', 'stolen', 'fresh']
    const beds = names.map((name) => rig.bring(`bed-${name}`))
    const [first, born, future, undated, stolen, fresh] = beds as Six
    const beforeMs = rig.atMs
    rig.pass(1)
    heard(rig, beds)
    rig.order('kaya', { what: 'failsafe', do: { kind: 'pull', from: 'app', why: 'x' } })
    rig.pass(60)
    lift(rig)
    rig.pass(60)
    signs(rig, first, '00000000000000b1', beforeMs)
    rig.birth(born, { boot: 2, consentId: '00000000000000b2' })
    // A clock that is two hours ahead; told again when that time has come.
    signs(rig, future, '00000000000000b3', rig.atMs + 7_200_000)
    const old = { consentId: '00000000000000b4', mode: 'control', untilWallMs: 4e12 } as const
    rig.event(undated, { kind: 'consent', atS: rig.sinceS(undated), ...old, granted: true })
    // The first date of a signature counts.
    signs(rig, stolen, '00000000000000b5', beforeMs)
    signs(rig, fresh, '00000000000000b6', rig.atMs)
    rig.pass(7_300, undefined, 20)
    signs(rig, future, '00000000000000b3', rig.atMs - 100_000)
    signs(rig, stolen, '00000000000000b5', rig.atMs)
    const { devices } = rig.partitions[0]!
    const { startedMs } = rig.desk.ladder
    const isNew = beds.map(({ device }) => devices.get(device)!.consentMs >= startedMs)
    expect(isNew).toEqual([false, false, false, false, false, true])
    signs(rig, born, '00000000000000b2', rig.atMs)
    expect(devices.get(born.device)!.consentMs).toBe(rig.atMs)
  })

  it('takes the consents of devices that are a little ahead, were born in vain, or were once years ahead (F75)', () => {
    const rig = new DeskRig()
    const beds = [rig.bring('bed-ahead'), rig.bring('bed-vain'), rig.bring('bed-years')]
    const [ahead, vain, years] = beds as [RigDevice, RigDevice, RigDevice]
    rig.pass(1)
    heard(rig, beds)
    const { devices } = rig.partitions[0]!
    const consentMs = ({ device }: RigDevice): number => devices.get(device)!.consentMs
    const { atMs } = rig
    signs(rig, ahead, '00000000000000a1', atMs + 120_000)
    expect(consentMs(ahead)).toBe(atMs)
    signs(rig, years, '00000000000000d0', atMs + 60 * 365 * 86_400_000)
    for (const id of ['d1', 'd2', 'd3', 'd4']) {
      rig.pass(1)
      signs(rig, years, `00000000000000${id}`, rig.atMs)
      expect(consentMs(years)).toBe(rig.atMs)
    }
    rig.atMs += 2 * 86_400_000
    signs(rig, years, '00000000000000d5', rig.atMs)
    expect(consentMs(years)).toBe(rig.atMs)
    // Its consent of this start is told in the third; of the second its birth alone was heard.
    rig.frame(vain)
    const heardMs = rig.atMs
    const born = { consentId: '00000000000000c1' }
    for (const boot of [2, 3]) {
      rig.birth(vain, { ...born, boot, held: [{ boot: 1, fromSeq: 9, toSeq: 9 }] })
    }
    const { device, partition } = vain
    const rest = { mode: 'control', untilWallMs: 4e12, signedMs: heardMs - 1000 } as const
    const event = { kind: 'consented', atS: 1, ...born, ...rest } as const
    rig.put(partition, { kind: 'event', atMs: rig.atMs, device, boot: 1, seq: 9, event })
    expect(consentMs(vain)).toBe(heardMs - 1000)
  })

  it('takes none for a new one because it was forgotten among many (F75)', () => {
    const rig = new DeskRig()
    const bed = rig.bring('bed-mira')
    rig.pass(1)
    const ids = ['c0', 'c1', 'c2', 'c3', 'c4', 'c5', 'c6'].map((id) => `00000000000000${id}`)
    const signedMs = ids.map((id) => {
      rig.pass(1)
      signs(rig, bed, id, rig.atMs + 900_000)
      return rig.atMs + 900_000
    })
    const entry = rig.partitions[0]!.devices.get(bed.device)!
    expect(entry.consents.map(({ consentId }) => consentId)).toEqual(ids.slice(3))
    rig.order('kaya', { what: 'failsafe', do: { kind: 'pull', from: 'app', why: 'x' } })
    rig.pass(60)
    lift(rig)
    rig.pass(1000, undefined, 10)
    const { startedMs } = rig.desk.ladder
    expect(signedMs[0]).toBeGreaterThan(startedMs)
    for (const [k, id] of ids.entries()) {
      signs(rig, bed, id, signedMs[k]!)
      expect(entry.consentMs, id).toBe(Number.NEGATIVE_INFINITY)
    }
    signs(rig, bed, '00000000000000cc', rig.atMs)
    expect(entry.consentMs).toBe(rig.atMs)
  })

  it('is pulled by a file, and nothing lifts while the file is there (F64)', () => {
    const rig = new DeskRig()
    rig.pass(1)
    rig.tellDesk({ kind: 'file', atMs: rig.atMs, present: true })
    expect(rig.desk.failsafe).toMatchObject({ granting: false, epoch: 2 })
    const lift = { what: 'failsafe', do: { kind: 'lift', why: 'x' } } as const
    expect(rig.order('kaya', lift)).toBe('FILE_PRESENT')
    expect(rig.desk.standing?.failsafe.granting).toBe(false)
  })
})
