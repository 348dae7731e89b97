import { cp, mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Call, nocturneText, runNocturne } from '#test/nocturne.ts'
import { hasShared, SHARED_MISSING, sharedPath } from '#test/shared.ts'

let folder: string
let night: string
let home: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nocturne-model-'))
  night = join(folder, 'night.edf')
  await nocturneText('synth', '--hours', '0.5', '--seed', '5', '--out', night)
})

afterAll(() => rm(folder, { recursive: true, force: true }))

beforeEach(async () => {
  home = await mkdtemp(join(folder, 'home-'))
})

/** `nocturne` with this test's own shelf. */
function run(...words: readonly string[]): Promise<Call> {
  return runNocturne(words, { NOCTURNE_HOME: home })
}

const onShelf = (): Promise<string[]> => readdir(join(home, 'models')).catch(() => [])

const MANIFEST = {
  format: 'nocturne-onnx-stager',
  version: 1,
  name: 'Loudness',
  modelVersion: '7',
  input: { name: 'x', layout: 'epochs,channels,samples', channels: ['eeg'] },
  output: { name: 'y', rows: 'every epoch', values: 'probabilities' },
  rateHz: 100,
  normalisation: 'robust',
  epochS: 30,
  contextEpochs: 10,
  classes: ['W', 'N1', 'N2', 'N3', 'R'],
  causal: false,
  licence: 'CC0-1.0',
  card: 'A toy.',
  trainedOn: 'nothing',
  figures: [{ set: 'a made-up clinic', people: 12, accuracy: 0.8125, kappa: 0.7375 }],
}

/** Stands for the package that a person installs: it says N3 for every epoch, or what it is told. */
const RUNTIME = `
class Tensor { constructor(type, data, dims) { Object.assign(this, { type, data, dims }) } }
const InferenceSession = {
  create: async (bytes) => {
    const rows = Number(Buffer.from(bytes).toString())
    if (!(rows > 0)) throw new Error('protobuf parsing\\n failed')
    return {
      inputNames: ['x'],
      run: async ({ x }) => {
        const data = Float32Array.from({ length: rows * 5 }, (_, i) => i % 5 === 3 ? .9 : .025)
        if (x.dims.join() !== '1,10,1,3000') throw new Error('dims ' + x.dims)
        return { y: new Tensor('float32', data, [1, rows, 5]), z: new Tensor('int64', [1n], [1]) }
      },
    }
  },
}
module.exports = { InferenceSession, Tensor, env: {} }
`

async function installRuntime(): Promise<void> {
  const at = join(home, 'node_modules', 'onnxruntime-node')
  await mkdir(at, { recursive: true })
  await writeFile(join(at, 'package.json'), '{"name":"onnxruntime-node","main":"index.js"}')
  await writeFile(join(at, 'index.js'), RUNTIME)
}

/** Made up: the stand-in runtime reads the "network" as the number of rows it gives. */
async function onnxFile(content: string, change: object = {}): Promise<string> {
  const at = await mkdtemp(join(folder, 'onnx-'))
  await writeFile(join(at, 'loud.onnx'), content)
  await writeFile(join(at, 'loud.json'), JSON.stringify({ ...MANIFEST, ...change }))
  return join(at, 'loud.onnx')
}

