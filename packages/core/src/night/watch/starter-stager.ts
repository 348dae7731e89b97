import { BAND_MEASURE_COUNT, epochMeter, segmentEnd } from '../../sleep/shipped/band-features.ts'
import { slidingBands } from '../../sleep/shipped/sliding-bands.ts'
import { starterCard } from '../../sleep/shipped/starter-card.ts'
import { loadStarterStream, type StarterStream } from '../../sleep/shipped/starter-stream.ts'
import { EPOCH_S, STAGE_COUNT } from '../../sleep/stage/stage.ts'
import { believable } from './believable.ts'
import type { LiveOpinion, LiveStager, LiveStagerModel } from './live-stager.ts'
import type { Montage } from './montage.ts'
import { workingRate } from './working-rate.ts'

/** The stager works at 100 Hz. */
const RATE_HZ = 100
/** One lane for each second of an epoch. */
const LANES = EPOCH_S
const EPOCH_SAMPLES = EPOCH_S * RATE_HZ
/** What is kept at 100 Hz: an epoch, and the two seconds in which it is worked on. */
const KEPT = EPOCH_SAMPLES + 2 * RATE_HZ
/** More channels cost time and add little: the first ones of the montage count. */
const MOST_LIVE_CHANNELS = 2
/** The work of a second is spread over this part of the next one. */
const SPREAD = 0.95
/** Measuring has this part of it, 1 / 4. */
const MEASURING = 4
/** Beyond so many missing epochs the stager's own windows hold nothing. */
const MOST_MISSING_EPOCHS = 20

/** The shipped live starter, its weights loaded. */
export async function loadStarterStager(): Promise<LiveStagerModel> {
  const begin = await loadStarterStream()
  const { name, version, hash } = starterCard('live')
  const model = (montage: Montage): LiveStager => starterStager(montage, begin)
  return { identity: { name, version, hash }, begin: model }
}

/**
 * The starter every second: thirty live starters in turn, each with epochs of 30 s that end one
 * second after those of the one before, so that each second has an opinion of the 30 s before it.
 * The first lane has the epochs of the recording, and is exactly the batch model; the others read
 * the same model on `slidingBands`. What a second takes is worked out over the .95 s after it, one
 * small part at a time, at places that the sample alone decides.
 */
function starterStager(
  montage: Montage,
  begin: (labels: readonly string[]) => StarterStream,
): LiveStager {
  const { channels, rateHz } = montage
  const eeg = channels.flatMap(({ role }, k) => (role === 'eeg' ? [k] : []))
  eeg.length = Math.min(eeg.length, MOST_LIVE_CHANNELS)
  const powers = new Float64Array(eeg.length * BAND_MEASURE_COUNT)
  const meters = eeg.map((_, c) =>
    channelMeter(rateHz, powers.subarray(c * BAND_MEASURE_COUNT, (c + 1) * BAND_MEASURE_COUNT)),
  )
  const lanes = Array.from({ length: LANES }, () => begin(eeg.map((k) => channels[k]!.label)))
  const measured = meters.length * METER_PARTS
  const parts = measured + (lanes[0]?.parts ?? 0)
  const delay = Math.max(0, ...meters.map(({ latency }) => latency)) + 1
  const dueAt = timetable(measured, parts, Math.floor(SPREAD * rateHz) - delay)
  const opinion = noOpinion()
  // The next sample, the second that is worked on, and its next part (`parts` when it is done).
  let [next, second, part] = [0, 0, parts]

  const work = (): boolean => {
    if (part < measured)
      meters[part % meters.length]!.work(Math.floor(part / meters.length), second)
    else lanes[second % LANES]!.work(part - measured, powers)
    part++
    if (part === measured && second < EPOCH_S) part = parts
    else if (part === parts) return conclude()
    return false
  }
  const conclude = (): boolean => {
    const said = lanes[second % LANES]!.opinion
    opinion.probabilities.set(said.probabilities)
    opinion.quality = said.quality[0]!
    opinion.about = second * rateHz
    return true
  }
  const take: LiveStager['take'] = (sample, columns, from, to) => {
    for (let c = 0; c < eeg.length; c++) meters[c]!.take(columns[eeg[c]!]!, from, to)
    next = sample + to - from
    let said = -1
    for (let i = from, at = sample; i < to; i++, at++) {
      const within = (at % rateHz) - delay
      if (within === 0 && at >= rateHz) {
        second = (at - delay) / rateHz
        part = 0
      }
      while (part < parts && dueAt[part]! <= within) if (work()) said = i
    }
    return said
  }
  const skip: LiveStager['skip'] = (samples) => {
    while (part < parts) work()
    const from = Math.max(EPOCH_S, Math.ceil((next - delay) / rateHz))
    next += samples
    missSeconds(lanes, from, Math.floor((next - 1 - delay) / rateHz), powers.fill(NaN))
    for (const meter of meters) meter.start(next)
  }
  return { take, skip, opinion }
}

