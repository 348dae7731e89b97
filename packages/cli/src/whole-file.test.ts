import { spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { processIo } from './nocturne.ts'
import { writeWholeFile } from './whole-file.ts'

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nocturne-whole-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** A program that has begun to write `night.txt` and never comes to its end. */
const ENDLESS = `
  const { writeWholeFile } = await import('${new URL('./whole-file.ts', import.meta.url).href}')
  async function* chunks() {
    yield new Uint8Array(1 << 16)
    process.stdout.write('begun')
    await new Promise((resolve) => setTimeout(resolve, 60_000))
  }
  await writeWholeFile(process.argv[1], chunks())
`

/** Runs `ENDLESS` and sends it a signal in the midst of the file; resolves to its exit code. */
function ended(signal: 'SIGINT' | 'SIGTERM'): Promise<number | null> {
  const words = ['--import', 'tsx', '--input-type=module', '-e', ENDLESS, join(folder, 'night.txt')]
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] })
  child.stdout.once('data', () => child.kill(signal))
  return new Promise((resolve) => child.once('exit', (code) => resolve(code)))
}

describe('a file written whole', () => {
  it('leaves the old file and nothing else when Ctrl-C or a shutdown comes in its midst', async () => {
    await writeFile(join(folder, 'night.txt'), 'old')
    expect(await ended('SIGINT')).toBe(130)
    expect(await ended('SIGTERM')).toBe(143)
    expect(await readdir(folder)).toEqual(['night.txt'])
    expect(await readFile(join(folder, 'night.txt'), 'utf8')).toBe('old')
  })

  it('holds Ctrl-C no longer than it takes to write', async () => {
    const before = process.listenerCount('SIGINT')
    await writeWholeFile(join(folder, 'short.txt'), 'new')
    expect(process.listenerCount('SIGINT')).toBe(before)
  })

  it('lets Ctrl-C end a command that only computes, as nothing then hears it', () => {
    const before = process.listenerCount('SIGINT')
    processIo()
    expect(process.listenerCount('SIGINT')).toBe(before)
  })
})
