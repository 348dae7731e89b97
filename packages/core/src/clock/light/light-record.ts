import { fail, ok, type Result } from '../../math/result.ts'
import { type LightSeries, type LightUnit, MOST_LUX } from './light.ts'

/** Samples a light file may hold: 40 years of minutes. */
const MOST_SAMPLES = 21_000_000

/** Why a light file could not be used. */
export type LightCode =
  /** Not an object with dt_h and light_lux. */
  | 'LIGHT_SHAPE'
  /** A value below 0, above `MOST_LUX` or not a number. */
  | 'LIGHT_VALUE'
  /** A wake value outside 0..1. */
  | 'WAKE_VALUE'
  /** wake and light differ in length, or there is no sample. */
  | 'LIGHT_LENGTH'

/** What a light file holds. */
export type LightRecord = {
  readonly light: LightSeries
  /** Hours since midnight of day 1 at sample 0. */
  readonly startH: number
  /** 1 awake, 0 asleep, at each sample; undefined where the file has none. */
  readonly wake?: Float64Array | undefined
}

/**
 * Reads the text of a light file, `{"dt_h":.1,"light_lux":[..],"wake":[..]}`: photopic lux, or
 * melanopic EDI under `melanopic_edi_lux` instead. `t0_h` is the hour of sample 0 (0 when absent).
 * null or NaN is a gap. The first bad value is named by its index. Other fields are left alone.
 */
export function readLightRecord(text: string): Result<LightRecord, LightCode> {
  const parsed = parse(text)
  if (parsed === undefined) {
    return fail('LIGHT_SHAPE', 'light file', 'text that is not JSON', SHAPE)
  }
  const { dt_h: dtH, t0_h: startH = 0, wake } = parsed
  const unit: LightUnit = 'light_lux' in parsed ? 'photopicLux' : 'melanopicEdiLux'
  const field = unit === 'photopicLux' ? 'light_lux' : 'melanopic_edi_lux'
  const values = parsed[field]
  if (!Array.isArray(values)) return fail('LIGHT_SHAPE', 'light_lux', shown(values), SHAPE)
  if (typeof dtH !== 'number' || !(dtH > 0 && dtH <= 24)) {
    return fail('LIGHT_SHAPE', 'dt_h', shown(dtH), 'hours between samples, above 0 and at most 24')
  }
  if (typeof startH !== 'number' || !Number.isFinite(startH)) {
    return fail('LIGHT_SHAPE', 't0_h', shown(startH), 'hours since midnight of day 1')
  }
  if (values.length === 0 || values.length > MOST_SAMPLES) {
    return fail('LIGHT_LENGTH', field, `${values.length} samples`, `1 to ${MOST_SAMPLES}`)
  }
  const lux = numbers(values, field, MOST_LUX, 'LIGHT_VALUE')
  if (!lux.ok) return lux
  const light: LightSeries = { unit, dtH, lux: lux.value }
  if (wake === undefined || wake === null) return ok({ light, startH })
  if (!Array.isArray(wake)) return fail('LIGHT_SHAPE', 'wake', shown(wake), 'a list of 0 and 1')
  if (wake.length !== values.length) {
    const expected = `${values.length}, as many as ${field}`
    return fail('LIGHT_LENGTH', 'wake', `${wake.length} samples`, expected)
  }
  const awake = numbers(wake, 'wake', 1, 'WAKE_VALUE')
  return awake.ok ? ok({ light, startH, wake: awake.value }) : awake
}

const SHAPE = '{"dt_h": hours, "light_lux": [lux, ...], "wake": [0 or 1, ...] (optional)}'

/** Programs in Python write a gap as NaN, which JSON does not know. */
function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text.replace(/(?<=[[,]\s*)NaN(?=\s*[\],])/g, 'null'))
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
    return value as Record<string, unknown>
  } catch {
    return undefined
  }
}

function numbers<Code extends LightCode>(
  values: readonly unknown[],
  field: string,
  most: number,
  code: Code,
): Result<Float64Array, Code> {
  const out = new Float64Array(values.length)
  for (const [i, value] of values.entries()) {
    if (value === null) out[i] = Number.NaN
    else if (typeof value !== 'number' && typeof value !== 'boolean') {
      return fail(code, `${field}[${i}]`, shown(value), `a number from 0 to ${most}, or null`)
    } else {
      const number = Number(value)
      if (!(number >= 0 && number <= most)) {
        return fail(code, `${field}[${i}]`, shown(value), `a number from 0 to ${most}, or null`)
      }
      out[i] = number
    }
  }
  return ok(out)
}

/** A value as it may stand in a message: short. */
function shown(value: unknown): string {
  if (value === undefined) return 'nothing'
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 40 ? `${text.slice(0, 37)}...` : text
}
