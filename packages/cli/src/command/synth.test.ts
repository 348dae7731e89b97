import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { openEdf } from '@nocturne/core/signal'
import { readHypnogramSource } from '@nocturne/core/sleep'
import { afterAll, describe, expect, it } from 'vitest'
import { parserOptions, UsageError } from '../command.ts'
import { fileSource } from '../file-source.ts'
import { command } from './synth.ts'

const folder = mkdtempSync(join(tmpdir(), 'nocturne-synth-'))
afterAll(() => rmSync(folder, { recursive: true }))
const at = (name: string) => join(folder, name)

async function synth(words: readonly string[], signal = new AbortController().signal) {
  const { values } = parseArgs({ args: [...words], options: parserOptions(command) })
  const said = { out: '', err: '' }
  const code = await command.run(
    {
      positionals: [],
      text: (name) => values[name] as string | undefined,
      flag: (name) => values[name] === true,
    },
    {
      out: (text) => {
        said.out += text
      },
      err: (text) => {
        said.err += text
      },
      progress: () => undefined,
      signal,
    },
  )
  return { code, ...said }
}

describe('nocturne synth', () => {
  it('writes an EDF+ file and prints its name, seed and true stages as one JSON document', async () => {
    const file = at('night.edf')
    const words = ['--hours', '0.5', '--seed', '7', '--rate', '64', '--out', file, '--json']
    const { code, out, err } = await synth(words)
    const document = JSON.parse(out)
    expect([code, err]).toEqual([0, ''])
    expect(Object.keys(document)).toEqual(['file', 'seed', 'stages'])
    expect(document).toMatchObject({ file, seed: 7 })
    expect(document.stages).toHaveLength(60)
    const source = await fileSource(file)
    const edf = await openEdf(source)
    const hypnogram = await readHypnogramSource(source)
    if (!edf.ok || !hypnogram.ok) throw new Error('the file cannot be read back')
    expect(edf.value.header.signals).toHaveLength(7)
    expect(hypnogram.value.hypnogram.stages).toEqual(document.stages)
    const texts = (await edf.value.annotations()).map(({ text }) => text)
    expect(texts).toContain('Blink')
    await source.close()
  })

  it('gives the same bytes for the same seed, and others for another', async () => {
    const made = async (seed: string, name: string) => {
      const words = ['--hours', '0.1', '--seed', seed, '--rate', '50', '--out', at(name)]
      await synth(words)
      return readFileSync(at(name))
    }
    const first = await made('3', 'a.edf')
    expect((await made('3', 'b.edf')).equals(first)).toBe(true)
    expect((await made('4', 'c.edf')).equals(first)).toBe(false)
  })

  it('tells a person what was made, and writes only the channels that were asked for', async () => {
    const words = ['--hours', '0.1', '--channels', 'eeg c4-m1,ECG', '--out', at('two.bdf')]
    const { out } = await synth(words)
    expect(out).toContain('0.1 h of sleeper 1, 2 channels at 128 Hz')
    expect(readFileSync(at('two.bdf')).subarray(1, 8).toString()).toBe('BIOSEMI')
  })

  it('says what, where, got and expected', async () => {
    const bad: [string[], RegExp][] = [
      [[], /--out: got nothing, expected a FILE.edf/],
      [['--out', 'x.txt'], /--out: got "x.txt", expected a name ending in .edf or .bdf/],
      [['--out', 'x.edf', '--hours', '25'], /--hours: got "25", expected a number from/],
      [['--out', 'x.edf', '--seed', 'one'], /--seed: got "one", expected/],
      [['--out', 'x.edf', '--seed', '1.5'], /--seed: got "1.5", expected a whole number/],
      [['--out', 'x.edf', '--rate', '99.5'], /--rate: got "99.5", expected a whole number/],
      [['--out', 'x.edf', '--rate', '1024', '--hours', '24'], /--rate: got "1024", .* at most 256/],
      [['--out', 'x.edf', '--channels', 'Cz'], /--channels: got "Cz", expected each once, out of/],
      [['--out', 'x.edf', '--start', 'noon'], /--start: got "noon", expected a time like/],
    ]
    for (const [words, message] of bad) {
      await expect(synth(words)).rejects.toThrow(message)
      await expect(synth(words)).rejects.toThrow(UsageError)
    }
  })

  it('leaves no file behind when it is interrupted', async () => {
    const interrupted = AbortSignal.abort()
    await expect(synth(['--hours', '0.1', '--out', at('never.edf')], interrupted)).rejects.toThrow()
    expect(readdirSync(folder).filter((name) => name.includes('never'))).toEqual([])
  })
})
