import { CHANNEL_NAMES, CHANNELS, type ChannelName, MISSING } from '../telemetry/channel.ts'
import type { StreamDetector } from './detector.ts'

/** A frame older than this is stale, s (OpenAPS: 12 min). */
const STALE_S = 720

/** A wall clock may be this far ahead of the centre's, s (OpenAPS: 5 min). */
const AHEAD_S = 300

/** A living signal that does not change by a step for this many frames (45 min) is too flat. */
export const FLAT_FRAMES = 90

/** Channels of a living body, which are never the same for three quarters of an hour. */
const LIVING: readonly ChannelName[] = ['heartRate', 'deltaDb', 'sigmaDb']

const LIVING_AT = LIVING.map((channel) => CHANNEL_NAMES.indexOf(channel))
/** The bounds of each number, scaled as it travels. */
const LEAST = CHANNEL_NAMES.map((name) => CHANNELS[name].from * CHANNELS[name].scale)
const MOST = CHANNEL_NAMES.map((name) => CHANNELS[name].to * CHANNELS[name].scale)

/** What is wrong with a device's own words about itself. */
export type SanityFinding =
  | { readonly kind: 'stale' | 'clock' }
  | { readonly kind: 'flat' | 'impossible'; readonly channel: ChannelName }

/** One frame as L0 looks at it; times are Unix time, s, NaN where unknown. */
export type SanityFrame = {
  readonly frameAtS: number
  readonly nowS: number
  /** Twelve scaled integers in the order of `CHANNEL_NAMES`. */
  readonly values: ArrayLike<number>
}

/** How long each living channel has not moved; plain numbers. */
export type SanityState = {
  readonly last: number[]
  readonly still: number[]
  findings: readonly SanityFinding[]
}

/**
 * L0: a frame that is stale, from the future, outside what the channel can be, or of a body that
 * does not move at all. Missing numbers and unknown clocks are no findings: unknown never triggers.
 * The findings are in the state. Rule F50; the bounds are those of OpenAPS.
 */
export const SANITY: StreamDetector<SanityFrame, SanityState> = {
  name: 'sanity',
  begin: () => ({ last: LIVING.map(() => MISSING), still: LIVING.map(() => 0), findings: [] }),
  step: (state, frame) => {
    const findings: SanityFinding[] = []
    if (frame.nowS - frame.frameAtS > STALE_S) findings.push({ kind: 'stale' })
    if (frame.frameAtS - frame.nowS > AHEAD_S) findings.push({ kind: 'clock' })
    let known = 0
    for (let c = 0; c < CHANNEL_NAMES.length; c++) {
      const value = frame.values[c]!
      if (value === MISSING) continue
      known++
      if (value >= LEAST[c]! && value <= MOST[c]!) continue
      findings.push({ kind: 'impossible', channel: CHANNEL_NAMES[c]! })
    }
    for (let k = 0; k < LIVING.length; k++) {
      const value = frame.values[LIVING_AT[k]!]!
      if (value === MISSING) continue
      state.still[k] = value === state.last[k] ? state.still[k]! + 1 : 0
      state.last[k] = value
      if (state.still[k]! >= FLAT_FRAMES) findings.push({ kind: 'flat', channel: LIVING[k]! })
    }
    state.findings = findings
    const verdict = findings.length > 0 ? 'alarm' : known > 0 ? 'quiet' : 'unknown'
    return { state, score: known > 0 ? Math.min(1, findings.length) : Number.NaN, verdict }
  },
}
