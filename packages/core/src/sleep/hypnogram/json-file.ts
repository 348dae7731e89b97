import { fail, ok } from '../../math/result.ts'
import { wallClockS, wallClockText } from '../../math/wall-clock.ts'
import { EPOCH_S, STAGE_COUNT } from '../stage/stage.ts'
import type { HypnogramFileOptions, Reading } from './file.ts'
import { stageIndex } from './hypnogram.ts'
import { readMoment } from './moment.ts'
import { hypnogramOfSpans, MAX_EPOCHS, type StageSpan } from './span.ts'
import { stageOfWord } from './stage-code.ts'
import { readTableFile } from './table-file.ts'
import { type StageToken, stagesOfTokens } from './token.ts'

type JsonObject = Readonly<Record<string, unknown>>

/** Keys under which documents keep their list of stages, ours first. */
const STAGE_KEYS = [
  'stages',
  'hypnogram',
  'hypno',
  'values',
  'sleep_stages',
  'stage',
  'staging',
  'predictions',
  'epochs',
  'annotations',
  'events',
]

/**
 * Reads a JSON hypnogram: a list of numbers or words (Dreem Open Datasets: -1..4 = ? W N1 N2 N3 R),
 * our `night.json` (`stages`, `probabilities`, `epochS`), YASA's `Hypnogram.to_json` (`values`,
 * `freq`, `start`, `proba`), any object with such a list, or a list of `{onset, duration, stage}`
 * or of rows.
 */
export function readJsonFile(text: string, options: HypnogramFileOptions): Reading {
  let document: unknown
  try {
    document = JSON.parse(text)
  } catch (error) {
    return fail('HYPNOGRAM_JSON', 'file', String((error as Error).message), 'a JSON document')
  }
  const object = isObject(document) ? document : {}
  const list = Array.isArray(document) ? document : listIn(object)
  if (!list) {
    const keys = Object.keys(object).slice(0, 8).join(', ')
    return fail('HYPNOGRAM_FORMAT', 'file', `keys ${keys}`, 'a list of stages under stages')
  }
  if (list.length === 0) return fail('HYPNOGRAM_EMPTY', 'file', 'no stages', 'at least one')
  if (list.length > MAX_EPOCHS) {
    return fail('HYPNOGRAM_SIZE', 'file', `${list.length} epochs`, `at most ${MAX_EPOCHS}`)
  }
  if (isObject(list[0])) return readEvents(list, options)
  if (!Array.isArray(list[0])) return readList(object, list, options)
  const rows = list.map((row) => (Array.isArray(row) ? row.map(cellText).join('\t') : ''))
  return readTableFile(rows, options)
}

/** The first list of stages in an object, or one or two levels inside it. */
function listIn(object: JsonObject, depth = 0): readonly unknown[] | undefined {
  for (const key of STAGE_KEYS) {
    const value = object[key]
    if (Array.isArray(value)) return value
    if (isObject(value) && depth < 2) {
      const inner = listIn(value, depth + 1)
      if (inner) return inner
    }
  }
  return undefined
}

function readList(
  object: JsonObject,
  list: readonly unknown[],
  options: HypnogramFileOptions,
): Reading {
  const tokens = list.map(
    (item, i): StageToken => ({ text: cellText(item), where: `stage ${i + 1}` }),
  )
  const read = stagesOfTokens(tokens, options.codes)
  if (!read.ok) return read
  const { stages, codes, warnings } = read.value
  const epochS = options.epochS ?? statedEpochS(object) ?? EPOCH_S
  const start = statedStart(object)
  const startS = typeof object.startS === 'number' ? object.startS : undefined
  const probabilities = statedProbabilities(object, stages.length)
  const hypnogram = {
    epochS,
    stages,
    ...(probabilities && { probabilities }),
    ...(start !== undefined && { startTime: start }),
    ...(startS !== undefined && { startS }),
  }
  return ok({ hypnogram, format: 'json', ...(codes && { codes }), warnings })
}

