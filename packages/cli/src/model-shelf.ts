import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { basename, join } from 'node:path'
import { describeProblem } from '@nocturne/core/math'
import { importModel, type StageModel, starterModel } from '@nocturne/core/sleep'
import { UsageError } from './command.ts'
import { writeWholeFile } from './whole-file.ts'

/**
 * Largest model file that is read: RobustSleepNet is .7 MB, YASA 3.4 MB, an ONNX network may be
 * large.
 */
const MAX_MODEL_BYTES = 512 * 1024 * 1024
const MAX_MODEL_FILES = 64
const MODEL_NAME = /^[a-z0-9][a-z0-9._+-]{0,63}$/i
const MODEL_FILE = /\.(joblib|txt|gz|onnx|json)$/i

/** The stagers that ship with the program, by name. */
export const SHIPPED_MODELS: readonly string[] = ['starter', 'starter-live']

/**
 * A model that can be asked for by name, and where its files lie (nowhere for the shipped ones).
 */
export type ShelvedModel = { readonly name: string; readonly folder?: string }

/**
 * Where a person's models are kept: `$NOCTURNE_HOME/models`, else the data folder of the desktop
 * conventions. The folder need not exist.
 */
export function shelfFolder(): string {
  const home = process.env.NOCTURNE_HOME
  if (home) return join(home, 'models')
  const data = process.env.XDG_DATA_HOME || join(homedir(), '.local', 'share')
  return join(data, 'nocturne', 'models')
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

/** Opens a model by its name on the shelf, or by a path to a file or a folder of files. */
export async function openModel(nameOrPath: string): Promise<StageModel> {
  if (nameOrPath === 'starter') return starterModel('offline')
  if (nameOrPath === 'starter-live') return starterModel('live')
  const known = (await shelvedModels()).find(({ name }) => name === nameOrPath)
  return loadModel(known?.folder ?? nameOrPath, nameOrPath)
}

/**
 * Puts a model's files on the shelf after reading them; resolves to the model. Refuses a taken
 * name.
 */
export async function shelveModel(path: string, name: string): Promise<StageModel> {
  if (!MODEL_NAME.test(name) || SHIPPED_MODELS.includes(name)) {
    throw new UsageError(
      `--name: got "${name}", expected letters, digits, . _ + - and not a shipped name`,
    )
  }
  const taken = (await shelvedModels()).some((model) => model.name === name)
  if (taken)
    throw new UsageError(`--name: got "${name}", which is on the shelf, expected a new name`)
  const files = await modelFiles(path)
  const model = readModel(files, path)
  for (const file of files) await writeWholeFile(join(shelfFolder(), name, file.name), file.bytes)
  return model
}

/** Takes a model off the shelf. Refuses a name that is not there. */
export async function unshelveModel(name: string): Promise<void> {
  const known = (await shelvedModels()).find((model) => model.name === name && model.folder)
  if (!known?.folder) throw new UsageError(`got "${name}", expected a model of your own`)
  await rm(known.folder, { recursive: true })
}

async function loadModel(path: string, asked: string): Promise<StageModel> {
  const found = await stat(path).catch(() => undefined)
  if (!found) {
    const names = (await shelvedModels()).map(({ name }) => name).join(', ')
    throw new UsageError(`--model: got "${asked}", expected a file, a folder or one of ${names}`)
  }
  return readModel(await modelFiles(path), path)
}

type ModelFile = { readonly name: string; readonly bytes: Uint8Array }

function readModel(files: readonly ModelFile[], path: string): StageModel {
  const model = importModel(files)
  if (!model.ok) throw new UsageError(`${path}: ${describeProblem(model.problem)}`)
  return model.value
}

async function modelFiles(path: string): Promise<ModelFile[]> {
  const found = await stat(path)
  if (!found.isDirectory()) return [await modelFile(path)]
  const names = (await readdir(path)).filter((name) => MODEL_FILE.test(name)).sort()
  if (names.length === 0 || names.length > MAX_MODEL_FILES) {
    throw new UsageError(
      `${path}: got ${names.length} model files, expected 1 to ${MAX_MODEL_FILES}`,
    )
  }
  return Promise.all(names.map((name) => modelFile(join(path, name))))
}

async function modelFile(path: string): Promise<ModelFile> {
  const { size } = await stat(path)
  if (size > MAX_MODEL_BYTES) {
    throw new UsageError(`${path}: got ${size} bytes, expected at most ${MAX_MODEL_BYTES}`)
  }
  return { name: basename(path), bytes: await readFile(path) }
}
