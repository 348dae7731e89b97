import { describe, expect, it } from 'vitest'
import type { DeviceId } from '../telemetry/device-id.ts'
import { aimedRelease, mayHoldGrant, newerAim, type RolloutAim } from './aim.ts'
import { assignPlaces, type Candidate, drawnPlace, stratumOf } from './assignment.ts'

const STRATA = ['early', 'middle', 'late'].flatMap((chronotype) =>
  ['under-30', '30-59', '60-on'].map((age) => `${chronotype}/${age}/guidance`),
)

/** Devices in strata of very different sizes. */
const PEOPLE: Candidate[] = Array.from({ length: 5000 }, (_, k) => ({
  device: `device-${k}` as DeviceId,
  stratum: STRATA[Math.floor(Math.sqrt(k % 81))]!,
}))

const AIM: RolloutAim = {
  ...{ rollout: 'r2', revision: 3, release: 2, baseline: 1, way: 'forward' },
  ...{ share: 0.1, staff: true },
}

describe('who is in a ring (F47)', () => {
  const places = assignPlaces(PEOPLE, 'spring')

  it('is the same for everyone who draws it again, in any order, and another with another seed', () => {
    expect(assignPlaces([...PEOPLE].reverse(), 'spring')).toEqual(new Map([...places].reverse()))
    expect(assignPlaces(PEOPLE, 'autumn')).not.toEqual(places)
  })

  it('is balanced: each stratum has its share, to the device', () => {
    for (const share of [0.01, 0.1, 0.5]) {
      for (const stratum of STRATA) {
        const members = PEOPLE.filter((person) => person.stratum === stratum)
        const inRing = members.filter(({ device }) => places.get(device)! < share).length
        expect(Math.abs(inRing - share * members.length)).toBeLessThan(1)
      }
    }
  })

  it('is a lot: over many seeds everybody is in it as often', () => {
    const few = PEOPLE.slice(0, 60)
    const often = new Map(few.map(({ device }) => [device, 0]))
    for (let seed = 0; seed < 400; seed++) {
      for (const [device, place] of assignPlaces(few, `seed ${seed}`)) {
        if (place < 0.1) often.set(device, often.get(device)! + 1)
      }
    }
    const counts = [...often.values()]
    expect(counts.reduce((sum, n) => sum + n, 0) / 24_000).toBeCloseTo(0.1, 2)
    // Four standard deviations of a binomial of 400 at .1.
    expect(Math.min(...counts)).toBeGreaterThan(16)
    expect(Math.max(...counts)).toBeLessThan(64)
  })

  it('has its share of a fleet whose parts have a device or two each, too', () => {
    for (const seed of ['spring', 'autumn', 'winter']) {
      for (const share of [0.01, 0.1, 0.5]) {
        let inRing = 0
        for (let part = 0; part < 256; part++) {
          const few = PEOPLE.slice(2 * part, 2 * part + 1 + (part % 2))
          const alike = few.map((person) => ({ ...person, stratum: STRATA[0]! }))
          const places = assignPlaces(alike, seed, part)
          for (const place of places.values()) if (place < share) inRing++
        }
        // 384 people; each of the two sizes rounds once.
        expect(Math.abs(inRing - share * 384)).toBeLessThanOrEqual(2)
      }
    }
  })

  it('is drawn alone for one that came later, evenly', () => {
    const drawn = PEOPLE.map(({ device }) => drawnPlace(device, 'spring'))
    expect(drawn.every((place) => place >= 0 && place < 1)).toBe(true)
    expect(drawn.filter((place) => place < 0.25).length / drawn.length).toBeCloseTo(0.25, 1)
  })

  it('knows of a person three coarse words', () => {
    const cohort = { chronotype: 'late', age: '30-59', district: 'north' } as const
    expect(stratumOf(cohort, 'control')).toBe('late/30-59/control')
  })
})

describe('what a device should run', () => {
  const device = { running: 1, place: 0.05, isStaff: false, takesUpdates: true }

  it('is the release inside the ring, and what it runs outside', () => {
    expect(aimedRelease(AIM, device)).toBe(2)
    expect(aimedRelease(AIM, { ...device, place: 0.1 })).toBe(1)
    expect(aimedRelease(AIM, { ...device, place: 0.9, isStaff: true })).toBe(2)
    expect(aimedRelease({ ...AIM, way: 'hold' }, device)).toBe(1)
    expect(aimedRelease({ ...AIM, way: 'hold' }, { ...device, running: 2 })).toBe(2)
  })

  it('is never a new release for someone who takes no updates, staff or not (F46)', () => {
    for (const share of [0, 0.1, 1]) {
      for (const isStaff of [false, true]) {
        const aim = { ...AIM, share }
        expect(aimedRelease(aim, { ...device, isStaff, takesUpdates: false })).toBe(1)
      }
    }
  })

  it('is the one before after a stop, for everyone who has it; until then there is no grant (F48)', () => {
    const back: RolloutAim = { ...AIM, revision: 4, way: 'back' }
    expect(aimedRelease(back, device)).toBe(1)
    expect(aimedRelease(back, { ...device, running: 2 })).toBe(1)
    expect(aimedRelease(back, { ...device, running: 2, takesUpdates: false })).toBe(1)
    expect(mayHoldGrant(back, 2)).toBe(false)
    expect(mayHoldGrant(back, 1)).toBe(true)
    expect(mayHoldGrant(AIM, 2)).toBe(true)
  })

  it('follows the highest revision: an order that comes late changes nothing', () => {
    const back: RolloutAim = { ...AIM, revision: 4, way: 'back' }
    expect(newerAim(back, AIM)).toBe(back)
    expect(newerAim(AIM, back)).toBe(back)
    expect(newerAim(undefined, AIM)).toBe(AIM)
    const next = { ...AIM, rollout: 'r3', revision: 1 }
    expect(newerAim(back, next)).toBe(next)
  })
})
