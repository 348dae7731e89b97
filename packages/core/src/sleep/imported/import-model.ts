import { strFromU8 } from 'fflate'
import { fail, ok, type Result } from '../../math/result.ts'
import { combinedHash, sha256 } from '../../math/sha256.ts'
import type { ModelCode } from '../stage/model-code.ts'
import type { ImportedModel } from './imported-model.ts'
import { lightGbmTextInJoblib, looksLikeJoblib } from './joblib.ts'
import { looksLikeLightGbm, parseLightGbm } from './lightgbm.ts'
import { looksLikeOnnxManifest, type OnnxManifest, readOnnxManifest } from './onnx-manifest.ts'
import { onnxModel } from './onnx-model.ts'
import type { OnnxRuntime } from './onnx-runtime.ts'
import {
  type RobustSleepNetMember,
  type RobustSleepNetOptions,
  robustSleepNetModel,
} from './robust-sleep-net.ts'
import { readRobustSleepNet } from './robust-sleep-net-layers.ts'
import { looksLikeTar } from './tar.ts'
import { yasaModel } from './yasa-model.ts'

/** A file that a user brought, by name and content. */
export type ModelFile = { readonly name: string; readonly bytes: Uint8Array }

/** What a shell may add to an import. */
export type ImportOptions = RobustSleepNetOptions & {
  /** Runs ONNX files, where the user has installed a runtime. */
  readonly onnxRuntime?: OnnxRuntime
}

/** Nothing that this program can run is larger. */
const MAX_FILE_BYTES = 512 * 1024 * 1024
const MAX_FILES = 64

type Kind = 'lightgbm' | 'joblib' | 'robust-sleep-net' | 'onnx' | 'manifest'

/**
 * Makes a stager of the files a user brings: one LightGBM text model or YASA .joblib, one or
 * several RobustSleepNet files (an ensemble), or an ONNX file with its manifest. Files are known by
 * their content, not by their names; files that are no models (a licence, a summary) are passed
 * over. Nothing in a file is run, and a malformed one is a problem that names the place.
 */
export function importModel(
  files: readonly ModelFile[],
  options: ImportOptions = {},
): Result<ImportedModel, ModelCode> {
  const large = files.find(({ bytes }) => bytes.length > MAX_FILE_BYTES)
  if (large !== undefined || files.length > MAX_FILES) {
    const got = large ? `${large.bytes.length} bytes` : `${files.length} files`
    const most = `at most ${MAX_FILES} files of ${MAX_FILE_BYTES} bytes`
    return fail('MODEL_TOO_LARGE', large?.name ?? 'files', got, most)
  }
  const of = (kind: Kind): ModelFile[] => files.filter((file) => kindOf(file) === kind)
  const trees = [...of('lightgbm'), ...of('joblib')]
  const networks = of('robust-sleep-net')
  const onnx = of('onnx')
  const kinds = [trees, networks, onnx].filter((group) => group.length > 0).length
  const names = files.map(({ name }) => name).join(', ') || 'no file'
  if (kinds > 1 || trees.length > 1 || onnx.length > 1) {
    return fail('MODEL_UNSUPPORTED', 'files', names, 'one model, or several RobustSleepNet files')
  }
  if (networks.length > 0) return importNetworks(networks, options)
  if (trees.length === 1) return named(trees[0]!, importTrees(trees[0]!))
  if (onnx.length === 1) return importOnnx(onnx[0]!, of('manifest'), options.onnxRuntime)
  const known = 'a LightGBM .txt, YASA .joblib, RobustSleepNet .gz, or ONNX file with its manifest'
  return fail('MODEL_FORMAT', 'files', names, known)
}

function kindOf({ name, bytes }: ModelFile): Kind | undefined {
  if (looksLikeLightGbm(bytes)) return 'lightgbm'
  if (looksLikeTar(bytes)) return 'robust-sleep-net'
  if (/\.onnx$/i.test(name)) return 'onnx'
  if (looksLikeJoblib(bytes)) return 'joblib'
  if (bytes[0] === 0x7b && looksLikeOnnxManifest(textOf(bytes))) return 'manifest'
  return undefined
}

function importNetworks(
  files: readonly ModelFile[],
  options: RobustSleepNetOptions,
): Result<ImportedModel, ModelCode> {
  const members: RobustSleepNetMember[] = []
  for (const file of files) {
    const weights = named(file, readRobustSleepNet(file.bytes))
    if (!weights.ok) return weights
    members.push({ file: file.name, hash: sha256(file.bytes), weights: weights.value })
  }
  members.sort((a, b) => (a.hash < b.hash ? -1 : 1))
  return robustSleepNetModel(members, options)
}

function importTrees(file: ModelFile): Result<ImportedModel, ModelCode> {
  const text = looksLikeLightGbm(file.bytes) ? ok(file.bytes) : lightGbmTextInJoblib(file.bytes)
  if (!text.ok) return text
  const trees = parseLightGbm(text.value)
  if (!trees.ok) return trees
  return yasaModel(trees.value, { name: file.name, hash: sha256(file.bytes) })
}

function importOnnx(
  file: ModelFile,
  manifests: readonly ModelFile[],
  runtime: OnnxRuntime | undefined,
): Result<ImportedModel, ModelCode> {
  const beside = manifests[0]
  if (beside === undefined || manifests.length > 1) {
    const got = `${manifests.length} manifests`
    return fail('MODEL_FORMAT', file.name, got, 'one JSON manifest beside the ONNX file')
  }
  const manifest: Result<OnnxManifest, ModelCode> = named(
    beside,
    readOnnxManifest(textOf(beside.bytes)),
  )
  if (!manifest.ok) return manifest
  const hash = combinedHash([sha256(file.bytes), sha256(beside.bytes)])
  return ok(onnxModel(manifest.value, file.bytes, hash, runtime))
}

/** Puts the file's name in front of a problem's place. */
function named<T>(file: ModelFile, result: Result<T, ModelCode>): Result<T, ModelCode> {
  if (result.ok) return result
  const { code, where, got, expected } = result.problem
  return fail(code, `${file.name}: ${where}`, got, expected)
}

function textOf(bytes: Uint8Array): string {
  return strFromU8(bytes.subarray(0, 1_000_000))
}
