import { describe, expect, it } from 'vitest'
import type { ClockDraw } from '../../clock/fit/clock-posterior.ts'
import { ensembleOf } from './ensemble.ts'
import { meanDraw } from './mean-draw.ts'
import { planarClock, stateOf } from './planar-clock.ts'
import { USUAL_PRICE, USUAL_SLEEP_RULES } from './problem.ts'

/** A draw of amplitude 1 that is `turnH` h past the phase of (-1, 0). */
function draw(model: ClockDraw['model'], weight: number, turnH: number, lightGain = 1): ClockDraw {
  const like: ClockDraw = {
    model,
    weight,
    tauH: 24 + turnH / 10,
    lightGain,
    sleepNeedH: 8,
    dlmoToCbtminH: 7,
    onsetToCbtminH: 5.5,
    state: [0.8, 0, 0.3],
  }
  const turn = (turnH * Math.PI) / 12
  return { ...like, state: stateOf(like, [-Math.cos(turn), Math.sin(turn), 0.2]) }
}

function meanOf(draws: readonly ClockDraw[]): ClockDraw {
  const light = new Float64Array(96).fill(100)
  const ensemble = ensembleOf({
    startMs: 0,
    dtH: 0.25,
    steps: 96,
    draws,
    light: { low: light, usual: light, high: light },
    sleepable: new Uint8Array(96).fill(1),
    rules: USUAL_SLEEP_RULES,
    lastSleep: { onset: -64, offset: -32 },
    target: [{ fromStep: 0, toStep: 96, onsetH: 0, offsetH: 8, wakeLux: 100, weight: 1 }],
    price: USUAL_PRICE,
  })
  return meanDraw(draws, ensemble)
}

describe('the mean of what is believed', () => {
  it('is no fainter than the draws, however far apart their phases are', () => {
    const mean = meanOf([draw('jewett99', 0.5, -3), draw('jewett99', 0.5, 3)])
    const [a, b] = planarClock(mean, 0.25).start
    expect(Math.sqrt(a * a + b * b)).toBeCloseTo(1, 9)
    expect(b).toBeCloseTo(0, 9)
    expect(mean.tauH).toBeCloseTo(24, 9)
    expect(mean.weight).toBe(1)
  })

  it('weighs, and takes sensitivities by their ratio', () => {
    const mean = meanOf([draw('jewett99', 0.75, 0, 1), draw('jewett99', 0.25, 2, 16)])
    expect(mean.lightGain).toBeCloseTo(2, 9)
    expect(mean.tauH).toBeCloseTo(24.05, 9)
  })

  it('is of the family that weighs most, whose draws alone it averages', () => {
    const draws = [draw('jewett99', 0.4, -4), draw('hannay19', 0.3, 1), draw('hannay19', 0.3, 3)]
    const mean = meanOf(draws)
    expect(mean.model).toBe('hannay19')
    expect(mean.tauH).toBeCloseTo(24.2, 9)
  })
})
