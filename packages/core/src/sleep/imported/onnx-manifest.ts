import { fail, ok, type Result } from '../../math/result.ts'
import type { ModelFigure } from '../stage/model.ts'
import type { ModelCode } from '../stage/model-code.ts'
import { type SleepStage, STAGES } from '../stage/stage.ts'

/** The manifest's name for what it is, so that no other JSON is taken for one. */
export const ONNX_MANIFEST_FORMAT = 'nocturne-onnx-stager'

/**
 * What an ONNX stager must say about itself, in a JSON file beside it. The network reads windows of
 * `contextEpochs` epochs as 32-bit floats in `input.layout` and gives `contextEpochs` rows (or one,
 * for the middle epoch, or for the last one when causal) of logits or probabilities over `classes`.
 */
export type OnnxManifest = {
  readonly format: typeof ONNX_MANIFEST_FORMAT
  readonly version: 1
  readonly name: string
  readonly modelVersion: string
  readonly input: {
    readonly name: string
    /**
     * `epochs,channels,samples`, `channels,epochs*samples` and so on; a batch axis of 1 comes
     * first.
     */
    readonly layout: 'epochs,channels,samples' | 'epochs,samples,channels' | 'channels,samples'
    readonly channels: readonly ('eeg' | 'eog' | 'emg')[]
  }
  readonly output: {
    readonly name: string
    readonly rows: 'every epoch' | 'one epoch'
    readonly values: 'logits' | 'probabilities'
  }
  readonly rateHz: number
  /** Band to keep, Butterworth of this order forwards and backwards; none = unfiltered. */
  readonly filter?: { readonly lowHz: number; readonly highHz: number; readonly order: number }
  /** `robust` = (x - median) / IQR of the night, `z` = (x - mean) / SD, `none` = microvolts. */
  readonly normalisation: 'none' | 'robust' | 'z'
  readonly epochS: 30
  readonly contextEpochs: number
  /** The stage of every output column; each of the five once. */
  readonly classes: readonly SleepStage[]
  readonly causal: boolean
  readonly licence: string
  readonly card: string
  readonly trainedOn: string
  readonly figures: readonly ModelFigure[]
}

const MAX_CONTEXT_EPOCHS = 241
const MAX_CHANNELS = 16
const MAX_LETTERS = 20_000

/** Thrown inside this file only, and turned into a `Problem` at its edge. */
type Complaint = { readonly field: string; readonly wrong: string; readonly wanted: string }

/** Reads and checks a manifest's JSON text; the problem names the first field that is wrong. */
export function readOnnxManifest(text: string): Result<OnnxManifest, ModelCode> {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return fail('MODEL_FORMAT', 'manifest', 'text that is no JSON', 'a JSON object')
  }
  try {
    return ok(manifestOf(json))
  } catch (error) {
    if (!isComplaint(error)) throw error
    return fail('MODEL_FORMAT', `manifest ${error.field}`, error.wrong, error.wanted)
  }
}

/** Node.js, browsers and this program agree on the marks: `{` and the format's name. */
export function looksLikeOnnxManifest(text: string): boolean {
  return text.includes(`"${ONNX_MANIFEST_FORMAT}"`)
}

function manifestOf(json: unknown): OnnxManifest {
  const input = field(json, 'input')
  const output = field(json, 'output')
  const filter = optionalFilter(json)
  return {
    format: oneOf(json, 'format', [ONNX_MANIFEST_FORMAT]),
    version: oneOf(json, 'version', [1]),
    name: words(json, 'name'),
    modelVersion: words(json, 'modelVersion'),
    input: {
      name: words(input, 'name'),
      layout: oneOf(input, 'layout', [
        'epochs,channels,samples',
        'epochs,samples,channels',
        'channels,samples',
      ]),
      channels: list(input, 'channels', ['eeg', 'eog', 'emg'], MAX_CHANNELS),
    },
    output: {
      name: words(output, 'name'),
      rows: oneOf(output, 'rows', ['every epoch', 'one epoch']),
      values: oneOf(output, 'values', ['logits', 'probabilities']),
    },
    rateHz: number(json, 'rateHz', 1, 1000),
    ...(filter === undefined ? {} : { filter }),
    normalisation: oneOf(json, 'normalisation', ['none', 'robust', 'z']),
    epochS: oneOf(json, 'epochS', [30]),
    contextEpochs: whole(json, 'contextEpochs', MAX_CONTEXT_EPOCHS),
    classes: stages(json),
    causal: oneOf(json, 'causal', [true, false]),
    licence: words(json, 'licence'),
    card: words(json, 'card'),
    trainedOn: words(json, 'trainedOn'),
    figures: figures(json),
  }
}

