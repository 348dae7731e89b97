import { assert } from '../math/assert.ts'
import { fail, ok, type Result } from '../math/result.ts'
import type { Recording } from './recording.ts'

/** Why a text cannot be read as a recording: a line is no finite number, or there is none. */
export type TextRecordingCode = 'TEXT_NUMBER' | 'TEXT_EMPTY'

/** What a column of numbers does not say about itself. */
export type TextRecordingOptions = {
  /** Samples a second, > 0. */
  readonly rateHz: number
  /** Unit of the numbers; `uV` unless said. */
  readonly unit?: string
  /** Name of the channel; by default that of the first line, else `EEG`. */
  readonly label?: string
}

/** Words that stand for a missing sample, in lower case. */
const MISSING = ['', 'nan', 'na', 'n/a', 'null', '-']

/**
 * Reads one channel from text with a sample on each line, as the DREAMS databases have it: the
 * first line may name the channel, `[C3-A1]`. A decimal comma counts as a point; an empty line
 * inside, `NaN` and the like are missing samples (NaN); empty lines at the end are none. Fails with
 * the line that is no number.
 */
export function readTextRecording(
  text: string,
  options: TextRecordingOptions,
): Result<Recording, TextRecordingCode> {
  assert(options.rateHz > 0, `got a rate of ${options.rateHz} Hz, expected more than 0`)
  const lines = text
    .replace(/^\ufeff/, '')
    .trimEnd()
    .split(/\r\n|\n|\r/)
  const title = Number.isNaN(sampleOf(lines[0]!)) ? lines[0]!.trim() : ''
  const isTitled = title !== '' && !MISSING.includes(title.toLowerCase())
  const body = isTitled ? lines.slice(1) : lines
  if (body.every((line) => line.trim() === '')) {
    return fail('TEXT_EMPTY', 'text', 'no samples', 'one number a line')
  }
  const samples = new Float32Array(body.length)
  for (const [i, line] of body.entries()) {
    samples[i] = sampleOf(line)
    if (!Number.isFinite(samples[i]!) && !MISSING.includes(line.trim().toLowerCase())) {
      const got = JSON.stringify(line.trim().slice(0, 40))
      return fail('TEXT_NUMBER', `line ${i + 1 + lines.length - body.length}`, got, 'one number')
    }
  }
  const { rateHz, unit = 'uV' } = options
  const label = options.label ?? (title.replace(/^\[|\]$/g, '').trim() || 'EEG')
  const durationS = samples.length / rateHz
  return ok({ durationS, channels: [{ label, unit, rateHz, samples }], annotations: [] })
}

/** The number on a line; NaN where there is none or something else. */
function sampleOf(line: string): number {
  const word = line.trim().replace(',', '.')
  return word === '' ? Number.NaN : Number(word)
}
