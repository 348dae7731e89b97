import { PI, sin } from '../../math/elementary.ts'
import { butterworth } from '../../signal/butterworth.ts'
import { sampleFilter } from '../../signal/sample-filter.ts'
import { wrapPhase } from './phase.ts'
import { type PhasePredictor, SLOW_WAVE_HZ } from './predictor.ts'
import { delayOf } from './sos-phase.ts'

const BAND_HZ = [0.25, 4] as const
const LEVEL_S = 30
/** Pull of the phase and of the frequency on the loop, 1/s and 1/s^2, for a wave of usual size. */
const PULL_PER_S = 1.4
const PULL_PER_S2 = 0.4
const WARM_S = 4
/** Frequencies that the loop can be pulled to, Hz. */
const LOW_HZ = 0.4
const HIGH_HZ = 1.6
/** Error on made-up N3, radians. */
const USUAL_SD = 1

/**
 * A phase-locked loop on the band-passed signal, brought to one size so that what it does is no
 * matter of microvolts. For comparison only: it never drives a sound. After Santostasi et al. 2016.
 */
export function phaseLockedLoop(rateHz: number): PhasePredictor {
  const sos = butterworth(1, 'bandpass', BAND_HZ, rateHz)
  const filter = sampleFilter(sos)
  const delay = delayOf(sos, rateHz)
  let [square, held, phase, frequencyHz, sinceGap] = [
    Number.NaN,
    0,
    0,
    SLOW_WAVE_HZ.centre as number,
    0,
  ]
  const push = (x: number): void => {
    sinceGap = Number.isNaN(x) ? 0 : sinceGap + 1
    if (!Number.isNaN(x)) held = x
    const value = filter.next(held)
    if (Number.isNaN(square)) square = value * value
    square += (value * value - square) / (LEVEL_S * rateHz)
    const usual = Math.sqrt(2 * square)
    // What a locked tone gives at twice its frequency is known and taken off: no phase is favoured.
    const error = usual > 0 ? (-value / usual) * sin(phase) + 0.5 * sin(2 * phase) : 0
    frequencyHz += (PULL_PER_S2 * error) / rateHz
    frequencyHz = Math.max(LOW_HZ, Math.min(HIGH_HZ, frequencyHz))
    phase = wrapPhase(phase + (2 * PI * frequencyHz + PULL_PER_S * error) / rateHz)
  }
  return {
    name: 'phase-locked-loop',
    push,
    phaseAt: (aheadS) =>
      sinceGap <= WARM_S * rateHz
        ? Number.NaN
        : wrapPhase(phase + 2 * PI * frequencyHz * aheadS - delay(frequencyHz)),
    get amplitudeUv() {
      return Math.sqrt(2 * square)
    },
    get frequencyHz() {
      return frequencyHz
    },
    get sdRad() {
      return sinceGap <= WARM_S * rateHz ? Number.NaN : USUAL_SD
    },
    reset: () => {
      filter.reset()
      square = Number.NaN
      held = phase = sinceGap = 0
      frequencyHz = SLOW_WAVE_HZ.centre
    },
  }
}
