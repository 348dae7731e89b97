import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../math/random.ts'
import { modeRank } from '../../night/governor/mode.ts'
import type { Grant } from '../telemetry/grant.ts'
import { ceilingAt, noGrant, takeGrant, voidGrant } from './grant-hold.ts'

const GRANT: Grant = {
  ...{ epoch: 3, id: 5, ceiling: 'control', heardS: 100, ttlS: 83, boot: 7, reason: 'normal' },
}
const at = (nowS: number, boot = 7) => ({ boot, nowS })

describe('a grant on a device', () => {
  it('is absent at the start, and without one the ceiling is natural (F20)', () => {
    expect(ceilingAt(noGrant(3), 0)).toBe('natural')
  })

  it('lapses by itself, its life counted from what the centre had heard and not from receipt (F21)', () => {
    const { hold, verdict } = takeGrant(noGrant(0), GRANT, true, at(150))
    expect(verdict).toBe('taken')
    expect([ceilingAt(hold, 182.9), ceilingAt(hold, 183)]).toEqual(['control', 'natural'])
    const late = takeGrant(noGrant(0), GRANT, true, at(200))
    expect([late.verdict, ceilingAt(late.hold, 200)]).toEqual(['no-longer', 'natural'])
    const ahead = takeGrant(noGrant(0), { ...GRANT, heardS: 1e6 }, true, at(100))
    expect([ahead.verdict, ceilingAt(ahead.hold, 100)]).toEqual(['no-longer', 'natural'])
    const rounded = takeGrant(noGrant(0), { ...GRANT, heardS: 100.4 }, true, at(100)).hold
    expect([ceilingAt(rounded, 182.9), ceilingAt(rounded, 183)]).toEqual(['control', 'natural'])
  })

  it('is nothing when it is forged, or for another boot (F22)', () => {
    for (const [grant, verified, verdict] of [
      [GRANT, false, 'forged'],
      [{ ...GRANT, boot: 6 }, true, 'other-boot'],
      [{ ...GRANT, boot: 8 }, true, 'other-boot'],
    ] as const) {
      const taken = takeGrant(noGrant(0), grant, verified, at(101))
      expect([taken.verdict, taken.hold]).toEqual([verdict, noGrant(0)])
    }
  })

  it('of a lower epoch is refused for ever once a higher was heard, over restarts too (F23)', () => {
    const { hold } = takeGrant(
      noGrant(0),
      { ...GRANT, epoch: 4, ceiling: 'natural' },
      true,
      at(101),
    )
    const older = takeGrant(hold, { ...GRANT, id: 99 }, true, at(102))
    expect([older.verdict, ceilingAt(older.hold, 102)]).toEqual(['older-epoch', 'natural'])
    expect(takeGrant(noGrant(hold.epoch), GRANT, true, at(102)).verdict).toBe('older-epoch')
  })

  it('that comes twice, late or is played again lengthens nothing (F24)', () => {
    const first = takeGrant(noGrant(0), GRANT, true, at(101)).hold
    const again = takeGrant(first, GRANT, true, at(180))
    expect([again.verdict, again.hold]).toEqual(['no-longer', first])
    const later = takeGrant(first, { ...GRANT, heardS: 130 }, true, at(140))
    expect([later.verdict, later.hold.endsS]).toEqual(['renewed', 213])
    const back = takeGrant(later.hold, GRANT, true, at(141))
    expect([back.verdict, back.hold.endsS]).toEqual(['no-longer', 213])
    const lowered = takeGrant(first, { ...GRANT, id: 6, ceiling: 'guidance' }, true, at(102)).hold
    expect(takeGrant(lowered, GRANT, true, at(103)).verdict).toBe('older-id')
    // The same number with another word is a fault of the centre: the lower of both holds.
    const twin = takeGrant(lowered, { ...GRANT, id: 6 }, true, at(103)).hold
    expect(ceilingAt(twin, 103)).toBe('guidance')
  })

  it('is void when the clock is doubted, and the same one does not come back to life (F25)', () => {
    const { hold } = takeGrant(noGrant(0), GRANT, true, at(101))
    expect(ceilingAt(voidGrant(hold, 101), 101)).toBe('natural')
    expect(ceilingAt(hold, Number.NaN)).toBe('natural')
    const again = takeGrant(voidGrant(hold, 101), GRANT, true, at(102))
    expect(ceilingAt(again.hold, 102)).toBe('natural')
  })

  it('that was given before the machine slept is nothing to the one that woke, though it comes after (F25)', () => {
    const woke = voidGrant(takeGrant(noGrant(0), GRANT, true, at(101)).hold, 140)
    const before = takeGrant(woke, { ...GRANT, id: 6, heardS: 139 }, true, at(141))
    expect([before.verdict, ceilingAt(before.hold, 141)]).toEqual(['no-longer', 'natural'])
    const after = takeGrant(before.hold, { ...GRANT, id: 7, heardS: 142 }, true, at(143))
    expect([after.verdict, ceilingAt(after.hold, 143)]).toEqual(['taken', 'control'])
  })

  it('never holds beyond its life from any true moment, whatever comes in whatever order (F21, F23)', () => {
    const random = seededRandom(23)
    const modes = ['natural', 'guidance', 'control'] as const
    for (let run = 0; run < 100; run++) {
      let hold = noGrant(0)
      let highest = 0
      const given: Grant[] = []
      for (let nowS = 0; nowS < 600; nowS += 1 + random.integer(20)) {
        if (random.integer(2) === 0 || given.length === 0) {
          const epoch = Math.floor(nowS / 150)
          const heardS = Math.max(0, nowS - random.integer(60))
          const [id, ceiling] = [given.length, modes[random.integer(3)]!]
          given.push({ ...GRANT, epoch, id, heardS, ceiling, boot: 7 })
        }
        const grant = given[random.integer(given.length)]!
        hold = takeGrant(hold, grant, random.integer(5) > 0, at(nowS)).hold
        expect(hold.epoch).toBeGreaterThanOrEqual(highest)
        highest = hold.epoch
        const ceiling = ceilingAt(hold, nowS)
        const allows = given.some(
          (each) =>
            each.epoch === hold.epoch &&
            modeRank(each.ceiling) >= modeRank(ceiling) &&
            nowS < each.heardS + each.ttlS,
        )
        if (ceiling !== 'natural') expect(allows).toBe(true)
      }
    }
  })
})
