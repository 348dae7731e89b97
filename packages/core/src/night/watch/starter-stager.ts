import { BAND_MEASURE_COUNT, epochMeter } from '../../sleep/shipped/band-features.ts'
import { starterCard } from '../../sleep/shipped/starter-card.ts'
import { loadStarterStream, type StarterStream } from '../../sleep/shipped/starter-stream.ts'
import { EPOCH_S, STAGE_COUNT } from '../../sleep/stage/stage.ts'
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
/** The work of a second is spread over this part of it. */
const SPREAD = 0.85
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
 * Every lane is exactly the batch model on its own epochs (the first lane's are those of the
 * recording). The band powers and networks of a second are worked out over the .85 s after it,
 * one small part at a time.
 */
export function starterStager(
  montage: Montage,
  begin: (labels: readonly string[]) => StarterStream,
): LiveStager {
  const { channels, rateHz } = montage
  const eeg = channels
    .flatMap(({ role }, k) => (role === 'eeg' ? [k] : []))
    .slice(0, MOST_LIVE_CHANNELS)
  const labels = eeg.map((k) => channels[k]!.label)
  const paces = eeg.map(() => workingRate(rateHz, RATE_HZ))
  const rings = eeg.map(() => new Float64Array(2 * KEPT).fill(NaN))
  const meters = eeg.map(() => epochMeter())
  const lanes = Array.from({ length: LANES }, () => begin(labels))
  const powers = new Float64Array(eeg.length * BAND_MEASURE_COUNT)
  const rows = eeg.map((_, c) =>
    powers.subarray(c * BAND_MEASURE_COUNT, (c + 1) * BAND_MEASURE_COUNT),
  )
  const opinion: LiveOpinion = {
    probabilities: new Float32Array(STAGE_COUNT).fill(NaN),
    quality: 0,
    about: 0,
  }
  const measured = meters.length * (meters[0]?.parts ?? 0)
  const parts = measured + (lanes[0]?.parts ?? 0)
  const delay = Math.max(0, ...paces.map(({ latency }) => latency)) + 1
  const span = Math.floor(SPREAD * rateHz) - delay
  const perSample = Math.ceil(parts / Math.max(1, span))
  const stride = Math.max(1, Math.floor(span / parts))
  let next = 0 // the next sample
  let second = 0 // the one that is worked on
  let part = parts // its next part; `parts` when it is done

  const work = (): boolean => {
    if (part < measured) {
      const c = Math.floor(part / meters[0]!.parts)
      const from = ((second - EPOCH_S) * RATE_HZ) % KEPT
      meters[c]!.work(part % meters[c]!.parts, rings[c]!, from, rows[c]!)
    } else lanes[second % LANES]!.work(part - measured, powers)
    part++
    if (part < parts) return false
    const said = lanes[second % LANES]!.opinion
    opinion.probabilities.set(said.probabilities)
    opinion.quality = said.quality[0]!
    opinion.about = second * rateHz
    return true
  }
  const take: LiveStager['take'] = (sample, columns, i) => {
    for (let c = 0; c < eeg.length; c++) {
      const pace = paces[c]!
      const n = pace.push(columns[eeg[c]!]![i]!)
      const ring = rings[c]!
      for (let k = 0, m = pace.first(); k < n; k++, m++) {
        ring[m % KEPT] = ring[(m % KEPT) + KEPT] = pace.output(k)
      }
    }
    next = sample + 1
    const within = (sample % rateHz) - delay
    if (within === 0 && sample >= EPOCH_S * rateHz) {
      second = (sample - delay) / rateHz
      part = 0
    }
    if (part >= parts || within % stride !== 0) return false
    let done = false
    for (let k = 0; k < perSample && part < parts; k++) done = work()
    return done
  }
  const skip: LiveStager['skip'] = (samples) => {
    while (part < parts) work()
    powers.fill(NaN)
    const from = Math.max(EPOCH_S, Math.ceil((next - delay) / rateHz))
    const to = Math.floor((next + samples - 1 - delay) / rateHz)
    for (let s = from; s <= Math.min(to, from + LANES * MOST_MISSING_EPOCHS - 1); s++) {
      const lane = lanes[s % LANES]!
      for (let k = 0; k < lane.parts; k++) lane.work(k, powers)
    }
    next += samples
    for (const pace of paces) pace.start(next)
    for (const ring of rings) ring.fill(NaN)
  }
  return { take, skip, opinion }
}
