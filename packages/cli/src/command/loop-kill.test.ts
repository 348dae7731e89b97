import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { runNocturne } from '#test/nocturne.ts'
import { seededRandom } from '../../../core/src/math/random.ts'

/** Kills in a quick run, and in `npm run nightly`. */
const KILLS = process.env.NOCTURNE_NIGHTLY ? 200 : 2
/** A kill comes when the box has grown to between these sizes, bytes, and a moment later. */
const SMALLEST = 2000
const LARGEST = 400_000
const MOMENT_MS = 40
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
    await killedAt(call, path, SMALLEST + random.uniform() * (LARGEST - SMALLEST), random.uniform())
    const box = await runNocturne(['box', path, '--json'])
    expect(box.code, box.err).not.toBe(2)
    const { records } = JSON.parse(box.out) as { records: number }
    const replay = await runNocturne(['replay', path, '--json'])
    const read = JSON.parse(replay.out) as { identical: boolean }
    expect(read.identical, `kill ${k}: ${replay.out.slice(0, 300)}`).toBe(true)
    kept += records
    rmSync(path)
  }
  expect(kept).toBeGreaterThan(100 * KILLS)
}, 7_200_000)

/** Runs the program and kills it, without a word, when its box has grown to so many bytes. */
function killedAt(
  call: readonly string[],
  path: string,
  bytes: number,
  moment: number,
): Promise<void> {
  return new Promise((done) => {
    const child = spawn(process.execPath, [PROGRAM, ...call], { stdio: 'ignore' })
    const look = setInterval(() => {
      const size = existsSync(path) ? statSync(path).size : 0
      if (size < bytes) return
      clearInterval(look)
      setTimeout(() => child.kill('SIGKILL'), moment * MOMENT_MS)
    }, 5)
    child.once('exit', () => {
      clearInterval(look)
      done()
    })
  })
}
