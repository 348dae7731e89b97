import { assert } from '../../math/assert.ts'
import { base64, bytesOfBase64 } from '../../math/base64.ts'
import type { Night, NightStretch } from './night.ts'

/** Levels between the least and the greatest value of a packed array; one more stands for NaN. */
const LEVELS = 65_534
/** Digits kept of a number that stands alone: a millisecond of a day. */
const DIGITS = 8

/** 32-bit floats as 16-bit levels from `least` in steps of `step`, base64, big-endian. */
type PackedFloats = { readonly packed: string; readonly least: number; readonly step: number }

/**
 * A night as one line of JSON, typed arrays included, for a page to load at once. Arrays of 32-bit
 * floats keep 65535 levels between their extremes, other numbers eight digits, and events their
 * documented fields: a copy to look at, not the document (`nightDocument`).
 */
export function packNight(night: Night): string {
  const lean: Night = {
    ...night,
    spindles: night.spindles.map(({ startS, durationS, frequencyHz, amplitudeUv }) => {
      return { startS, durationS, frequencyHz, amplitudeUv }
    }),
    slowWaves: night.slowWaves.map(({ startS, durationS, negPeakS, ptpUv }) => {
      return { startS, durationS, negPeakS, ptpUv }
    }),
    ...(night.rems && { rems: night.rems.map(stretch) }),
    arousals: night.arousals.map(stretch),
    movements: night.movements.map(stretch),
  }
  return JSON.stringify(lean, (_key, value: unknown) => {
    if (value instanceof Float32Array) return packFloats(value)
    if (value instanceof Float64Array) return { doubles: Array.from(value) }
    return typeof value === 'number' ? Number(value.toPrecision(DIGITS)) : value
  })
}

/** Reads what `packNight` wrote. Throws on text that is no packed night: it is our own file. */
export function unpackNight(text: string): Night {
  const night = JSON.parse(text, (_key, value: unknown) => {
    if (typeof value !== 'object' || value === null) return value
    if ('packed' in value) return unpackFloats(value as PackedFloats)
    if ('doubles' in value) {
      const { doubles } = value as { doubles: (number | null)[] }
      return Float64Array.from(doubles, (x) => x ?? Number.NaN)
    }
    return value
  }) as Night
  assert(night.probabilities instanceof Float32Array, 'expected a packed night')
  return night
}

function stretch({ startS, durationS }: NightStretch): NightStretch {
  return { startS, durationS }
}

function packFloats(values: Float32Array): PackedFloats {
  let least = Number.POSITIVE_INFINITY
  let most = Number.NEGATIVE_INFINITY
  for (const x of values) {
    if (!Number.isFinite(x)) continue
    if (x < least) least = x
    if (x > most) most = x
  }
  const step = most > least ? (most - least) / LEVELS : 1
  const bytes = new Uint8Array(2 * values.length)
  for (const [i, x] of values.entries()) {
    const level = Number.isFinite(x) ? Math.round((x - least) / step) : LEVELS + 1
    bytes[2 * i] = level >> 8
    bytes[2 * i + 1] = level & 255
  }
  return { packed: base64(bytes), least: Number.isFinite(least) ? least : 0, step }
}

function unpackFloats({ packed, least, step }: PackedFloats): Float32Array {
  const bytes = bytesOfBase64(packed)
  const values = new Float32Array(bytes.length >> 1)
  for (let i = 0; i < values.length; i++) {
    const level = (bytes[2 * i]! << 8) | bytes[2 * i + 1]!
    values[i] = level > LEVELS ? Number.NaN : least + level * step
  }
  return values
}