describe('nocturne model add', () => {
  it('keeps an ONNX file with the manifest beside it, and explains it', async () => {
    const { code, out } = await run('model', 'add', await onnxFile('10'))
    expect(code).toBe(0)
    expect((await readdir(join(home, 'models', 'loud'))).sort()).toEqual(['loud.json', 'loud.onnx'])
    for (const said of [
      'CC0-1.0',
      'a made-up clinic  12      0.813     0.738',
      'caution',
      '1 EEG',
    ]) {
      expect(out).toContain(said)
    }
  })

  it('refuses a taken name in one line that says what to do', async () => {
    const file = await onnxFile('10')
    await run('model', 'add', file)
    const { code, out, err } = await run('model', 'add', await onnxFile('11'))
    expect([code, out]).toEqual([2, ''])
    expect(err).toContain('nocturne model remove loud')
    expect(err.trim().split('\n')).toHaveLength(1)
  })

  it('says when the same weights are there under another name', async () => {
    const file = await onnxFile('10')
    await run('model', 'add', file)
    const { code, err } = await run('model', 'add', file, '--name', 'second', '--json')
    expect(code).toBe(0)
    expect(err).toContain('the same weights are here as loud too')
  })

  it('keeps nothing of what is no model', async () => {
    const bad = join(folder, 'letter.onnx')
    await writeFile(bad, 'Dear Diary')
    const calls = [
      ['model', 'add', bad],
      ['model', 'add', join(folder, 'nowhere')],
      ['model', 'add', night],
      ['model', 'add', await onnxFile('10', { licence: '' })],
      ['model', 'add', await onnxFile('10', { name: 'starter' })],
      ['model', 'add', await onnxFile('10'), '--name', 'starter'],
      ['model', 'add', await onnxFile('10'), '--name', '../escape'],
    ]
    for (const call of calls) {
      const { code, out, err } = await run(...call)
      expect([call, code, out]).toEqual([call, 2, ''])
      expect(err.trim().split('\n')).toHaveLength(1)
    }
    expect(await onShelf()).toEqual([])
  })

  it('is all or nothing: half a model that a crash left is never seen, and is swept away', async () => {
    const half = join(home, 'models', '.loud.abc.part')
    await mkdir(half, { recursive: true })
    await writeFile(join(half, 'loud.onnx'), '10')
    const names = JSON.parse((await run('model', 'list', '--json')).out)
    expect(names.map(({ name }: { name: string }) => name)).toEqual(['starter', 'starter-live'])
    await utimes(half, 1, 1)
    await run('model', 'add', await onnxFile('10'))
    expect(await onShelf()).toEqual(['loud'])
  })
})

describe('nocturne model list', () => {
  it('lists name, version, hash, licence and card, the shelf after what ships', async () => {
    await run('model', 'add', await onnxFile('10'), '--name', 'mine')
    const { out } = await run('model', 'list', '--json')
    const rows = JSON.parse(out)
    expect(rows).toHaveLength(3)
    expect(rows[2]).toEqual({
      name: 'mine',
      version: '7',
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      licence: 'CC0-1.0',
      card: 'A toy.',
    })
    const lines = (await run('model', 'list')).out.trim().split('\n')
    const at = lines[0]!.indexOf('LICENCE')
    expect(lines.map((line) => line.slice(at).split(/\s/)[0])).toEqual([
      'LICENCE',
      'MIT',
      'MIT',
      'CC0-1.0',
    ])
  })

  it('does not lose the others over one that is damaged', async () => {
    await mkdir(join(home, 'models', 'broken'), { recursive: true })
    await writeFile(join(home, 'models', 'broken', 'x.gz'), 'not a network')
    const { code, out, err } = await run('model', 'list', '--json')
    expect([code, JSON.parse(out)]).toEqual([0, [expect.anything(), expect.anything()]])
    expect(err).toContain('nocturne model remove broken')
  })

  it('tells what can be fetched, each with its hash', async () => {
    const rows = JSON.parse((await run('model', 'list', '--published', '--json')).out)
    expect(rows.map(({ name }: { name: string }) => name)).toEqual(
      expect.arrayContaining(['yasa-eeg', 'robustsleepnet']),
    )
    for (const { hash } of rows) expect(hash).toMatch(/^[0-9a-f]{64}$/)
    expect((await run('model', 'get')).out).toBe((await run('model', 'list', '--published')).out)
  })
})

describe('a night read by an ONNX network', () => {
  it('runs in the runtime that the person installed, and carries the card’s name', async () => {
    await installRuntime()
    const file = await onnxFile('10')
    const read = JSON.parse((await run('night', night, '--model', file, '--json')).out)
    expect(read.model).toMatchObject({ name: 'Loudness', version: '7' })
    expect(read.stages).toEqual(Array.from({ length: 60 }, () => 'N3'))
  })

  it('says which package to install where there is none', async () => {
    const { code, err } = await run('night', night, '--model', await onnxFile('10'))
    expect(code).toBe(2)
    expect(err).toContain(`npm install --ignore-scripts --prefix "${home}" onnxruntime-node`)
    expect(err.trim().split('\n')).toHaveLength(1)
  })

  it('is refused in one line when the network is not as its manifest says', async () => {
    await installRuntime()
    const input = { ...MANIFEST.input, name: 'signal' }
    const lies: [string, string][] = [
      [await onnxFile('9'), 'got 45 values, expected 10 x 5'],
      [await onnxFile('rubbish'), 'protobuf parsing failed'],
      [await onnxFile('10', { input }), 'the network has x'],
    ]
    for (const [file, reason] of lies) {
      const { code, out, err } = await run('night', night, '--model', file, '--json')
      expect([code, out]).toEqual([2, ''])
      expect(err).toContain(reason)
      expect(err.trim().split('\n')).toHaveLength(1)
    }
  })
})

