import type { Annotation, Recording } from '../../signal/recording.ts'
import type { Hypnogram } from '../hypnogram/hypnogram.ts'
import type { Person } from './person.ts'
import { eventText, type SleepEvent } from './sleep-event.ts'
import { type SleeperOptions, syntheticSleeper } from './sleeper.ts'

/** A made-up night and the truth about it. */
export type SyntheticNight = {
  /** The signals in uV; its annotations are the true stages and events. */
  readonly recording: Recording
  readonly hypnogram: Hypnogram
  readonly events: readonly SleepEvent[]
  readonly person: Person
}

/** The recording starts here unless the options say otherwise: a night like any other. */
const START_TIME = '2026-01-01T23:00:00'
/** How much is made between two reports of progress, seconds. */
const PIECE_S = 300

/**
 * Makes a whole night of a synthetic sleeper: 8 h of seven channels at 128 Hz take about a second
 * and 103 MB. The same options give the same night to the last bit. `onProgress` hears fractions up
 * to 1.
 */
export function synthesizeNight(
  options: SleeperOptions,
  onProgress: (fraction: number) => void = () => undefined,
): SyntheticNight {
  const startTime = options.startTime ?? START_TIME
  const sleeper = syntheticSleeper({ ...options, startTime })
  const { rateHz, durationS, hypnogram, events, person } = sleeper
  const channels = sleeper.labels.map((label) => ({
    ...{ label, unit: 'uV', rateHz },
    samples: new Float32Array(Math.round(durationS * rateHz)),
  }))
  for (let atS = 0; atS < durationS; atS += PIECE_S) {
    const piece = sleeper.next(PIECE_S)
    channels.forEach(({ samples }, k) => {
      samples.set(piece[k]!, atS * rateHz)
    })
    onProgress(Math.min(1, (atS + PIECE_S) / durationS))
  }
  const annotations = truthAnnotations(hypnogram, events)
  return { recording: { startTime, durationS, channels, annotations }, hypnogram, events, person }
}

/**
 * The truth as EDF+ annotations: `Sleep stage N2` with the duration of the stretch for the
 * hypnogram, and each event by its name, in order of time.
 */
function truthAnnotations(
  hypnogram: Hypnogram,
  events: readonly SleepEvent[],
): readonly Annotation[] {
  const annotations: Annotation[] = []
  const { stages, epochS } = hypnogram
  for (let from = 0; from < stages.length; ) {
    let to = from + 1
    while (to < stages.length && stages[to] === stages[from]) to++
    const text = `Sleep stage ${stages[from]!}`
    annotations.push({ onsetS: from * epochS, durationS: (to - from) * epochS, text })
    from = to
  }
  for (const event of events) {
    const { startS, durationS } = event
    annotations.push({ onsetS: startS, durationS, text: eventText(event) })
  }
  return annotations.sort((p, q) => p.onsetS - q.onsetS)
}
