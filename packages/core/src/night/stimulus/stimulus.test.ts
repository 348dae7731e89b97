import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { butterworth } from '../../signal/butterworth.ts'
import { sosFilter } from '../../signal/iir.ts'
import { clickSamples, clicksOfDose, cueSamples } from './click-sound.ts'
import { ClickTiming } from './click-timing.ts'
import { Titration } from './titration.ts'
import { type PlacedSound, wavChunks } from './wav.ts'

const PATTERN = {
  interStimulusMs: 1000,
  trainClicks: 5,
  pauseMs: 2500,
  onMs: 10_000,
  offMs: 10_000,
}
const PLAN = { startDb: 40, ceilingDb: 50, stepUpDb: 1, stepDownDb: 5, evokedTargetUv: 10 }
const RATE = 48_000

describe('the timing of clicks', () => {
  it('keeps a second between clicks, five to a train, and a pause after it', () => {
    const timing = new ClickTiming({ ...PATTERN, offMs: 1, onMs: 60_000 }, 1)
    timing.deep(0, true)
    const from = timing.isSilent(10) ? 100 : 10
    for (let k = 0; k < 5; k++) {
      expect(timing.hold(from + 1000 * k)).toBeUndefined()
      timing.clicked(from + 1000 * k)
      expect(timing.hold(from + 1000 * k + 999)).toBe(k === 4 ? 'PAUSE' : 'TOO_SOON')
    }
    expect(timing.hold(from + 4000 + 2499)).toBe('PAUSE')
    expect(timing.hold(from + 4000 + 2500)).toBeUndefined()
  })

  it('is silent half of the time, in an order that the seed alone decides', () => {
    const silent = (seed: number): string => {
      const timing = new ClickTiming(PATTERN, seed)
      timing.deep(0, true)
      return Array.from({ length: 80 }, (_, k) =>
        timing.isSilent(5000 + 10_000 * k) ? '-' : '+',
      ).join('')
    }
    expect(silent(7)).toBe(silent(7))
    expect(silent(7)).not.toBe(silent(8))
    expect([...silent(7)].filter((mark) => mark === '-').length).toBe(40)
  })

  it('stands still while sleep is not deep', () => {
    const timing = new ClickTiming(PATTERN, 3)
    expect(timing.hold(5000)).toBe('OFF_WINDOW')
    timing.deep(0, true)
    const early = timing.isSilent(5000)
    timing.deep(4000, false)
    expect(timing.isSilent(20_000)).toBe(true)
    timing.deep(100_000, true)
    expect(timing.isSilent(101_000)).toBe(early)
  })
})

describe('the level', () => {
  it('never rises by more than 1 dB a minute and falls at once (N34)', () => {
    const events = fc.array(
      fc.oneof(fc.constant('click'), fc.constant('stir'), fc.constant('answer')),
      {
        maxLength: 400,
      },
    )
    fc.assert(
      fc.property(events, fc.integer({ min: 300, max: 3000 }), (list, stepMs) => {
        const titration = new Titration(PLAN)
        let [level, rises, atMs, lastRiseMs] = [40, 0, 0, Number.NEGATIVE_INFINITY]
        for (const event of list) {
          atMs += stepMs
          if (event === 'click' && titration.clicked(atMs)) {
            rises++
            expect(atMs - lastRiseMs).toBeGreaterThanOrEqual(60_000)
            expect(titration.levelDb - level).toBeLessThanOrEqual(1)
            lastRiseMs = atMs
          }
          if (event === 'answer') titration.answered(4)
          if (event === 'stir' && titration.stirred() && !Number.isNaN(titration.levelDb)) {
            expect(titration.levelDb).toBe(level - 5)
          }
          level = titration.levelDb
          if (!Number.isNaN(level)) expect(level).toBeLessThanOrEqual(50)
        }
        expect(rises).toBeLessThanOrEqual(Math.floor(atMs / 60_000))
      }),
      { seed: 20261127, numRuns: 300 },
    )
  })

  it('is not turned up once the brain answers, and is off when turned down to nothing', () => {
    const titration = new Titration(PLAN)
    for (let k = 0; k < 200; k++) {
      titration.answered(15)
      titration.clicked(1500 * k)
    }
    expect(titration.levelDb).toBe(40)
    for (let k = 0; k < 5; k++) titration.stirred()
    expect(titration.levelDb).toBeNaN()
    expect(titration.stirred()).toBe(false)
  })
})

