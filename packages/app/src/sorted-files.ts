import { fail, ok, type Problem, type Result } from '@nocturne/core/math'
import { type EdfFile, openEdf } from '@nocturne/core/signal'
import { chooseChannels, readBandPowers, readHypnogramSource } from '@nocturne/core/sleep'
import { fileSource } from './sources.ts'

/** The files of one drop by what they are. */
export type SortedFiles = {
  readonly recording?: File
  readonly hypnogram?: File
  readonly models: readonly File[]
}

/** Why a drop is refused. */
export type SortedFilesCode = 'FILES_MANY' | 'FILES_NONE' | 'FILES_UNKNOWN'

type Kind = 'recording' | 'signals' | 'hypnogram' | 'model'
type Sorted = { readonly file: File; readonly kind: Kind | undefined; readonly why?: Problem }

const READABLE = 'an EDF or BDF recording, a hypnogram or a model'
const RECORDING_NAME = /\.(edf|bdf|rec)$/i
const MODEL_NAME = /\.(joblib|onnx)$/i
/** Bytes that tell what a file is: a tar's mark ends at 262. */
const HEAD_BYTES = 512
/** Largest table of band powers that is read: a day of two channels is .4 MB. */
const MAX_TABLE_BYTES = 64 * 1024 * 1024

/**
 * Tells recording, hypnogram and model apart by what is in the files, not by their names: a `.txt`
 * may be a hypnogram or a model, an `.edf` a recording or a hypnogram, a `.csv` a hypnogram or a
 * table of band powers. Files that are no models
 * beside models (a licence) are passed over. Fails when there is nothing to read, when something is
 * none of the three, or when there are two of what can only be one.
 */
export async function sortFiles(
  files: readonly File[],
): Promise<Result<SortedFiles, SortedFilesCode>> {
  const sorted = await Promise.all(files.map((file) => sortFile(file, files)))
  const of = (kind: Kind): File[] => sorted.flatMap((it) => (it.kind === kind ? [it.file] : []))
  const models = of('model')
  const [recordings, hypnograms] = rolesOf(of('recording'), of('signals'), of('hypnogram'))
  const unknown = sorted.find(({ kind }) => kind === undefined)
  if (unknown && models.length === 0) {
    const { where, got } = unknown.why ?? { where: 'file', got: 'something else' }
    return fail('FILES_UNKNOWN', `${unknown.file.name}, ${where}`, got, READABLE)
  }
  for (const group of [recordings, hypnograms]) {
    const names = group.map(({ name }) => name).join(', ')
    if (group.length > 1) return fail('FILES_MANY', 'files', names, 'one night at a time')
  }
  const [recording] = recordings
  const [hypnogram] = hypnograms
  if (!recording && !hypnogram && models.length === 0) {
    return fail('FILES_NONE', 'files', 'nothing', READABLE)
  }
  return ok({ models, ...(recording && { recording }), ...(hypnogram && { hypnogram }) })
}

/** An EDF file with signals but no EEG is a hypnogram beside a recording, else a recording. */
function rolesOf(eeg: File[], signals: File[], scored: File[]): readonly [File[], File[]] {
  return eeg.length > 0 ? [eeg, [...signals, ...scored]] : [signals, scored]
}

async function sortFile(file: File, all: readonly File[]): Promise<Sorted> {
  const head = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer())
  const sorted = (kind: Kind): Sorted => ({ file, kind })
  if (isEdf(head) || RECORDING_NAME.test(file.name)) return sorted(await edfKind(file))
  if (isTableName(file.name) && (await isBandPowers(file))) return sorted('recording')
  if (isModel(file, head)) return sorted('model')
  const besideOnnx = all.some(({ name }) => /\.onnx$/i.test(name))
  if (besideOnnx && /\.json$/i.test(file.name)) return sorted('model')
  const read = await readHypnogramSource(fileSource(file))
  return read.ok ? sorted('hypnogram') : { file, kind: undefined, why: read.problem }
}

function isEdf(head: Uint8Array): boolean {
  const start = ascii(head, 0, 8)
  return /^0 {7}$/.test(start) || start.slice(1) === 'BIOSEMI'
}

/** True for names that a table of band powers may have. */
export function isTableName(name: string): boolean {
  return /\.csv(\.gz)?$/i.test(name)
}

async function isBandPowers(file: File): Promise<boolean> {
  return file.size <= MAX_TABLE_BYTES && readBandPowers(new Uint8Array(await file.arrayBuffer())).ok
}

/** LightGBM's text, a tar, or the first byte of gzip, zlib or pickle. */
function isModel({ name }: File, head: Uint8Array): boolean {
  const zipped = head[0] === 0x1f && head[1] === 0x8b
  const packed = zipped || head[0] === 0x80 || (head[0] === 0x78 && (head[1] ?? 32) > 0x7e)
  const text = /^tree\r?\n/.test(ascii(head, 0, 6))
  return text || packed || ascii(head, 257, 262) === 'ustar' || MODEL_NAME.test(name)
}

function ascii(bytes: Uint8Array, from: number, to: number): string {
  return String.fromCharCode(...bytes.subarray(from, to))
}

/** A broken EDF counts as a recording, so that its reader says what is broken. */
async function edfKind(file: File): Promise<Kind> {
  const opened = await openEdf(fileSource(file))
  if (!opened.ok) return 'recording'
  const { header }: EdfFile = opened.value
  if (header.signals.length === 0) return 'hypnogram'
  return chooseChannels(header.signals).picks.eeg.length > 0 ? 'recording' : 'signals'
}