describe('nocturne model get', () => {
  let server: Server
  let mirror: string
  let answer: (path: string) => Promise<Uint8Array | undefined>

  beforeAll(async () => {
    server = createServer(async ({ url = '' }, response) => {
      const bytes = await answer(decodeURIComponent(url))
      response.statusCode = bytes ? 200 : 404
      response.end(bytes)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    mirror = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  })

  afterAll(() => new Promise((resolve) => server.close(resolve)))

  const get = (name: string, from = mirror): Promise<Call> =>
    runNocturne(['model', 'get', name, '--json'], {
      NOCTURNE_HOME: home,
      NOCTURNE_MODEL_MIRROR: from,
    })

  it('says plainly that there is no network, where the file lies, and what to do', async () => {
    const { code, out, err } = await get('yasa-eeg', 'http://127.0.0.1:1')
    expect([code, out]).toEqual([2, ''])
    expect(err).toContain('clf_eeg_lgb_0.5.0.joblib: got no answer from the network')
    expect(err).toContain('nocturne model add FILE --name yasa-eeg')
    expect(err.trim().split('\n')).toHaveLength(1)
    expect(await onShelf()).toEqual([])
  })

  it('keeps nothing whose hash is another', async () => {
    answer = () => Promise.resolve(new Uint8Array(10))
    const { code, err } = await get('robustsleepnet-cap')
    expect(code).toBe(2)
    expect(err).toMatch(/got 10 bytes of sha-256 [0-9a-f]{64}, expected 747520 of 6cb55798/)
    expect(await onShelf()).toEqual([])
  })

  it('says what the server said', async () => {
    answer = () => Promise.resolve(undefined)
    expect((await get('robustsleepnet')).err).toContain('got HTTP 404')
  })

  const MODELS = hasShared('models')
  const title = MODELS ? 'with the files at hand' : `with the files at hand (${SHARED_MISSING})`

  describe.skipIf(!MODELS)(title, () => {
    it('keeps all eight networks of an ensemble, under the hash that was announced', async () => {
      answer = (path) => {
        const id = /pretrained_model\/([^/]+)\/best_model.gz$/.exec(path)?.[1]
        return readFile(sharedPath(`models/robustsleepnet/${id}.gz`))
      }
      const listed = JSON.parse((await run('model', 'list', '--published', '--json')).out)
      const { code, out } = await get('robustsleepnet')
      expect(code).toBe(0)
      expect(await readdir(join(home, 'models', 'robustsleepnet'))).toHaveLength(8)
      expect(JSON.parse(out)).toEqual(
        listed.filter(({ name }: { name: string }) => name === 'robustsleepnet'),
      )
      const again = await get('robustsleepnet')
      expect([again.code, again.err]).toEqual([2, expect.stringContaining('on the shelf')])
    })

    it('fetches a YASA classifier', async () => {
      answer = (path) => readFile(sharedPath(`models/yasa/${basename(path)}`))
      const [card] = JSON.parse((await get('yasa-eeg+eog+emg')).out)
      expect(card).toMatchObject({ name: 'yasa-eeg+eog+emg', licence: 'BSD-3-Clause' })
      expect((await run('model', 'info', 'yasa-eeg+eog+emg')).out).toContain('1 EEG + EOG + EMG')
    })

    it('takes a folder of networks as one ensemble, by its path or by its name', async () => {
      const both = join(home, 'two')
      await mkdir(both)
      for (const id of [
        '0dfcee73-055a-4c4d-929c-8fdf630e14f1',
        'fdbd193a-0408-4fc8-9a6a-a18351459512',
      ]) {
        await cp(sharedPath(`models/robustsleepnet/${id}.gz`), join(both, `${id}.gz`))
      }
      await writeFile(join(both, 'LICENSE'), 'MIT')
      const byPath = JSON.parse((await run('night', night, '--model', both, '--json')).out)
      expect(byPath.model.name).toBe('RobustSleepNet x 2')
      expect(byPath.stages.filter((stage: string) => stage !== '?')).toHaveLength(60)
      await run('model', 'add', both)
      const [card] = JSON.parse((await run('model', 'info', 'two', '--json')).out)
      expect([card.name, card.hash]).toEqual(['two', byPath.model.hash])
    })
  })
})
