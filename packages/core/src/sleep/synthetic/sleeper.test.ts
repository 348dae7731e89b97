import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { SYNTHETIC_CHANNELS } from './montage.ts'
import { type SleeperOptions, syntheticSleeper } from './sleeper.ts'

const wholeOf = (options: SleeperOptions) => {
  const sleeper = syntheticSleeper(options)
  return sleeper.next(sleeper.durationS)
}
const digestOf = (rows: readonly Float32Array[]) => {
  const hash = createHash('sha256')
  for (const row of rows) hash.update(new Uint8Array(row.buffer))
  return hash.digest('hex').slice(0, 16)
}
const SHORT = { seed: 7, hours: 0.5, rateHz: 64 }

describe('a synthetic sleeper', () => {
  it('is determined by the seed to the last bit', () => {
    const first = digestOf(wholeOf(SHORT))
    expect(digestOf(wholeOf(SHORT))).toBe(first)
    expect(first).toBe('9b6ce875cbb57296')
    expect(digestOf(wholeOf({ ...SHORT, seed: 8 }))).not.toBe(first)
    expect(digestOf(wholeOf({ ...SHORT, seed: 7.5 }))).not.toBe(first)
  })

  it('gives the same samples in pieces of any length', () => {
    const whole = wholeOf(SHORT)
    for (const lengths of [[1], [0.25, 3.75, 17], [1000, 0.5], [1 / 64, 2.5, 33]]) {
      const sleeper = syntheticSleeper(SHORT)
      const joined = whole.map((row) => new Float32Array(row.length))
      let at = 0
      for (let k = 0; at < whole[0]!.length; k++) {
        const piece = sleeper.next(lengths[k % lengths.length]!)
        for (const [c, row] of piece.entries()) joined[c]!.set(row, at)
        at += piece[0]!.length
      }
      expect(digestOf(joined)).toBe(digestOf(whole))
      expect(sleeper.next(5)[0]).toHaveLength(0)
    }
  })

  it('has the same signal in a channel whatever else is recorded', () => {
    const all = wholeOf({ ...SHORT, channels: SYNTHETIC_CHANNELS })
    const alone = wholeOf({ ...SHORT, channels: ['EOG E2-M2'] })
    expect(alone[0]).toEqual(all[SYNTHETIC_CHANNELS.indexOf('EOG E2-M2')])
  })

  it('is the same sleeper at every rate: 64 Hz is every fourth sample of 256 Hz, but for the top', () => {
    const options = { seed: 3, hours: 0.2, channels: ['EEG C4-M1'], clean: true }
    const slow = wholeOf({ ...options, rateHz: 64 })[0]!
    const fast = wholeOf({ ...options, rateHz: 256 })[0]!
    let difference = 0
    let size = 0
    for (let i = 0; i < slow.length; i++) {
      difference += (slow[i]! - fast[4 * i]!) ** 2
      size += slow[i]! ** 2
    }
    expect(difference / size).toBeLessThan(0.15)
  })

  it('keeps traits that are given and draws the others', () => {
    const { person } = syntheticSleeper({ ...SHORT, person: { alphaHz: 9.2, ageYears: 70 } })
    const drawn = syntheticSleeper(SHORT).person
    expect(person).toMatchObject({ alphaHz: 9.2, ageYears: 70, heartBpm: drawn.heartBpm })
    expect(person.slowWaveScale).toBeLessThan(drawn.slowWaveScale)
  })

  it('refuses what is no night', () => {
    for (const bad of [{ hours: 0 }, { hours: 25 }, { rateHz: 12.5 }, { rateHz: 4000 }]) {
      expect(() => syntheticSleeper({ seed: 1, ...bad })).toThrow()
    }
    expect(() => syntheticSleeper({ seed: 1, channels: ['Cz'] })).toThrow(/expected one of/)
    expect(() => syntheticSleeper({ seed: Number.NaN })).toThrow()
  })

  it('tells every event in order of time, with a length, within the night', () => {
    const { events, durationS } = syntheticSleeper({ seed: 5 })
    expect(new Set(events.map(({ kind }) => kind)).size).toBe(12)
    events.forEach((event, k) => {
      expect(event.durationS).toBeGreaterThan(0)
      expect(event.startS).toBeLessThan(durationS)
      if (k > 0) expect(event.startS).toBeGreaterThanOrEqual(events[k - 1]!.startS)
    })
  })
})
