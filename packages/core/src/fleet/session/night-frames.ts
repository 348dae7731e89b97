import { log10 } from '../../math/elementary.ts'
import type { LoopEvent } from '../../night/loop/event.ts'
import type { LoopInput } from '../../night/loop/input.ts'
import { channelOf, type Montage } from '../../night/watch/montage.ts'
import { butterworth } from '../../signal/butterworth.ts'
import { type StreamingSos, streamingSos } from '../../signal/iir-stream.ts'
import { frameValues } from '../telemetry/frame-values.ts'
import { FrameHeart } from './frame-heart.ts'
import { FrameMotion } from './frame-motion.ts'

/** Bands of a frame, Hz, and the order of the filters that cut them out. */
const DELTA_HZ = [0.5, 4] as const
const SIGMA_HZ = [11, 16] as const
const ORDER = 2
/** Arousals are told as a rate over so long, ms of the night. */
const AROUSALS_MS = 300_000
/** More arousals of five minutes are counted as so many: a frame cannot tell more. */
const MOST_AROUSALS = 40
/** A stage is told for so long after it was seen, ms of the night. */
const STAGE_MS = 30_000
const REM = 4
const MINUTE_MS = 60_000

/**
 * The numbers of a device's frames out of what its loop was given and said: stage, heart rate,
 * movement, power of two bands, eye movements, arousals, what was played, quality. What the night
 * has no channel for is missing, and so is a stage that was not seen for half a minute. No raw
 * signal is in them.
 */
export class NightFrames {
  readonly #lead: number
  readonly #delta: Power | undefined
  readonly #sigma: Power | undefined
  readonly #heart: FrameHeart | undefined
  readonly #motion: FrameMotion | undefined
  #beganMs = Number.NaN
  #atMs = 0
  #nightMs = Number.NaN
  #stage = Number.NaN
  #stageMs = Number.NaN
  #quality = { sum: 0, count: 0 }
  #eyes = 0
  #sounds = 0
  #loudestDb = Number.NEGATIVE_INFINITY
  #arousalsMs: number[] = []

  /** Frames of a night of this montage, with the channels of the body that are beside it. */
  constructor(montage: Montage, body: Montage = { channels: [], rateHz: montage.rateHz }) {
    this.#lead = channelOf(montage, 'eeg')
    this.#delta = powerOf(DELTA_HZ, montage.rateHz)
    this.#sigma = powerOf(SIGMA_HZ, montage.rateHz)
    this.#heart = FrameHeart.of(body)
    this.#motion = FrameMotion.of(body)
  }

  /** The stage seen last, 0 W .. 4 R; NaN for none within half a minute. */
  get stage(): number {
    return this.#atMs - this.#stageMs <= STAGE_MS ? this.#stage : Number.NaN
  }

  /** Takes an input of the loop and what came of it. */
  take(input: LoopInput, events: readonly LoopEvent[]): void {
    this.#atMs = input.atMs
    if (Number.isNaN(this.#beganMs)) this.#beganMs = input.atMs
    if (Number.isNaN(this.#nightMs)) this.#nightMs = input.atMs
    if (input.kind === 'samples') this.#listen(input)
    for (const event of events) this.#hear(event)
  }

  /**
   * Takes what the channels of the body gave beside the loop: samples from `first` of the night on,
   * there at device time `atMs`.
   */
  takeBody(first: number, columns: readonly Float32Array[], atMs: number): void {
    this.#heart?.take(first, columns, atMs)
    this.#motion?.take(columns)
  }

  /** The twelve numbers since the last frame, scaled as they travel; the next frame begins. */
  frame(): Int16Array<ArrayBuffer> {
    const minutes = (this.#atMs - this.#beganMs) / MINUTE_MS
    const rate = (count: number): number => (minutes > 0 ? count / minutes : Number.NaN)
    const values = frameValues({
      stage: this.stage,
      heartRate: this.#heart?.rate(this.#atMs) ?? Number.NaN,
      movement: this.#motion?.meanMg(this.#atMs - this.#beganMs) ?? Number.NaN,
      deltaDb: this.#delta?.dB() ?? Number.NaN,
      sigmaDb: this.#sigma?.dB() ?? Number.NaN,
      remDensity: this.stage === REM ? rate(this.#eyes) : Number.NaN,
      arousals: this.#arousalRate(),
      soundDb: Number.isFinite(this.#loudestDb) ? this.#loudestDb : Number.NaN,
      stimuli: rate(this.#sounds),
      quality: this.#quality.count > 0 ? this.#quality.sum / this.#quality.count : Number.NaN,
    })
    this.#begin()
    return values
  }

  #begin(): void {
    this.#beganMs = this.#atMs
    this.#quality = { sum: 0, count: 0 }
    this.#eyes = 0
    this.#sounds = 0
    this.#loudestDb = Number.NEGATIVE_INFINITY
  }

  #listen({ columns }: Extract<LoopInput, { kind: 'samples' }>): void {
    const lead = columns[this.#lead]
    if (lead === undefined) return
    this.#delta?.take(lead)
    this.#sigma?.take(lead)
  }

  #hear(event: LoopEvent): void {
    if (event.kind === 'stage') {
      this.#stage = likeliestStage(event.probabilities)
      this.#stageMs = this.#atMs
      this.#quality.sum += event.quality
      this.#quality.count++
    } else if (event.kind === 'seen') {
      if (event.what === 'eye-movement') this.#eyes++
      if (event.what === 'arousal' && this.#arousalsMs.length < MOST_AROUSALS) {
        this.#arousalsMs.push(this.#atMs)
      }
    } else if (event.kind === 'command') {
      const { actuator, action } = event.lease
      if (action === 'click' || action === 'cue') this.#sounds++
      if (actuator === 'sound' || actuator === 'cue') {
        this.#loudestDb = Math.max(this.#loudestDb, event.level)
      }
    }
  }

  /** Arousals an hour over the last five minutes; unknown before the night is that old. */
  #arousalRate(): number {
    const sinceMs = this.#atMs - AROUSALS_MS
    this.#arousalsMs = this.#arousalsMs.filter((atMs) => atMs > sinceMs)
    if (!(sinceMs >= this.#nightMs)) return Number.NaN
    return this.#arousalsMs.length * (3_600_000 / AROUSALS_MS)
  }
}

/** The likeliest of W N1 N2 N3 R as 0 .. 4; NaN where any of them is unknown. */
export function likeliestStage(probabilities: readonly number[]): number {
  let best = Number.NaN
  for (const [stage, p] of probabilities.entries()) {
    if (Number.isNaN(p)) return Number.NaN
    if (Number.isNaN(best) || p > probabilities[best]!) best = stage
  }
  return best
}

/** Mean power of a band since it was last asked for; missing samples are left out. */
class Power {
  readonly #filter: StreamingSos
  #sum = 0
  #count = 0

  constructor(filter: StreamingSos) {
    this.#filter = filter
  }

  take(samples: Float32Array): void {
    for (const y of this.#filter.push(samples)) {
      if (Number.isNaN(y)) continue
      this.#sum += y * y
      this.#count++
    }
  }

  /** DB re 1 uV^2; NaN without a sample, or of a flat line. */
  dB(): number {
    const power = this.#count > 0 ? this.#sum / this.#count : 0
    this.#sum = 0
    this.#count = 0
    return power > 0 ? 10 * log10(power) : Number.NaN
  }
}

function powerOf(bandHz: readonly [number, number], rateHz: number): Power | undefined {
  if (!(bandHz[1] < rateHz / 2)) return undefined
  return new Power(streamingSos(butterworth(ORDER, 'bandpass', bandHz, rateHz)))
}
