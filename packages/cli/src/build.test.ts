import { spawn } from 'node:child_process'
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'

const BUILD = new URL('../build.js', import.meta.url).href
const folders: string[] = []

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

function workshop(): { readonly lock: string; readonly log: string } {
  const folder = mkdtempSync(join(tmpdir(), 'nocturne-lock-'))
  folders.push(folder)
  appendFileSync(join(folder, 'log'), '')
  return { lock: join(folder, 'lock'), log: join(folder, 'log') }
}

/** A process that notes when it begins and ends its work under a lock. */
function worker(lock: string, log: string): Promise<number | null> {
  const code = `
    import { appendFileSync } from 'node:fs'
    const { oneAtATime } = await import(${JSON.stringify(BUILD)})
    await oneAtATime(${JSON.stringify(lock)}, async () => {
      appendFileSync(${JSON.stringify(log)}, 'begin\\n')
      await new Promise((resolve) => setTimeout(resolve, 150))
      appendFileSync(${JSON.stringify(log)}, 'end\\n')
    })`
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: 'inherit' })
  return new Promise((resolve) => child.once('exit', resolve))
}

test('three processes that want to build do so one after the other', async () => {
  const { lock, log } = workshop()
  const codes = await Promise.all([1, 2, 3].map(() => worker(lock, log)))
  expect(codes).toEqual([0, 0, 0])
  expect(readFileSync(log, 'utf8')).toBe('begin\nend\n'.repeat(3))
})

test('a lock that a dead process left behind is taken over', async () => {
  const { lock, log } = workshop()
  const gone = spawn(process.execPath, ['-e', ''])
  await new Promise((resolve) => gone.once('exit', resolve))
  mkdirSync(lock)
  writeFileSync(join(lock, 'pid'), `${gone.pid}`)
  const codes = await Promise.all([1, 2].map(() => worker(lock, log)))
  expect(codes).toEqual([0, 0])
  expect(readFileSync(log, 'utf8')).toBe('begin\nend\n'.repeat(2))
})