function readEvents(list: readonly unknown[], options: HypnogramFileOptions): Reading {
  const spans: StageSpan[] = []
  const tokens: StageToken[] = []
  let dated = false
  for (const [i, item] of list.entries()) {
    const event = isObject(item) ? item : {}
    const name = pick(event, ['stage', 'description', 'label', 'text', 'name', 'event', 'value'])
    const where = `item ${i + 1}`
    if (name === undefined) {
      return fail('HYPNOGRAM_FORMAT', where, Object.keys(event).join(', '), 'a key stage')
    }
    const text = cellText(name)
    const other = typeof name === 'string' && stageOfWord(text) === undefined
    if (other && event.stage === undefined) continue
    const onset = readMoment(cellText(pick(event, ['onset', 'onsetS', 'start', 'startS', 'time'])))
    dated ||= onset?.kind === 'date'
    const onsetS = onset?.s ?? i * (options.epochS ?? EPOCH_S)
    const durationS = eventLength(event, onsetS)
    tokens.push({ text, where })
    spans.push({ onsetS, ...(durationS !== undefined && { durationS }), stage: '?', where })
  }
  const read = stagesOfTokens(tokens, options.codes)
  if (!read.ok) return read
  const { stages, codes, warnings } = read.value
  const spanned = hypnogramOfSpans(
    spans.map((span, i) => ({ ...span, stage: stages[i]! })),
    { epochS: options.epochS },
  )
  if (!spanned.ok) return spanned
  const { startS = 0, ...hypnogram } = spanned.value.hypnogram
  const start = dated ? { startTime: wallClockText(startS) } : { startS }
  return ok({
    hypnogram: { ...hypnogram, ...start },
    format: 'json',
    ...(codes && { codes }),
    warnings: [...warnings, ...spanned.value.warnings],
  })
}

/** Seconds of an event by its duration or its end; undefined when it has neither. */
function eventLength(event: JsonObject, onsetS: number): number | undefined {
  const duration = pick(event, ['duration', 'durationS'])
  if (typeof duration === 'number') return duration
  const end = readMoment(cellText(pick(event, ['end', 'endS', 'stop'])))
  return end && end.s - onsetS
}

/** `epochS: 30`, `epoch_length: 30`, YASA's `freq: "30s"`. */
function statedEpochS(object: JsonObject): number | undefined {
  const value = pick(object, ['epochS', 'epoch_s', 'epoch_length', 'epoch_duration', 'freq'])
  const seconds =
    typeof value === 'string' ? Number(/^(\d+(?:\.\d+)?)\s*s/i.exec(value)?.[1]) : value
  return typeof seconds === 'number' && seconds > 0 && seconds <= 3600 ? seconds : undefined
}

/** Start of the first epoch; our documents keep it as `startTime` or inside `recording`. */
function statedStart(object: JsonObject): string | undefined {
  const recording = isObject(object.recording) ? object.recording : {}
  const text = pick(object, ['startTime', 'start', 'start_time']) ?? recording.startTime
  const seconds = typeof text === 'string' ? wallClockS(text) : undefined
  return seconds === undefined ? undefined : wallClockText(seconds)
}

/** Rows of five under `probabilities`, or YASA's columns under `proba`; null is NaN. */
function statedProbabilities(object: JsonObject, n: number): Float32Array | undefined {
  const rows = object.probabilities
  const flat = new Float32Array(n * STAGE_COUNT).fill(Number.NaN)
  if (Array.isArray(rows) && rows.length === n) {
    for (const [i, row] of rows.entries()) {
      if (Array.isArray(row) && row.length === STAGE_COUNT)
        flat.set(row.map(toNumber), i * STAGE_COUNT)
    }
    return flat
  }
  if (!isObject(object.proba)) return undefined
  for (const [name, column] of Object.entries(object.proba)) {
    const k = stageIndex(stageOfWord(name) ?? '?')
    if (k < 0 || !Array.isArray(column) || column.length !== n) return undefined
    for (const [i, value] of column.entries()) flat[i * STAGE_COUNT + k] = toNumber(value)
  }
  return flat
}

function toNumber(value: unknown): number {
  return typeof value === 'number' ? value : Number.NaN
}

function pick(object: JsonObject, keys: readonly string[]): unknown {
  return keys.map((key) => object[key]).find((value) => value !== undefined)
}

function cellText(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
