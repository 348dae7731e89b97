/** What a wave of slow sleep truly was: all of it in seconds from the start of the recording. */
export type SlowWaveTruth = {
  /** A slow oscillation, or a K-complex: sharper, alone, mostly in N2. */
  readonly kind: 'slow-wave' | 'k-complex'
  readonly startS: number
  readonly durationS: number
  /** Trough of the down-state. */
  readonly negPeakS: number
  /** Where the wave crosses zero on its way up, and the peak of the up-state that follows. */
  readonly midCrossingS: number
  readonly posPeakS: number
  /** Peak to peak at C4-M1, without the background, uV. */
  readonly ptpUv: number
}

/** What a spindle truly was. */
export type SpindleTruth = {
  readonly kind: 'spindle'
  readonly startS: number
  readonly durationS: number
  /** The crest of its envelope. */
  readonly peakS: number
  /** Frequency at the crest; it falls a little from start to end. */
  readonly frequencyHz: number
  /** Peak to peak at the crest, without the background, uV, where it is largest. */
  readonly amplitudeUv: number
  /** Over the centre of the head and parietal (fast), or frontal (slow). */
  readonly where: 'central' | 'frontal'
  /** The trough of the slow wave it rides on; absent when it came by itself. */
  readonly slowWaveS?: number
}

/** Something that spoils the signal for a while. */
export type ArtefactTruth = {
  readonly kind: 'artefact'
  readonly cause: 'movement' | 'sweat' | 'electrode pop' | 'lost contact'
  readonly startS: number
  readonly durationS: number
  /** The channel it spoils; absent when it spoils all. */
  readonly channel?: string
}

/** A short event with nothing more to tell than its size. */
export type PlainTruth = {
  readonly kind:
    | 'rem'
    | 'arousal'
    | 'vertex-wave'
    | 'sawtooth-waves'
    | 'blink'
    | 'saccade'
    | 'slow-eye-movement'
    | 'twitch'
  readonly startS: number
  readonly durationS: number
  /** Largest deflection where it is seen best, uV. */
  readonly amplitudeUv: number
}

/** Anything that truly happened in a synthetic night; `durationS` is above 0. */
export type SleepEvent = SlowWaveTruth | SpindleTruth | ArtefactTruth | PlainTruth

/** An event in words, as an EDF+ annotation carries it. */
export function eventText(event: SleepEvent): string {
  if (event.kind === 'artefact') {
    const where = event.channel === undefined ? '' : ` ${event.channel}`
    return `Artefact ${event.cause}${where}`
  }
  return TEXTS[event.kind]
}

/**
 * Phase of a slow wave at a moment, radians, cosine convention: 0 = peak of the up-state, +-pi =
 * trough; NaN outside the wave. Linear between start, trough, upward crossing, peak and end: the
 * truth that phase estimates are held against.
 */
export function slowWavePhase(wave: SlowWaveTruth, atS: number): number {
  const { startS, durationS, negPeakS, midCrossingS, posPeakS } = wave
  const knots = [startS, negPeakS, midCrossingS, posPeakS, startS + durationS]
  const quarter = Math.PI / 2
  for (let k = 0; k + 1 < knots.length; k++) {
    const from = knots[k]!
    const to = knots[k + 1]!
    if (atS < from || atS > to) continue
    const turn = k + 1 + (atS - from) / (to - from)
    return turn > 2 ? (turn - 4) * quarter : turn * quarter
  }
  return Number.NaN
}

const TEXTS: Readonly<Record<Exclude<SleepEvent['kind'], 'artefact'>, string>> = {
  'slow-wave': 'Slow wave',
  'k-complex': 'K-complex',
  spindle: 'Spindle',
  rem: 'Rapid eye movement',
  arousal: 'Arousal',
  'vertex-wave': 'Vertex wave',
  'sawtooth-waves': 'Sawtooth waves',
  blink: 'Blink',
  saccade: 'Saccade',
  'slow-eye-movement': 'Slow eye movement',
  twitch: 'Twitch',
}
