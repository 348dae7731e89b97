import { spawn } from 'node:child_process'
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { callNocturne, runNocturne } from '#test/nocturne.ts'

const PROGRAM = new URL('../bin/nocturne.js', import.meta.url).pathname
const SMALL = ['--devices', '8', '--hours', '0.05']
/** A second or so for each seed: nobody is through with forty when a test steps in. */
const LARGE = ['--devices', '60', '--hours', '0.3']
let home = ''

type Line = { readonly seed: number; readonly digest: number }
const STORM = ['fleet', 'drill', '--storm']
const storm = (...words: readonly string[]) => callNocturne([...STORM, '--workers', '1', ...words])
/** Workers are begun by the program as it is built. */
const stormOfTwo = (...words: readonly string[]) =>
  runNocturne([...STORM, '--workers', '2', ...words])
const linesOf = async (path: string): Promise<readonly string[]> =>
  (await readFile(path, 'utf8')).split('\n').slice(0, -1)
const seedsOf = async (path: string): Promise<readonly number[]> =>
  (await linesOf(path)).map((line) => (JSON.parse(line) as Line).seed).sort((a, b) => a - b)

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'nocturne-storm-'))
})
afterAll(() => rm(home, { recursive: true }))

describe('nocturne fleet drill --storm', () => {
  it('tells the same of its seeds, in their order, by one worker and by two', async () => {
    const words = ['--seeds', '3-6', ...SMALL, '--json']
    const one = await storm(...words)
    const two = await stormOfTwo(...words)
    expect(one.code, one.err).toBe(0)
    const { runs } = JSON.parse(one.out) as { runs: readonly Line[] }
    expect(runs.map(({ seed }) => seed)).toEqual([3, 4, 5, 6])
    expect(new Set(runs.map(({ digest }) => digest)).size).toBe(4)
    expect(two).toEqual(one)
  })

  it('shows a seed that broke something, and the words that run it again', async () => {
    const flaw = ['--flaw', 'grant-from-receipt', '--devices', '40', '--hours', '0.1']
    const both = await stormOfTwo('--seeds', '1-2', ...flaw)
    expect(both.code).toBe(1)
    const again = /again: nocturne (.*)/.exec(both.out)![1]!
    const alone = await callNocturne(again.split(' '))
    expect(alone.code).toBe(1)
    expect(both.out).toContain(alone.out.split('\n').slice(0, 2).join('\n'))
  })

  it('goes on where a file ends, and cuts off a last line that is torn', async () => {
    const path = join(home, 'torn', 'storm.jsonl')
    const words = ['--seeds', '3-6', ...SMALL, '--json']
    await storm('--seeds', '3-4', ...SMALL, '--to', path)
    const before = await readFile(path, 'utf8')
    await appendFile(path, '{"seed":5,"devices":8,"hou')
    const resumed = await storm(...words, '--to', path)
    expect(resumed).toEqual(await storm(...words))
    expect((await readFile(path, 'utf8')).startsWith(before)).toBe(true)
    expect(await seedsOf(path)).toEqual([3, 4, 5, 6])

    // What the file holds is not run again: it is believed.
    await writeFile(path, (await readFile(path, 'utf8')).replaceAll(/"events":\d+/g, '"events":1'))
    const held = await storm('--seeds', '3-6', ...SMALL, '--to', path)
    expect(held.out).toContain('4 of 4 seeds clean: 8 devices, 0.05 h of faults each, 4 events')
  })

  it('refuses a file of another setting, of another program, or of something else', async () => {
    const path = join(home, 'other.jsonl')
    await storm('--seed', '3', ...SMALL, '--to', path)
    const text = await readFile(path, 'utf8')
    const refused = async (...words: readonly string[]): Promise<string> => {
      const { code, out, err } = await storm('--seed', '3', '--to', path, ...words)
      expect({ code, out }).toEqual({ code: 2, out: '' })
      expect(err.trim().split('\n')).toHaveLength(1)
      return err
    }
    expect(await refused('--devices', '9', '--hours', '0.05')).toMatch(
      /line 1: got 8 devices, 0.05 h, .*, expected 9 devices, 0.05 h, /,
    )
    await writeFile(path, text.replace(/"version":"[^"]*"/, '"version":"0.0.9"'))
    expect(await refused(...SMALL)).toContain('program 0.0.9, expected')
    await writeFile(path, text + text.replace(/"digest":\d+/, '"digest":1'))
    expect(await refused(...SMALL)).toContain('line 2: got seed 3 with another digest')
    for (const other of ['{"seed":3}\n', 'my notes\n', 'my notes']) {
      await writeFile(path, other)
      expect(await refused(...SMALL)).toContain('expected')
      expect(await readFile(path, 'utf8')).toBe(other)
    }
  })

  it('refuses what it cannot run', async () => {
    const wrong = [
      ['--workers', '0'],
      ['--workers', '1.5'],
      ['--flaw', 'none'],
      ['--seeds', '9-3'],
    ]
    for (const words of wrong) {
      const { code, err } = await storm(...words)
      expect(code).toBe(2)
      expect(err).toContain('expected')
    }
    const { code, err } = await callNocturne(['fleet', 'drill', '--workers', '2'])
    expect(code).toBe(2)
    expect(err).toContain('got it without --storm')
  })

  it('tells after Ctrl-C what was finished, and leaves no worker behind', async () => {
    const path = join(home, 'interrupted.jsonl')
    const seeds = ['--seeds', '1-40', ...LARGE, '--workers', '2', '--to', path]
    const child = spawn(process.execPath, [PROGRAM, ...STORM, ...seeds])
    let out = ''
    child.stdout.on('data', (piece) => {
      out += piece
    })
    // Streams of a process end when nobody holds them any more, workers too.
    const closed = new Promise<number | null>((resolve) => child.once('close', resolve))
    while ((await linesOf(path).catch(() => [])).length < 2) await pause(20)
    child.kill('SIGINT')
    expect(await closed).toBe(1)
    const done = await linesOf(path)
    expect(out).toContain(`${40 - done.length} of 40 seeds were not run`)
    expect(out).toContain(`of ${done.length} seeds clean`)
  }, 120_000)

  it('says which seeds went with workers that died for want of memory', async () => {
    const few = { NODE_OPTIONS: '--max-old-space-size=64' }
    const words = ['--seeds', '7-9', '--devices', '60000', '--hours', '0.1', '--workers', '2']
    const { code, out, err } = await runNocturne([...STORM, ...words], few)
    expect(code).toBe(1)
    expect(err).toContain('seed 7: its worker was ended')
    expect(err).toContain('seed 8: its worker was ended')
    expect(out).toContain('3 of 3 seeds were not run')
  }, 120_000)
})

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