/**
 * At which sample of a second each part is due: measuring, which is lighter, in the first quarter.
 */
function timetable(measured: number, parts: number, span: number): Int32Array {
  const early = span / MEASURING
  return Int32Array.from({ length: parts }, (_, k) =>
    k < measured
      ? (k * early) / measured
      : early + ((k - measured) * (span - early)) / (parts - measured),
  )
}

function noOpinion(): LiveOpinion {
  return { probabilities: new Float32Array(STAGE_COUNT).fill(NaN), quality: 0, about: 0 }
}

/** Lets the lanes of seconds from..to have an epoch that is missing. */
function missSeconds(
  lanes: readonly StarterStream[],
  from: number,
  to: number,
  missing: Float64Array,
): void {
  for (let s = from; s <= Math.min(to, from + LANES * MOST_MISSING_EPOCHS - 1); s++) {
    const lane = lanes[s % LANES]!
    for (let k = 0; k < lane.parts; k++) lane.work(k, missing)
  }
}

/** Parts of a channel's second: the second itself, the epoch's next segment, and the row. */
const ROW_PARTS = 4
const METER_PARTS = 2 + ROW_PARTS

type ChannelMeter = {
  readonly latency: number
  take(column: Float32Array, from: number, to: number): void
  work(part: number, second: number): void
  start(sample: number): void
}

/** One channel at 100 Hz, measured into `row` every second from the 30th on. */
function channelMeter(rateHz: number, row: Float64Array): ChannelMeter {
  const pace = workingRate(rateHz, RATE_HZ)
  const ring = new Float64Array(2 * KEPT).fill(NaN) // twice over, so that any stretch is in a row
  const sliding = slidingBands()
  const whole = epochMeter()
  const measureSegment = (second: number): void => {
    const epoch = Math.floor((second * RATE_HZ - 1) / EPOCH_SAMPLES)
    const so = second * RATE_HZ - epoch * EPOCH_SAMPLES
    for (let k = 0; k < whole.segments; k++) {
      if (segmentEnd(k) > so - RATE_HZ && segmentEnd(k) <= so) {
        whole.work(k, ring, (epoch * EPOCH_SAMPLES) % KEPT, row)
      }
    }
  }
  return {
    latency: pace.latency,
    take: (column, from, to) => {
      for (let i = from; i < to; i++) {
        const n = pace.push(believable(column[i]!))
        for (let k = 0, m = pace.first(); k < n; k++, m++) {
          const at = m % KEPT
          ring[at] = ring[at + KEPT] = pace.output(k)
        }
      }
    },
    work: (part, second) => {
      if (part === 0) sliding.take(ring, ((second * RATE_HZ) % KEPT) + KEPT)
      else if (part === 1) measureSegment(second)
      else if (second < EPOCH_S) return
      else if (second % EPOCH_S !== 0) {
        if (part === 2) sliding.measure(row)
      } else {
        const from = ((second - EPOCH_S) * RATE_HZ) % KEPT
        whole.work(whole.segments + part - 2, ring, from, row)
      }
    },
    start: (sample) => {
      pace.start(sample)
      ring.fill(NaN)
      whole.work(0, ring, 0, row)
    },
  }
}
