import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { type ModelCard, type PublishedModel, publishedModels, sha256 } from '@nocturne/core/sleep'
import { type Arguments, type Command, type Io, UsageError } from '../command.ts'
import { openModel, shelvedModels, shelveModel, unshelveModel } from '../model-shelf.ts'
import { writeWholeFile } from '../whole-file.ts'

const DOWNLOAD_TIMEOUT_MS = 60_000

/** `nocturne model`: the stagers this machine knows; bring your own, or fetch a published one. */
export const command: Command = {
  name: 'model',
  summary: 'List, add, fetch and explain the stagers this machine knows',
  usage: 'model list | info NAME | add FILE|DIR [--name NAME] | get NAME | remove NAME',
  example: 'nocturne model add clf_eeg_lgb_0.5.0.joblib --name yasa-eeg',
  positionals: [1, 2],
  options: {
    name: { type: 'string', value: 'NAME', help: 'the name a model is kept under (its file name)' },
  },
  run,
}

async function run(args: Arguments, io: Io): Promise<number> {
  const [verb, what] = args.positionals
  if (verb === 'list') return tell(await knownCards(), args, io, false)
  if (what === undefined) throw new UsageError(`model ${verb}: expected: nocturne ${command.usage}`)
  if (verb === 'info') return tell([(await openModel(what)).card], args, io, true)
  if (verb === 'add') {
    const name = args.text('name') ?? basename(what).replace(/\.(joblib|txt|gz|onnx|json)$/i, '')
    return tell([{ ...(await shelveModel(what, name)).card, name }], args, io, true)
  }
  if (verb === 'get') return tell([await getModel(what, io)], args, io, true)
  if (verb === 'remove') {
    await unshelveModel(what)
    return 0
  }
  throw new UsageError(`got "${verb}", expected list, info, add, get or remove`)
}

async function knownCards(): Promise<ModelCard[]> {
  const known = await shelvedModels()
  return Promise.all(known.map(async ({ name }) => ({ ...(await openModel(name)).card, name })))
}

function tell(cards: readonly ModelCard[], args: Arguments, io: Io, long: boolean): number {
  if (args.flag('json')) {
    const rows = cards.map(({ name, version, hash, licence, card }) => ({
      ...{ name, version, hash, licence, card },
    }))
    io.out(`${JSON.stringify(rows)}\n`)
    return 0
  }
  for (const card of cards) {
    io.out(`${card.name.padEnd(24)}${card.version.padEnd(12)}${card.licence.padEnd(16)}`)
    io.out(`${card.hash.slice(0, 12)}\n`)
    if (long) io.out(`\n${card.card}\n\nTrained on: ${card.trainedOn}\nsha-256: ${card.hash}\n`)
  }
  return 0
}

/**
 * Fetches a published model from its authors, file by file, and keeps it only when every hash is
 * right.
 */
async function getModel(name: string, io: Io): Promise<ModelCard> {
  const published = publishedModels.find((candidate) => candidate.name === name)
  if (!published) {
    const names = publishedModels.map((candidate) => candidate.name).join(', ')
    throw new UsageError(`got "${name}", expected one of ${names}`)
  }
  io.err(`${published.name}: ${published.licence}. ${published.caution}\n`)
  const folder = await mkdtemp(join(tmpdir(), 'nocturne-model-'))
  try {
    for (const file of published.files) {
      await writeWholeFile(join(folder, file.name), await download(published, file, io.signal))
    }
    return { ...(await shelveModel(folder, name)).card, name }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function download(
  published: PublishedModel,
  file: PublishedModel['files'][number],
  signal: AbortSignal,
): Promise<Uint8Array> {
  const bytes = await fetch(file.url, {
    signal: AbortSignal.any([signal, AbortSignal.timeout(DOWNLOAD_TIMEOUT_MS)]),
  }).then(
    async (response) => {
      if (response.ok) return new Uint8Array(await response.arrayBuffer())
      throw new UsageError(`${file.url}: got HTTP ${response.status}, expected the file`)
    },
    () => {
      throw new UsageError(
        `no network: ${file.url} could not be reached; fetch it elsewhere, then: nocturne model add FILE --name ${published.name}`,
      )
    },
  )
  const hash = sha256(bytes)
  if (hash === file.sha256) return bytes
  throw new UsageError(`${file.url}: got sha-256 ${hash}, expected ${file.sha256}`)
}
