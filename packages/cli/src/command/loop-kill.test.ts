import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { runNocturne } from '#test/nocturne.ts'
import { seededRandom } from '../../../core/src/math/random.ts'

/** Kills in a quick run, and in `npm run nightly`. */
const KILLS = process.env.NOCTURNE_NIGHTLY ? 200 : 2
/** A kill comes between these times after the start, ms. */
const EARLIEST_MS = 2500
const LATEST_MS = 8000
const PROGRAM = new URL('../../bin/nocturne.js', import.meta.url).pathname

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nocturne-kill-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it(`a night that is killed ${KILLS} times leaves boxes that run again, identical up to their ends (N89)`, async () => {
  const random = seededRandom(89)
  let kept = 0
  for (let k = 0; k < KILLS; k++) {
    const path = join(folder, `night-${k}.box`)
    const call = ['loop', `synth:${k}`, '--hours', '2', '--rehearse', 'control', '--box', path]
    await killedAfter(call, EARLIEST_MS + random.uniform() * (LATEST_MS - EARLIEST_MS))
    const box = await runNocturne(['box', path, '--json'])
    if (box.code === 2) continue // killed before the first second was durable: there is no box yet
    const { records } = JSON.parse(box.out) as { records: number }
    const replay = await runNocturne(['replay', path, '--json'])
    const read = JSON.parse(replay.out) as { identical: boolean }
    expect(read.identical, `kill ${k}: ${replay.out.slice(0, 300)}`).toBe(true)
    kept += records
    rmSync(path)
  }
  expect(kept).toBeGreaterThan(100 * KILLS)
}, 7_200_000)

/** Runs the program and kills it, without a word, after so many ms. */
function killedAfter(call: readonly string[], ms: number): Promise<void> {
  return new Promise((done) => {
    const child = spawn(process.execPath, [PROGRAM, ...call], { stdio: 'ignore' })
    const timer = setTimeout(() => child.kill('SIGKILL'), ms)
    child.once('exit', () => {
      clearTimeout(timer)
      done()
    })
  })
}