function optionalFilter(json: unknown): OnnxManifest['filter'] {
  const filter = field(json, 'filter')
  if (filter === undefined) return undefined
  const rateHz = number(json, 'rateHz', 1, 1000)
  const lowHz = number(filter, 'lowHz', 0.001, rateHz / 2)
  const highHz = number(filter, 'highHz', 0.001, rateHz / 2 - 1e-9)
  if (highHz <= lowHz) throw complaint('filter', `${lowHz} to ${highHz} Hz`, 'lowHz below highHz')
  return { lowHz, highHz, order: whole(filter, 'order', 8) }
}

function stages(json: unknown): SleepStage[] {
  const classes = list(json, 'classes', STAGES, STAGES.length)
  if (new Set(classes).size !== STAGES.length) {
    throw complaint('classes', classes.join(' '), `each of ${STAGES.join(' ')} once`)
  }
  return classes
}

function figures(json: unknown): ModelFigure[] {
  const value = field(json, 'figures')
  if (!Array.isArray(value)) throw complaint('figures', show(value), 'a list, empty if unknown')
  return value.slice(0, 100).map((figure: unknown) => ({
    set: words(figure, 'set'),
    people: whole(figure, 'people', 1e7),
    accuracy: number(figure, 'accuracy', 0, 1),
    kappa: number(figure, 'kappa', -1, 1),
  }))
}

function field(json: unknown, name: string): unknown {
  if (typeof json !== 'object' || json === null) throw complaint(name, 'nothing', 'an object')
  return Object.hasOwn(json, name) ? (json as Record<string, unknown>)[name] : undefined
}

function words(json: unknown, name: string): string {
  const value = field(json, name)
  if (typeof value !== 'string' || value === '' || value.length > MAX_LETTERS) {
    throw complaint(name, show(value), 'some text')
  }
  return value
}

function number(json: unknown, name: string, low: number, high: number): number {
  const value = field(json, name)
  if (typeof value !== 'number' || !(value >= low && value <= high)) {
    throw complaint(name, show(value), `a number from ${low} to ${high}`)
  }
  return value
}

function whole(json: unknown, name: string, high: number): number {
  const value = number(json, name, 1, high)
  if (!Number.isInteger(value)) throw complaint(name, show(value), 'a whole number')
  return value
}

function oneOf<T extends string | number | boolean>(
  json: unknown,
  name: string,
  allowed: readonly T[],
): T {
  const value = field(json, name)
  const found = allowed.find((candidate) => candidate === value)
  if (found === undefined) throw complaint(name, show(value), allowed.map(show).join(' or '))
  return found
}

function list<T extends string>(
  json: unknown,
  name: string,
  allowed: readonly T[],
  most: number,
): T[] {
  const value = field(json, name)
  if (!Array.isArray(value) || value.length === 0 || value.length > most) {
    throw complaint(name, show(value), `a list of 1 to ${most}`)
  }
  return value.map((item: unknown) => oneOf({ [name]: item }, name, allowed))
}

function show(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 80)
}

function complaint(name: string, wrong: string, wanted: string): Complaint {
  return { field: name, wrong, wanted }
}

function isComplaint(error: unknown): error is Complaint {
  return typeof error === 'object' && error !== null && 'wanted' in error
}
