import { basename } from 'node:path'
import { type ModelCard, publishedModels, type StageModel } from '@nocturne/core/sleep'
import { type Arguments, type Command, type Io, UsageError } from '../command.ts'
import { downloadModel, publishedCard, publishedNotes } from '../model-download.ts'
import {
  openModel,
  otherNames,
  requireFreeName,
  shelveBytes,
  shelvedModels,
  shelveModel,
  unshelveModel,
} from '../model-shelf.ts'
import { modelPage, modelTable, publishedTable } from '../model-text.ts'

/** `nocturne model`: the stagers this machine knows; bring your own, or fetch a published one. */
export const command: Command = {
  name: 'model',
  summary: 'List, add, fetch and explain the stagers this machine knows',
  usage:
    'model list [--published] | info NAME|FILE|DIR | add FILE|DIR [--name NAME] | ' +
    'get [NAME] [--name NAME] | remove NAME',
  example: 'nocturne model add clf_eeg_lgb_0.5.0.joblib --name yasa-eeg',
  positionals: [1, 2],
  options: {
    name: { type: 'string', value: 'NAME', help: 'the name a model is kept under (its file name)' },
    published: { type: 'boolean', help: 'list what can be fetched from its authors instead' },
  },
  run,
}

async function run(args: Arguments, io: Io): Promise<number> {
  const [verb, what] = args.positionals
  if (verb === 'list' && what === undefined) return list(args, io)
  if (verb === 'get') return what === undefined ? listPublished(args, io) : get(what, args, io)
  if (verb !== 'info' && verb !== 'add' && verb !== 'remove') {
    throw new UsageError(`got "${args.positionals.join(' ')}", expected: nocturne ${command.usage}`)
  }
  if (what === undefined) throw new UsageError(`got no name, expected: nocturne ${command.usage}`)
  if (verb === 'info') return info(what, args, io)
  if (verb === 'add') return add(what, args, io)
  await unshelveModel(what)
  if (args.flag('json')) io.out('[]\n')
  else io.err(`removed ${what}\n`)
  return 0
}

/** A model that cannot be read any more is named on stderr and does not hide the others. */
async function list(args: Arguments, io: Io): Promise<number> {
  if (args.flag('published')) return listPublished(args, io)
  const cards: ModelCard[] = []
  for (const { name } of await shelvedModels()) {
    try {
      cards.push({ ...(await openModel(name)).card, name })
    } catch (error) {
      if (!(error instanceof UsageError)) throw error
      io.err(`note: ${error.message}; to be rid of it: nocturne model remove ${name}\n`)
    }
  }
  io.out(args.flag('json') ? jsonOf(cards) : modelTable(cards))
  return 0
}

async function listPublished(args: Arguments, io: Io): Promise<number> {
  const shelved = new Set((await shelvedModels()).map(({ name }) => name))
  const cards = publishedModels.map(publishedCard)
  io.out(args.flag('json') ? jsonOf(cards) : publishedTable(cards, shelved))
  return 0
}

async function info(what: string, args: Arguments, io: Io): Promise<number> {
  const here = (await shelvedModels()).some(({ name }) => name === what)
  const published = publishedModels.find(({ id }) => id === what)
  if (!here && published) return say(publishedCard(published), publishedNotes(published), args, io)
  const model = await openModel(what)
  return say({ ...model.card, ...(here && { name: what }) }, missing(model), args, io)
}

async function add(path: string, args: Arguments, io: Io): Promise<number> {
  const name = args.text('name') ?? basename(path).replace(/\.(joblib|txt|gz|onnx|json)$/i, '')
  const model = await shelveModel(path, name)
  return shelved(model, name, args, io)
}

/** Fetches a published model from its authors; it is kept only when every hash is right. */
async function get(name: string, args: Arguments, io: Io): Promise<number> {
  const published = publishedModels.find(({ id }) => id === name)
  if (!published) {
    const names = publishedModels.map(({ id }) => id).join(', ')
    throw new UsageError(`got "${name}", expected one of ${names}`)
  }
  await requireFreeName(args.text('name') ?? name)
  const files = await downloadModel(published, io)
  const model = await shelveBytes(files, args.text('name') ?? name)
  return shelved(model, args.text('name') ?? name, args, io)
}

async function shelved(model: StageModel, name: string, args: Arguments, io: Io): Promise<number> {
  const others = await otherNames(model.card.hash, name)
  const twice = others.map((other) => `the same weights are here as ${other} too`)
  const use = args.flag('json') ? [] : [`use it: nocturne night REC --model ${name}`]
  return say({ ...model.card, name }, [...missing(model), ...twice, ...use], args, io)
}

/** With `--json` the notes go to stderr. */
function say(card: ModelCard, notes: readonly string[], args: Arguments, io: Io): number {
  if (!args.flag('json')) {
    io.out(modelPage(card, notes))
    return 0
  }
  for (const note of notes) io.err(`note: ${note}\n`)
  io.out(jsonOf([card]))
  return 0
}

function jsonOf(cards: readonly Pick<ModelCard, JsonField>[]): string {
  const rows = cards.map(({ name, version, hash, licence, card }) => {
    return { name, version, hash, licence, card }
  })
  return `${JSON.stringify(rows)}\n`
}

type JsonField = 'name' | 'version' | 'hash' | 'licence' | 'card'

/** A stager that cannot run on this machine says so before it is asked to. */
function missing(model: StageModel): string[] {
  const checked = model.check?.({ eeg: [] })
  if (!checked || checked.ok || checked.problem.code !== 'MODEL_RUNTIME') return []
  const { where, got, expected } = checked.problem
  return [`it cannot run here yet: ${where}: got ${got}, expected ${expected}`]
}
