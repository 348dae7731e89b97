import type { Channel } from '../recording.ts'

/** Limits of a signal as its header has them, and the line from physical to digital values. */
export type WrittenScale = {
  /** Header texts of at most 8 characters. */
  readonly physicalMin: string
  readonly physicalMax: string
  readonly digitalMin: number
  readonly digitalMax: number
  /** Physical value of one digital step, and of digital 0. */
  readonly gain: number
  readonly offset: number
}

/** Widest range that 8 characters can hold, with room for the sign. */
const MOST = 9_999_999

/**
 * The scale that covers a channel's finite samples, or the given `[min, max]`, with all the digital
 * steps of 16 or 24 bits. Limits are rounded outward to 8 characters; a flat or empty channel gets
 * 1 on either side. Values beyond +-9,999,999 cannot be written and saturate.
 */
export function scaleFor(
  channel: Channel,
  sampleBytes: 2 | 3,
  range: readonly [number, number] | undefined,
): WrittenScale {
  let [low, high] = range ?? finiteRange(channel.samples)
  if (!(low < high)) [low, high] = Number.isFinite(low) ? [low - 1, low + 1] : [-1, 1]
  const physicalMin = outward(Math.max(-MOST, Math.min(low, MOST - 1)), -1)
  const physicalMax = outward(Math.min(MOST, Math.max(high, 1 - MOST)), 1)
  const digitalMax = sampleBytes === 3 ? 8388607 : 32767
  const digitalMin = -digitalMax - 1
  const gain = (Number(physicalMax) - Number(physicalMin)) / (digitalMax - digitalMin)
  const offset = Number(physicalMin) - gain * digitalMin
  return { physicalMin, physicalMax, digitalMin, digitalMax, gain, offset }
}

/**
 * The digital value nearest to a physical one, saturated to the scale; NaN gives that nearest to 0.
 */
export function digitalValue(value: number, scale: WrittenScale): number {
  const digital = Math.round(((Number.isNaN(value) ? 0 : value) - scale.offset) / scale.gain)
  return Math.max(scale.digitalMin, Math.min(scale.digitalMax, digital))
}

/**
 * Text of at most 8 characters for the nearest number not inside `value`, on the side `direction`.
 */
export function outward(value: number, direction: -1 | 1): string {
  for (let decimals = 6, unit = 1e6; decimals >= 0; decimals--, unit /= 10) {
    const scaled = value * unit
    const rounded = direction < 0 ? Math.floor(scaled) : Math.ceil(scaled)
    const text = trimmed((rounded / unit).toFixed(decimals))
    if (text.length <= 8) return text
  }
  return direction < 0 ? `-${MOST}` : String(MOST)
}

function trimmed(text: string): string {
  const short = text.includes('.') ? text.replace(/\.?0+$/, '') : text
  return short === '-0' ? '0' : short
}

function finiteRange(samples: Float32Array): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (let i = 0; i < samples.length; i++) {
    const value = samples[i]!
    if (value < low && value > Number.NEGATIVE_INFINITY) low = value
    if (value > high && value < Number.POSITIVE_INFINITY) high = value
  }
  return [low, high]
}
