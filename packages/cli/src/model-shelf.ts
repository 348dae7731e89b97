import { randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { describeProblem, fail } from '@nocturne/core/math'
import {
  type ImportedModel,
  importModel,
  type ModelFile,
  publishedModels,
  type StageModel,
  starterModel,
} from '@nocturne/core/sleep'
import { UsageError } from './command.ts'
import { findOnnxRuntime } from './onnx.ts'
import { writeWholeFile } from './whole-file.ts'

/**
 * Largest model file that is read: RobustSleepNet is .7 MB, YASA 3.4 MB, an ONNX network may be
 * large.
 */
const MAX_MODEL_BYTES = 512 * 1024 * 1024
const MAX_MODEL_FILES = 64
const MODEL_NAME = /^[a-z0-9][a-z0-9._+-]{0,63}$/i
const MODEL_FILE = /\.(joblib|txt|gz|onnx|json)$/i
/** Half a model that a crash left behind, hidden from the shelf; nobody writes longer than this. */
const DRAFT = /^\..*\.part$/
const DRAFT_LIFE_MS = 60 * 60 * 1000

/** The stagers that ship with the program, by name. */
export const SHIPPED_MODELS: readonly string[] = ['starter', 'starter-live']

/**
 * A model that can be asked for by name, and where its files lie (nowhere for the shipped ones).
 */
export type ShelvedModel = { readonly name: string; readonly folder?: string }

/** Where a person's models are kept: `models` in the home folder. It need not exist. */
export function shelfFolder(): string {
  return join(homeFolder(), 'models')
}

/** Every model this machine knows: the shipped ones, then the person's own by name. */
export async function shelvedModels(): Promise<ShelvedModel[]> {
  const folder = shelfFolder()
  const names = await readdir(folder).catch(() => [])
  const own = names.filter((name) => MODEL_NAME.test(name)).sort()
  return [
    ...SHIPPED_MODELS.map((name) => ({ name })),
    ...own.map((name) => ({ name, folder: join(folder, name) })),
  ]
}

/**
 * Opens a model by its name on the shelf, or by a path to a file or a folder of files. Throws
 * `UsageError` where there is none, or where its files are no model.
 */
export async function openModel(nameOrPath: string): Promise<StageModel> {
  if (nameOrPath === 'starter') return starterModel('offline')
  if (nameOrPath === 'starter-live') return starterModel('live')
  const known = (await shelvedModels()).find(({ name }) => name === nameOrPath)
  const path = known?.folder ?? nameOrPath
  const found = await stat(path).catch(() => undefined)
  if (found) return readModel(await modelFiles(path), path)
  if (publishedModels.some(({ id }) => id === nameOrPath)) {
    throw new UsageError(
      `got "${nameOrPath}", which is not on this machine, expected first: nocturne model get ${nameOrPath}`,
    )
  }
  const names = (await shelvedModels()).map(({ name }) => name).join(', ')
  throw new UsageError(`got "${nameOrPath}", expected a model file, a folder or one of ${names}`)
}

/**
 * Puts a model's files on the shelf after reading them, all or none; resolves to the model. Refuses
 * a taken name and files that are no model with a `UsageError`.
 */
export async function shelveModel(path: string, name: string): Promise<StageModel> {
  await requireFreeName(name)
  const found = await stat(path).catch(() => undefined)
  if (!found) throw new UsageError(`${path}: got no such file, expected a model file or a folder`)
  const files = await modelFiles(path)
  const model = readModel(files, path)
  await shelveFiles(files, name)
  return model
}

/** Throws `UsageError` unless a model can be kept under this name. */
export async function requireFreeName(name: string): Promise<void> {
  if (!MODEL_NAME.test(name) || SHIPPED_MODELS.includes(name)) {
    throw new UsageError(
      `--name: got "${name}", expected letters, digits, . _ + - and not a shipped name`,
    )
  }
  if ((await shelvedModels()).some((model) => model.name === name)) throw nameTaken(name)
}

/** Checks that these files are one model, and puts them on the shelf, all or none. */
export async function shelveBytes(files: readonly ModelFile[], name: string): Promise<StageModel> {
  const model = readModel(files, name)
  await shelveFiles(files, name)
  return model
}

/** Takes a model off the shelf. Refuses a name that is not there. */
export async function unshelveModel(name: string): Promise<void> {
  const models = await shelvedModels()
  const known = models.find((model) => model.name === name && model.folder)
  if (!known?.folder) {
    const own = models.filter(({ folder }) => folder).map((model) => model.name)
    throw new UsageError(
      `got "${name}", expected a model of your own${own.length ? `: ${own.join(', ')}` : ' (there is none)'}`,
    )
  }
  await rm(known.folder, { recursive: true })
}

/** Under which other names this machine knows a model with this hash. */
export async function otherNames(hash: string, own: string): Promise<string[]> {
  const names: string[] = []
  for (const { name } of (await shelvedModels()).filter((model) => model.name !== own)) {
    const model = await openModel(name).catch(() => undefined)
    if (model?.card.hash === hash) names.push(name)
  }
  return names
}

/**
 * Where this program keeps a person's things: `$NOCTURNE_HOME`, else the data folder of the desktop
 * conventions. The folder need not exist.
 */
export function homeFolder(): string {
  const home = process.env.NOCTURNE_HOME
  if (home) return home
  return join(process.env.XDG_DATA_HOME || join(homedir(), '.local', 'share'), 'nocturne')
}

/**
 * Writes into a hidden folder beside the shelf's others and renames it: a crash shelves nothing.
 */
async function shelveFiles(files: readonly ModelFile[], name: string): Promise<void> {
  const shelf = shelfFolder()
  await mkdir(shelf, { recursive: true })
  await sweepDrafts(shelf)
  const draft = join(shelf, `.${name}.${randomBytes(6).toString('hex')}.part`)
  try {
    for (const file of files) await writeWholeFile(join(draft, file.name), file.bytes)
    await rename(draft, join(shelf, name))
  } catch (error) {
    await rm(draft, { recursive: true, force: true })
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ENOTEMPTY' || code === 'EEXIST' || code === 'ENOTDIR') throw nameTaken(name)
    throw error
  }
}

async function sweepDrafts(shelf: string): Promise<void> {
  for (const name of (await readdir(shelf)).filter((entry) => DRAFT.test(entry))) {
    const draft = join(shelf, name)
    const { mtimeMs } = await stat(draft).catch(() => ({ mtimeMs: Number.POSITIVE_INFINITY }))
    if (Date.now() - mtimeMs > DRAFT_LIFE_MS) await rm(draft, { recursive: true, force: true })
  }
}

function nameTaken(name: string): UsageError {
  const ways = `another --name, or first: nocturne model remove ${name}`
  return new UsageError(`got "${name}", which is on the shelf, expected ${ways}`)
}

function readModel(files: readonly ModelFile[], path: string): StageModel {
  const onnxRuntime = findOnnxRuntime(homeFolder())
  const model = importModel(files, onnxRuntime ? { onnxRuntime } : {})
  if (!model.ok) throw new UsageError(`${path}: ${describeProblem(model.problem)}`)
  const { name } = model.value.card
  if (SHIPPED_MODELS.includes(name)) {
    throw new UsageError(
      `${path}: got the name "${name}", expected one of its own, not a shipped one`,
    )
  }
  const isOnnx = files.some(({ name }) => /\.onnx$/i.test(name))
  return isOnnx ? onnxStager(model.value, path, onnxRuntime !== undefined) : model.value
}

/** A network of unknown making: what goes wrong in it is the file's fault, and said in one line. */
function onnxStager(model: ImportedModel, path: string, runs: boolean): StageModel {
  return {
    card: model.card,
    check: (input) => {
      if (runs) return model.check(input)
      const install = `npm install --ignore-scripts --prefix "${homeFolder()}" onnxruntime-node`
      return fail('MODEL_RUNTIME', 'ONNX runtime', 'none installed', `one: ${install}`)
    },
    stage: async (input, onProgress) => {
      try {
        return await model.stage(input, onProgress)
      } catch (error) {
        const words = error instanceof Error ? error.message : String(error)
        const got = words.replace(/\s+/g, ' ').trim()
        throw new UsageError(`${path}: got ${got}; expected a network that is as its manifest says`)
      }
    },
  }
}

async function modelFiles(path: string): Promise<ModelFile[]> {
  const found = await stat(path)
  if (!found.isDirectory()) return Promise.all((await withManifest(path)).map(modelFile))
  const names = (await readdir(path)).filter((name) => MODEL_FILE.test(name)).sort()
  if (names.length === 0 || names.length > MAX_MODEL_FILES) {
    throw new UsageError(
      `${path}: got ${names.length} model files, expected 1 to ${MAX_MODEL_FILES}`,
    )
  }
  return Promise.all(names.map((name) => modelFile(join(path, name))))
}

/** An ONNX file brings the manifest beside it: `x.json` or `x.onnx.json`, else `manifest.json`. */
async function withManifest(path: string): Promise<string[]> {
  if (!/\.onnx$/i.test(path)) return [path]
  const beside = [path.replace(/\.onnx$/i, '.json'), `${path}.json`]
  for (const manifest of [...beside, join(dirname(path), 'manifest.json')]) {
    if (await stat(manifest).catch(() => undefined)) return [path, manifest]
  }
  return [path]
}

async function modelFile(path: string): Promise<ModelFile> {
  const found = await stat(path)
  if (!found.isFile()) throw new UsageError(`${path}: got no file, expected a model file`)
  if (found.size > MAX_MODEL_BYTES) {
    throw new UsageError(`${path}: got ${found.size} bytes, expected at most ${MAX_MODEL_BYTES}`)
  }
  return { name: basename(path), bytes: await readFile(path) }
}