describe('the sound', () => {
  it('is as loud as asked on a meter with fast response, within half a dB (N30)', () => {
    for (const levelDb of [40, 50, 60]) {
      let loudest = 0
      let mean = 0
      for (let seed = 1; seed <= 20; seed++) {
        const click = clickSamples({ levelDb, fullScaleDbA: 80 }, RATE, seed)
        loudest = fastMaximumDb(click, 80)
        mean += loudest / 20
      }
      expect(Math.abs(mean - levelDb)).toBeLessThan(0.5)
    }
  })

  it('makes up a night at 30 dB by 5,760, 1,821, 576 or 182 clicks of 50, 55, 60, 65 dB (N31)', () => {
    const counts = [50, 55, 60, 65].map((level) => Math.round(clicksOfDose(level, 30)))
    expect(counts).toEqual([5760, 1821, 576, 182])
  })

  it('begins and ends at nothing, is pink, and is the same from the same seed', () => {
    const click = clickSamples({ levelDb: 50, fullScaleDbA: 70 }, RATE, 5)
    expect(click.length).toBe(2400)
    expect(click[0]).toBe(0)
    expect(Math.abs(click.at(-1)!)).toBeLessThan(1e-3)
    expect(clickSamples({ levelDb: 50, fullScaleDbA: 70 }, RATE, 5)).toEqual(click)
    const cue = cueSamples({ levelDb: 35, fullScaleDbA: 70 }, RATE, 5)
    const octave = (hz: number): number => {
      const band = sosFilter(cue, butterworth(2, 'bandpass', [hz, 2 * hz], RATE))
      return band.reduce((sum, v) => sum + v * v, 0)
    }
    for (const hz of [250, 1000, 4000]) {
      expect(Math.abs(10 * Math.log10(octave(hz) / octave(500)))).toBeLessThan(1)
    }
  })

  it('is turned down rather than clipped when the loudspeaker cannot', () => {
    const click = clickSamples({ levelDb: 90, fullScaleDbA: 70 }, RATE, 5)
    expect(Math.max(...click.map(Math.abs))).toBeLessThanOrEqual(0.981)
  })
})

describe('a night as a sound file', () => {
  it('has each sound at its moment; muted it is as long, and nothing but zeros (N82)', () => {
    const sounds = [
      { atS: 0.5, samples: Float32Array.of(0.5, -0.5) },
      { atS: 1.99, samples: new Float32Array(1000).fill(0.25) },
    ]
    const bytes = (muted: boolean): Buffer =>
      Buffer.concat([...wavChunks(sounds, 3, 8000, () => muted)])
    const [loud, silent] = [bytes(false), bytes(true)]
    expect(loud.length).toBe(44 + 2 * 24_000)
    expect(silent.length).toBe(loud.length)
    expect(loud.readInt16LE(44 + 2 * 4000)).toBe(16384)
    expect(loud.readInt16LE(44 + 2 * 15_920)).toBe(8192)
    expect(loud.readInt16LE(44 + 2 * 16_919)).toBe(8192)
    expect(loud.readInt16LE(44 + 2 * 16_920)).toBe(0)
    expect(silent.subarray(44).every((byte) => byte === 0)).toBe(true)
  })

  it('muted still has what is no part of a trial, each sound taken in its turn (N83)', () => {
    const taken: number[] = []
    function* sounds(): Generator<PlacedSound> {
      for (const atS of [0.5, 1.5, 9]) {
        taken.push(atS)
        yield { atS, samples: Float32Array.of(0.5), inEveryArm: atS === 1.5 }
      }
    }
    const bytes = Buffer.concat([...wavChunks(sounds(), 3, 8000, () => true)])
    const heard = Array.from({ length: 24_000 }, (_, i) => bytes.readInt16LE(44 + 2 * i))
    expect(heard.flatMap((v, i) => (v === 0 ? [] : [[i, v]]))).toEqual([[12_000, 16384]])
    expect(taken).toEqual([0.5, 1.5, 9])
  })
})

/** The most that a meter with a time constant of 125 ms shows, dB at the ear. */
function fastMaximumDb(samples: Float32Array, fullScaleDbA: number): number {
  let [level, most] = [0, 0]
  for (const v of samples) {
    level += (v * v - level) / (0.125 * RATE)
    most = Math.max(most, level)
  }
  return fullScaleDbA + 10 * Math.log10(most)
}
