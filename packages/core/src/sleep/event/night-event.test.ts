import { describe, expect, it } from 'vitest'
import { evenSpindles, madeUpEeg } from '#test/made-up-eeg.ts'
import { PI, sin } from '../../math/elementary.ts'
import type { Stage } from '../stage/stage.ts'
import { nightEvents } from './night-event.ts'
import { sigmaPeakHz } from './sigma-peak.ts'
import { stageMask } from './stage-mask.ts'

const RATE_HZ = 200
const DURATION_S = 300

function channel(label: string, samples: Float64Array) {
  return { label, unit: 'uV', rateHz: RATE_HZ, samples: Float32Array.from(samples) }
}

/** Slow waves of 0.8 Hz throughout, and a spindle on the up-state of every eighth. */
function eeg() {
  const spindles = evenSpindles(28, 10, { frequencyHz: 13, durationS: 0.8, heightUv: 40 }).map(
    (s) => ({ ...s, peakS: s.peakS + 0.9375 }),
  )
  const x = madeUpEeg({ rateHz: RATE_HZ, durationS: DURATION_S, seed: 4, spindles })
  return channel(
    'C4-M1',
    x.map((v, i) => v - 60 * sin((2 * PI * 0.8 * i) / RATE_HZ)),
  )
}

/** Glances to either side every 5 s. */
function glances(): Float64Array {
  return new Float64Array(RATE_HZ * DURATION_S).map((_, i) => {
    const t = (i / RATE_HZ) % 5
    return t > 2 && t < 2.5 ? 120 * sin(2 * PI * (t - 2)) : 3 * sin(i)
  })
}

function scored(stage: Stage) {
  return { epochS: 30, stages: new Array<Stage>(DURATION_S / 30).fill(stage) }
}

describe('the events of a night', () => {
  it('are found together: spindles on the up-states of slow waves', () => {
    const events = nightEvents({ eeg: eeg(), hypnogram: scored('N3') })
    expect(events.spindles.length).toBeGreaterThanOrEqual(26)
    expect(Math.abs(events.sigmaPeakHz! - 13)).toBeLessThan(0.3)
    expect(events.slowWaves.length).toBeGreaterThan(200)
    expect(events.coupling.n).toBeGreaterThanOrEqual(26)
    expect(Math.abs(events.coupling.meanRad)).toBeLessThan(0.5)
    expect(events.coupling.p).toBeLessThan(0.001)
    expect(events.eyeMovements).toBeUndefined()
  })

  it('belong to their stages: spindles and slow waves to N2 and N3, eye movements to R', () => {
    const left = glances()
    const eog = [
      channel('E1', left),
      channel(
        'E2',
        left.map((v) => -v),
      ),
    ]
    const deep = nightEvents({ eeg: eeg(), eog, hypnogram: scored('N3') })
    const dream = nightEvents({ eeg: eeg(), eog, hypnogram: scored('R') })
    expect(deep.eyeMovements).toEqual([])
    expect(dream.eyeMovements!.length).toBeGreaterThan(50)
    expect([dream.spindles, dream.slowWaves]).toEqual([[], []])
  })

  it('take one eye channel as the difference of both eyes', () => {
    const both = glances().map((v) => 2 * v)
    const events = nightEvents({ eeg: eeg(), eog: [channel('EOG', both)] })
    expect(events.eyeMovements!.length).toBeGreaterThan(50)
  })

  it('are looked for everywhere without a hypnogram, but arousals need one', () => {
    const free = nightEvents({ eeg: eeg() })
    const unscored = nightEvents({ eeg: eeg(), hypnogram: scored('?') })
    expect(free.spindles.length).toBeGreaterThanOrEqual(26)
    expect(unscored.spindles).toEqual(free.spindles)
    expect([free.arousals, unscored.arousals]).toEqual([[], []])
  })

  it('are none in a recording of five seconds', () => {
    const short = { ...eeg(), samples: eeg().samples.subarray(0, 5 * RATE_HZ) }
    const events = nightEvents({ eeg: short, eog: [short, short], hypnogram: scored('N2') })
    expect(events.spindles.length + events.slowWaves.length + events.coupling.n).toBe(0)
    expect(events.eyeMovements).toEqual([])
  })
})

describe('the sigma peak', () => {
  it.each([11.6, 12.8, 14.3, 15.4])('of a sleeper at %d Hz is found to a quarter hertz', (hz) => {
    const spindles = evenSpindles(25, 10, { frequencyHz: hz, durationS: 0.8, heightUv: 40 })
    const x = madeUpEeg({ rateHz: 100, durationS: 270, seed: 7, spindles })
    expect(Math.abs(sigmaPeakHz(x, 100)! - hz)).toBeLessThan(0.25)
  })

  it('is unknown in noise, in alpha, and in less than 20 s', () => {
    const noise = madeUpEeg({ rateHz: 100, durationS: 1800, seed: 7, spindles: [] })
    expect(sigmaPeakHz(noise, 100)).toBeUndefined()
    expect(sigmaPeakHz(noise.subarray(0, 1500), 100)).toBeUndefined()
    expect(sigmaPeakHz(noise, 100, new Uint8Array(noise.length))).toBeUndefined()
  })
})

describe('the mask of a hypnogram', () => {
  it('starts with the hypnogram, knows its epoch, and leaves the rest out', () => {
    const hypnogram = { epochS: 5, startS: 2, stages: ['N2', 'W', 'N3'] as Stage[] }
    const mask = stageMask(hypnogram, 40, 2, { include: ['N2', 'N3'] })!
    const text = Array.from(mask).join('')
    expect(text).toBe(`0000${'1'.repeat(10)}${'0'.repeat(10)}${'1'.repeat(10)}000000`)
  })
})
