import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { type ModelCard, type PublishedModel, publishedModels } from '@nocturne/core/sleep'
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
  const published = publishedModels.find((candidate) => candidate.id === name)
  if (!published) {
    const names = publishedModels.map((candidate) => candidate.id).join(', ')
    throw new UsageError(`got "${name}", expected one of ${names}`)
  }
  io.err(
    `${published.name}, ${published.licence}, from ${published.repository}\n${published.card}\n`,
  )
  const folder = await mkdtemp(join(tmpdir(), 'nocturne-model-'))
  try {
    for (const file of published.files) {
      await writeWholeFile(
        join(folder, basename(file.path)),
        await download(published, file, io.signal),
      )
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
  const url = rawUrl(published, file.path)
  const response = await fetch(url, {
    signal: AbortSignal.any([signal, AbortSignal.timeout(DOWNLOAD_TIMEOUT_MS)]),
  }).catch(() => {
    const other = `fetch it elsewhere, then: nocturne model add FILE --name ${published.id}`
    throw new UsageError(`${url}: got no answer from the network, expected the file; ${other}`)
  })
  if (!response.ok) throw new UsageError(`${url}: got HTTP ${response.status}, expected the file`)
  const bytes = new Uint8Array(await response.arrayBuffer())
  const hash = createHash('sha256').update(bytes).digest('hex')
  if (hash === file.sha256) return bytes
  throw new UsageError(`${url}: got sha-256 ${hash}, expected ${file.sha256}`)
}

/** Where the authors' host gives out the file of one commit as it is. */
function rawUrl({ repository, commit }: PublishedModel, path: string): string {
  const host = repository.replace('https://github.com/', 'https://raw.githubusercontent.com/')
  return `${host}/${commit}/${path.split('/').map(encodeURIComponent).join('/')}`
}
