import { PI } from '../../math/elementary.ts'
import { butterworth } from '../../signal/butterworth.ts'
import { sampleFilter } from '../../signal/sample-filter.ts'
import { wrapPhase } from './phase.ts'
import { type PhasePredictor, SLOW_WAVE_HZ } from './predictor.ts'
import { delayOf } from './sos-phase.ts'

/** Band in which troughs are looked for, Hz (Ngo 2013). */
const BAND_HZ = [0.25, 4] as const
/** A trough is this deep against the root mean square of half a minute. */
const DEEP = 0.9
const LEVEL_S = 30
/** Periods that are believed, s, and how many are remembered. */
const SHORTEST_S = 0.6
const LONGEST_S = 2
const KEPT = 7
/** Periods after a trough for which anything is foretold. */
const REACH = 1.2
/** Error on made-up N3, radians. */
const USUAL_SD = 0.62

/**
 * The fixed step: from the last deep trough, time runs at the usual period. The baseline that every
 * other way has to beat. Source: Ngo et al., Neuron 2013; the period is the median of the last
 * seven instead of a constant, and the filter's delay at it is taken off.
 */
export function fixedStep(rateHz: number): PhasePredictor {
  const sos = butterworth(1, 'bandpass', BAND_HZ, rateHz)
  const filter = sampleFilter(sos)
  const periods = new Float64Array(KEPT)
  const sorted = new Float64Array(KEPT)
  const warmSamples = Math.round(LONGEST_S * rateHz)
  let [before, last, square, held] = [0, 0, Number.NaN, 0]
  let [sinceTrough, sinceGap, count, frequencyHz] = [
    Number.NaN,
    0,
    0,
    SLOW_WAVE_HZ.centre as number,
  ]
  let depth = Number.NaN
  const delay = delayOf(sos, rateHz)

  const meet = (value: number): void => {
    // A parabola through three samples: the trough lies `part` samples from the middle one.
    const curve = before - 2 * last + value
    const part = curve > 0 ? (before - value) / (2 * curve) : 0
    const period = (sinceTrough - 1 + part) / rateHz
    if (period >= SHORTEST_S && period <= LONGEST_S) {
      periods[count++ % KEPT] = period
      const kept = Math.min(count, KEPT)
      sorted.set(periods)
      frequencyHz = 1 / sorted.subarray(0, kept).sort()[kept >> 1]!
    }
    if (period < SHORTEST_S) return
    sinceTrough = 1 - part
    depth = -last
  }
  const push = (x: number): void => {
    sinceGap = Number.isNaN(x) ? 0 : sinceGap + 1
    if (!Number.isNaN(x)) held = x
    const value = filter.next(held)
    sinceTrough++
    if (Number.isNaN(square)) square = value * value
    square += (value * value - square) / (LEVEL_S * rateHz)
    const deep = last < -DEEP * Math.sqrt(square)
    if (sinceGap > warmSamples && deep && last <= before && value > last) meet(value)
    if (Number.isNaN(sinceTrough) && deep && value > last) sinceTrough = 1
    before = last
    last = value
  }
  return {
    name: 'fixed-step',
    push,
    phaseAt: (aheadS) => {
      const seconds = sinceTrough / rateHz + aheadS
      if (sinceGap <= warmSamples || !(seconds * frequencyHz < REACH)) return Number.NaN
      return wrapPhase(PI + 2 * PI * frequencyHz * seconds - delay(frequencyHz))
    },
    get amplitudeUv() {
      return depth
    },
    get frequencyHz() {
      return frequencyHz
    },
    get sdRad() {
      return sinceGap <= warmSamples ? Number.NaN : USUAL_SD
    },
    reset: () => {
      filter.reset()
      before = last = held = sinceGap = count = 0
      square = sinceTrough = depth = Number.NaN
      frequencyHz = SLOW_WAVE_HZ.centre
    },
  }
}
