import { type ChildProcess, spawn } from 'node:child_process'
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadStarterStager } from '@nocturne/core/night'
import { channelsElement, earlierPart, type LslOutlet, openOutlet } from '@nocturne/edge'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { callNocturne, runNocturne } from '#test/nocturne.ts'

const PROGRAM = new URL('../../bin/nocturne.js', import.meta.url).pathname
/** A name of its own, so that tests beside each other do not hear one another. */
const NAME = `Bed${process.pid}`
const RATE_HZ = 128
const PIECE = 16

let home: string
let outlet: LslOutlet
let feeding: NodeJS.Timeout

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'nocturne-edge-'))
  const channels = [{ label: 'Fpz-Cz', unit: 'uV', type: 'EEG' }]
  const opened = await openOutlet({
    ...{ name: NAME, type: 'EEG', channelCount: 1, rateHz: RATE_HZ, sourceId: NAME },
    ...{ format: 'float32', description: [channelsElement(channels)] },
  })
  if (!opened.ok) throw new Error(opened.problem.code)
  outlet = opened.value
  let sample = 0
  const give = (): void => {
    const wave = new Float32Array(PIECE).map((_, k) => 40 * Math.sin((sample + k) / 20))
    outlet.pushColumns([wave])
    sample += PIECE
  }
  feeding = setInterval(give, (1000 * PIECE) / RATE_HZ)
})
afterAll(async () => {
  clearInterval(feeding)
  await outlet.close()
  rmSync(home, { recursive: true, force: true })
})

const boxes = (): string[] => readdirSync(join(home, 'boxes')).sort()

/** Begins a night by the bed; resolves when its box has grown to so many bytes beyond these. */
async function nightBegun(
  words: readonly string[],
  file: () => string | undefined,
  at: { readonly NOCTURNE_HOME: string } = { NOCTURNE_HOME: home },
): Promise<{ child: ChildProcess; said: () => string }> {
  const child = spawn(process.execPath, [PROGRAM, 'edge', '--zone', 'UTC', ...words], {
    ...{ stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, ...at } },
  })
  let said = ''
  child.stderr!.on('data', (text) => {
    said += String(text)
  })
  await expect
    .poll(
      () => {
        if (child.exitCode !== null) throw new Error(said)
        const path = file()
        return path !== undefined && existsSync(path) ? statSync(path).size : 0
      },
      { timeout: 20_000, interval: 20 },
    )
    .toBeGreaterThan(1500)
  return { child, said: () => said }
}

function ended(child: ChildProcess, signal: 'SIGKILL' | 'SIGINT'): Promise<void> {
  return new Promise((done) => {
    child.once('exit', () => done())
    child.kill(signal)
  })
}

describe('a bedside box whose power fails in mid-night', () => {
  it('goes on by itself in the same box, natural, and another box that night is given no dose (N53)', async () => {
    const consent = ['consent', 'new', '--allow', 'sound', '--conditions', 'none', '--json']
    const made = await callNocturne(consent, { NOCTURNE_HOME: home })
    const { id } = JSON.parse(made.out) as { id: string }
    const call = ['--source', `lsl:${NAME}@127.0.0.1`, '--consent', id]
    const path = (): string | undefined => {
      const folder = join(home, 'boxes')
      return existsSync(folder) ? join(folder, boxes()[0]!) : undefined
    }

    const first = await nightBegun(call, path)
    await ended(first.child, 'SIGKILL')
    const again = await nightBegun(call, () => `${path()}.1`)
    expect(again.said()).toContain('the night goes on where it was lost, natural')
    await ended(again.child, 'SIGINT')
    expect(boxes().length).toBe(2)
    const box = JSON.parse((await callNocturne(['box', path()!, '--json'])).out)
    expect(box).toMatchObject({ ok: true, segments: 2, ended: true, torn: 0 })
    const replay = await callNocturne(['replay', path()!, '--json'])
    expect(JSON.parse(replay.out)).toMatchObject({ identical: true })
    const [night] = JSON.parse(readFileSync(join(home, 'nights.json'), 'utf8'))
    expect(night).toMatchObject({ incident: true })

    const other = join(home, 'other.box')
    const third = await nightBegun([...call, '--box', other], () => other)
    await ended(third.child, 'SIGINT')
    expect(third.said()).not.toContain('goes on')
    expect(third.said()).toContain('nothing may act: tonight began before')
  }, 90_000)

  it('a consent that is taken back while the night runs is taken from it (N15)', async () => {
    const at = { NOCTURNE_HOME: join(home, 'taken back') }
    const consent = ['consent', 'new', '--allow', 'sound', '--conditions', 'none', '--json']
    const { id } = JSON.parse((await callNocturne(consent, at)).out) as { id: string }
    const box = join(home, 'taken-back.box')
    const words = ['--source', `lsl:${NAME}@127.0.0.1`, '--consent', id, '--box', box]
    const { child } = await nightBegun(words, () => box, at)
    expect((await callNocturne(['consent', 'revoke', id], at)).code).toBe(0)
    await new Promise((done) => setTimeout(done, 2500))
    await ended(child, 'SIGINT')
    const lived = await earlierPart(box, await loadStarterStager())
    if (!lived.ok) throw new Error(lived.problem.code)
    expect(lived.value.governor).toMatchObject({ consent: undefined, revoked: [id] })
  }, 60_000)

  it('does not write over another file', async () => {
    const words = ['edge', '--source', `lsl:${NAME}@127.0.0.1`, '--consent', 'x', '--box', PROGRAM]
    const { code, err } = await runNocturne(words, { NOCTURNE_HOME: home })
    expect(code).toBe(2)
    expect(err).toContain(`${PROGRAM}: got a file that is there`)
  }, 30_000)

  it('is told nothing of a centre where none is named', async () => {
    for (const option of ['pair', 'ecg']) {
      const words = ['edge', '--source', 'synth:1', '--rehearse', 'natural', `--${option}`, 'ECG']
      const { code, err } = await runNocturne(words, { NOCTURNE_HOME: home })
      expect(code).toBe(2)
      expect(err).toContain(`--${option}: got no --facility`)
    }
  }, 30_000)

  it('says in its one line, when it cannot begin, that no alarm is set (N76)', async () => {
    const at = { NOCTURNE_HOME: join(home, 'no alarm') }
    const consent = ['consent', 'new', '--allow', 'sound', '--conditions', 'none', '--json']
    const { id } = JSON.parse((await callNocturne(consent, at)).out) as { id: string }
    const box = join(home, 'damaged.box')
    const call = ['--source', `lsl:${NAME}@127.0.0.1`, '--consent', id, '--box', box]
    const { child } = await nightBegun(call, () => box, at)
    await new Promise((done) => setTimeout(done, 1500))
    await ended(child, 'SIGKILL')
    const bytes = readFileSync(box)
    // Early, and more than a byte: a broken last block or a single byte is no hindrance.
    bytes.fill(0, 300, 340)
    writeFileSync(box, bytes)
    const asked = ['edge', '--zone', 'UTC', ...call, '--wake', '07:00']
    const { code, out, err } = await runNocturne(asked, at)
    expect([code, out]).toEqual([2, ''])
    const [line, ...more] = err.split('\n').filter((each) => each !== '')
    expect(more).toEqual([])
    expect(line).toContain('damaged.box')
    expect(line).toMatch(/; nothing was started, and no alarm is set$/)
    expect(readFileSync(box).equals(bytes)).toBe(true)
  }, 60_000)
})
