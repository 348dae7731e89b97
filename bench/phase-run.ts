import { atan2, PI } from '../packages/core/src/math/elementary.ts'
import { PredictorChoice } from '../packages/core/src/night/phase/choice.ts'
import { nightPredictors } from '../packages/core/src/night/phase/night-predictors.ts'
import { wrapPhase } from '../packages/core/src/night/phase/phase.ts'
import type { PhasePredictor } from '../packages/core/src/night/phase/predictor.ts'
import type { RidgeWeights } from '../packages/core/src/night/phase/ridge-fit.ts'
import { PhaseTrigger } from '../packages/core/src/night/phase/trigger.ts'
import { trueWave } from '../packages/core/src/night/phase/true-phase.ts'
import { WorkingFront } from '../packages/core/src/night/phase/working-front.ts'

/** Way to the ear, s; target, radians; least time between two sounds, s. */
export const LATENCY_S = 0.05
export const TARGET_RAD = (-30 * PI) / 180
const APART_S = 1
/** The end of a recording whose truth is bent by the filter, s. */
const END_S = 5

/** A recording made ready: the signal at the working rate, and the truth of its whole length. */
export type PhaseCase = {
  readonly name: string
  readonly rateHz: number
  /** uV at the working rate, and 1 where a sample is deep sleep. */
  readonly x: Float64Array
  readonly deep: Uint8Array
  /** An earlier night's personal weights may see what is before this sample; judged is after. */
  readonly learnTo: number
  /** Root mean square over 4 s below which no sound is due, uV. */
  readonly leastRmsUv: number
  /** The true phase, radians, so many seconds after the first working sample. */
  truthAt(seconds: number): number
}

/** What is known of a recording beside its samples. */
export type PhaseCaseOptions = {
  readonly deepAt: (seconds: number) => boolean
  /** Part of the deep sleep that may be learned from beforehand. */
  readonly learnPart: number
  readonly leastRmsUv: number
}

/** A way of foretelling as the trigger sees it. */
export type Follower = {
  push(x: number, deep: boolean): void
  readonly predictor: PhasePredictor
  /** What the trigger is given so that the target is met. */
  aim(targetRad: number): number
  /** Whether the wave now is one to go with. */
  readonly isSure: boolean
}

/** True phases where sounds would have been heard, and the minutes of deep sleep judged. */
export type Heard = { readonly phases: readonly number[]; readonly minutes: number }

/** Makes a recording ready; `samples` in uV, none missing. */
export function phaseCase(
  name: string,
  samples: Float32Array | Float64Array,
  nativeHz: number,
  { deepAt, learnPart, leastRmsUv }: PhaseCaseOptions,
): PhaseCase {
  const front = new WorkingFront(nativeHz)
  const values: number[] = []
  samples.forEach((v, sample) => {
    if (front.push(sample, v)) values.push(front.value)
  })
  const { rateHz } = front
  const x = Float64Array.from(values)
  const deep = Uint8Array.from(x, (_, n) => (deepAt(n / rateHz) ? 1 : 0))
  const wave = trueWave(samples, nativeHz)
  const firstS = front.momentOf(front.factor - 1) / nativeHz
  const truthAt = (seconds: number): number => {
    const place = (seconds + firstS) * nativeHz
    const low = Math.floor(place)
    const between = (w: Float64Array): number => w[low]! + (place - low) * (w[low + 1]! - w[low]!)
    return atan2(between(wave.im), between(wave.re))
  }
  const total = deep.reduce((sum, v) => sum + v, 0)
  let [learnTo, seen] = [0, 0]
  while (seen < learnPart * total) seen += deep[learnTo++]!
  return { name, rateHz, x, deep, learnTo, leastRmsUv, truthAt }
}

/**
 * Runs a way of foretelling from the first sample on and judges it after `learnTo`: every wave, and
 * those it is sure of.
 */
export function heard(one: PhaseCase, follower: Follower): { all: Heard; sure: Heard } {
  const { x, deep, rateHz, leastRmsUv, learnTo } = one
  const trigger = new PhaseTrigger(rateHz)
  const [all, sure] = [new Sounds(), new Sounds()]
  let [square, judged] = [0, 0]
  for (let n = 0; n < x.length - END_S * rateHz; n++) {
    follower.push(x[n]!, deep[n] === 1)
    square += (x[n]! * x[n]! - square) / (4 * rateHz)
    const aim = follower.aim(TARGET_RAD)
    const due = trigger.look(follower.predictor, aim, LATENCY_S, 1 / rateHz)
    if (n < learnTo || deep[n] === 0) continue
    judged++
    if (!due || square < leastRmsUv * leastRmsUv) continue
    const heardS = n / rateHz + trigger.opportunity.aheadS
    all.meet(heardS, one)
    if (follower.isSure) sure.meet(heardS, one)
  }
  const minutes = judged / rateHz / 60
  return { all: { phases: all.phases, minutes }, sure: { phases: sure.phases, minutes } }
}

/** Sounds at least a second apart. */
class Sounds {
  readonly phases: number[] = []
  #lastS = Number.NEGATIVE_INFINITY

  meet(heardS: number, { truthAt }: PhaseCase): void {
    if (heardS - this.#lastS < APART_S) return
    this.#lastS = heardS
    this.phases.push(truthAt(heardS))
  }
}

/** One predictor as it is; sure where its own spread is at most so much. */
export function plain(predictor: PhasePredictor, mostSdRad: number): Follower {
  return {
    predictor,
    push: (x) => predictor.push(x),
    aim: (targetRad) => targetRad,
    get isSure() {
      return predictor.sdRad <= mostSdRad
    },
  }
}

/** What the shipped night asks of a wave. */
export type Gate = { readonly mostSdRad: number; readonly leastUv: number }

/** What a night runs: the choice among all predictors, learning, its bias taken off. */
export function shipped(rateHz: number, gate: Gate, personal?: RidgeWeights): Follower {
  const { predictors } = nightPredictors(rateHz, personal)
  const choice = new PredictorChoice(predictors, rateHz)
  return {
    get predictor() {
      return choice.chosen
    },
    push: (x, deep) => {
      for (const predictor of predictors) predictor.push(x)
      choice.push(x, LATENCY_S * rateHz, rateHz, deep)
    },
    aim: (targetRad) => targetRad - choice.biasAt(targetRad),
    get isSure() {
      return choice.sdRad <= gate.mostSdRad && choice.chosen.amplitudeUv >= gate.leastUv
    },
  }
}

/** The truth itself, asked at each sample: what cutting time into samples costs. */
export function oracle({ truthAt, rateHz }: PhaseCase): PhasePredictor {
  let n = -1
  return {
    name: 'fixed-step',
    push: () => {
      n++
    },
    phaseAt: (aheadS) => truthAt(n / rateHz + aheadS),
    amplitudeUv: Number.NaN,
    get frequencyHz() {
      const turned = wrapPhase(truthAt((n + 5) / rateHz) - truthAt(n / rateHz))
      return Math.max(0.3, (turned * rateHz) / 5 / (2 * PI))
    },
    sdRad: 0,
    reset: () => {},
  }
}

/** Stretches of deep sleep that may be learned from, at the working rate. */
export function deepStretches({ x, deep, learnTo }: PhaseCase): Float64Array[] {
  const stretches: Float64Array[] = []
  for (let n = 0; n < learnTo; n++) {
    const from = n
    while (n < learnTo && deep[n] === 1) n++
    if (n > from) stretches.push(x.subarray(from, n))
  }
  return stretches
}
