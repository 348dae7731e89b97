import { describe, expect, it } from 'vitest'
import { planNight } from './night-plan.ts'
import { drawPerson } from './person.ts'
import { type SlowWaveTruth, type SpindleTruth, slowWavePhase } from './sleep-event.ts'

const plan = planNight(11, 8 * 3600)
const waves = plan.events.filter(
  (event): event is SlowWaveTruth => event.kind === 'slow-wave' || event.kind === 'k-complex',
)
const spindles = plan.events.filter((event): event is SpindleTruth => event.kind === 'spindle')
const minutesOf = (stage: string) =>
  plan.course.reduce((sum, s) => sum + (s.stage === stage ? (s.endS - s.startS) / 60 : 0), 0)
const countIn = (stage: string, events: readonly { startS: number }[]) =>
  events.filter(({ startS }) => plan.vigilance.stretchAt(startS).stage === stage).length
const wave: SlowWaveTruth = {
  ...{ kind: 'slow-wave', startS: 10, durationS: 1.2, negPeakS: 10.2 },
  ...{ midCrossingS: 10.5, posPeakS: 10.9, ptpUv: 100 },
}

describe('the truth about a slow wave', () => {
  it('has cosine phase: 0 at the positive peak, pi at the trough, half a pi at the crossings', () => {
    expect(slowWavePhase(wave, 10)).toBeCloseTo(Math.PI / 2)
    expect(slowWavePhase(wave, 10.2)).toBeCloseTo(Math.PI)
    expect(slowWavePhase(wave, 10.5)).toBeCloseTo(-Math.PI / 2)
    expect(slowWavePhase(wave, 10.7)).toBeCloseTo(-Math.PI / 4)
    expect(slowWavePhase(wave, 10.9)).toBeCloseTo(0)
    expect(slowWavePhase(wave, 11.05)).toBeCloseTo(Math.PI / 4)
  })
  it('has no phase outside the wave', () => {
    expect(slowWavePhase(wave, 9.99)).toBeNaN()
    expect(slowWavePhase(wave, 11.3)).toBeNaN()
  })
  it('has its landmarks in their order, over .5 to 2 s', () => {
    for (const { startS, negPeakS, midCrossingS, posPeakS, durationS } of waves) {
      const order = [startS, negPeakS, midCrossingS, posPeakS, startS + durationS]
      expect(order).toEqual([...order].sort((p, q) => p - q))
      expect(durationS).toBeGreaterThan(0.5)
      expect(durationS).toBeLessThan(2)
    }
  })
})

describe('slow waves and spindles of a night', () => {
  it('slow waves are dense in N3, few in N2, absent elsewhere', () => {
    expect(countIn('N3', waves) / minutesOf('N3')).toBeGreaterThan(20)
    expect(countIn('N2', waves) / minutesOf('N2')).toBeLessThan(7)
    expect(countIn('N2', waves) + countIn('N3', waves)).toBe(waves.length)
  })
  it('spindles come 2 to 6 a minute in N2, in N2 and N3 only, never two at once', () => {
    const perMin = countIn('N2', spindles) / minutesOf('N2')
    expect(perMin).toBeGreaterThan(2)
    expect(perMin).toBeLessThan(6)
    expect(countIn('N2', spindles) + countIn('N3', spindles)).toBe(spindles.length)
    spindles.forEach(({ startS }, k) => {
      const before = spindles[k - 1]
      if (before) expect(startS - before.startS - before.durationS).toBeGreaterThan(1)
    })
  })
  it('spindles last .5 to 2 s near the frequency of the person', () => {
    const { spindleHz, slowSpindleHz } = drawPerson(11)
    for (const { durationS, frequencyHz, where } of spindles) {
      expect(durationS).toBeGreaterThanOrEqual(0.5)
      expect(durationS).toBeLessThan(2)
      const ownHz = where === 'central' ? spindleHz : slowSpindleHz
      expect(Math.abs(frequencyHz - ownHz)).toBeLessThan(1)
    }
  })
  it('coupled central spindles peak near the preferred phase; many spindles are not coupled', () => {
    let re = 0
    let im = 0
    let n = 0
    for (const { slowWaveS, where, peakS } of spindles) {
      const own = waves.find(({ negPeakS }) => negPeakS === slowWaveS)
      if (!own || where !== 'central') continue
      const phase = slowWavePhase(own, peakS)
      if (Number.isNaN(phase)) continue
      re += Math.cos(phase)
      im += Math.sin(phase)
      n++
    }
    expect(Math.abs(Math.atan2(im, re) - plan.person.couplingRad)).toBeLessThan(0.15)
    expect(Math.hypot(re, im) / n).toBeGreaterThan(0.7)
    const free = spindles.filter(({ slowWaveS }) => slowWaveS === undefined).length
    expect(free / spindles.length).toBeGreaterThan(0.3)
    expect(free / spindles.length).toBeLessThan(0.8)
  })
  it('rapid eye movements and twitches happen in REM, blinks in wake', () => {
    for (const { kind, startS } of plan.events) {
      const { stage } = plan.vigilance.stretchAt(startS)
      if (kind === 'rem' || kind === 'twitch') expect(stage).toBe('R')
      if (kind === 'blink' || kind === 'saccade') expect(stage).toBe('W')
      if (kind === 'arousal') expect(stage).not.toBe('W')
    }
  })
  it('the heart beats 40 to 110 times a minute, slower in N3 than in wake', () => {
    const bpm = { W: [0, 0], N3: [0, 0] }
    let shortest = 9
    let longest = 0
    for (let k = 1; k < plan.beatsS.length; k++) {
      const interval = plan.beatsS[k]! - plan.beatsS[k - 1]!
      shortest = Math.min(shortest, interval)
      longest = Math.max(longest, interval)
      const { stage } = plan.vigilance.stretchAt(plan.beatsS[k]!)
      if (stage !== 'W' && stage !== 'N3') continue
      bpm[stage][0]! += interval
      bpm[stage][1]! += 1
    }
    expect(shortest).toBeGreaterThan(60 / 110)
    expect(longest).toBeLessThan(60 / 40)
    const rate = ([s, n]: number[]) => (60 * n!) / s!
    expect(rate(bpm.W)).toBeGreaterThan(rate(bpm.N3) + 4)
  })
})
