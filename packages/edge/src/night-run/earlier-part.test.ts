import { spawn } from 'node:child_process'
import { appendFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type LoopEvent, verifyBox } from '@nocturne/core/night'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { liveNight, STINGY } from '#test/live-night.ts'
import { DEEP } from '#test/made-up-loop.ts'
import { openBoxFile } from '../box-file/box-file.ts'
import { openBoxSources } from '../box-file/box-sources.ts'
import { type EarlierPart, earlierPart, goesOnAtMs, resumedHeader } from './earlier-part.ts'
import type { NightRun } from './night-run.ts'

const PROGRAM = fileURLToPath(new URL('../../../../test/killed-night.ts', import.meta.url))
const OUTAGE_MS = 90_000
/** Until sounds have come, the sleeper stops it, and the power fails, minutes; and a while after. */
const [STOPPED_MIN, KILLED_MIN, WHILE_MIN] = [7.5, 8, 0.5]
let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nocturne-restart-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Runs a night in a process of its own and kills it without a word; resolves to its sounds. */
function killedNight(path: string): Promise<number> {
  const times = [KILLED_MIN, STOPPED_MIN].map(String)
  const words = ['--conditions=nocturne:src', '--import', 'tsx', PROGRAM, path, ...times]
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] })
    let sounds = Number.NaN
    child.stdout.on('data', (text) => {
      sounds = Number(String(text))
      setTimeout(() => child.kill('SIGKILL'), 20)
    })
    child.once('exit', () => (Number.isNaN(sounds) ? reject(new Error('ended')) : resolve(sounds)))
  })
}

async function partOf(path: string): Promise<EarlierPart> {
  const part = await earlierPart(path, DEEP)
  if (!part.ok) throw new Error(JSON.stringify(part.problem))
  return part.value
}

/** Goes on after an outage, in the box of the part or a new one; resolves to what it said. */
async function goOn(
  path: string,
  part: EarlierPart,
  ask: number,
  minutes: number,
  asks?: (night: NightRun) => void,
): Promise<LoopEvent[]> {
  const began = part.zeroMs + part.governor.atMs + OUTAGE_MS
  const fromMs = goesOnAtMs(part, began)
  const header = resumedHeader({ ...STINGY, startMs: began - fromMs }, part)
  const box = await openBoxFile(path, existsSync(path) ? { after: part.after } : {})
  const events: LoopEvent[] = []
  const hears = (_input: unknown, said: readonly LoopEvent[]): void => void events.push(...said)
  const night = liveNight({ box, header, fromMs, minutes, ask, hears })
  asks?.(night)
  expect(await night.run()).toBe(0)
  return events
}

const clicks = (events: readonly LoopEvent[]): number =>
  events.filter((event) => event.kind === 'command').length
const modes = (events: readonly LoopEvent[]): string[] =>
  events.flatMap((event) =>
    event.kind === 'note' && event.note.kind === 'mode' ? [event.note.to] : [],
  )

/** Every byte of all segments is sound; that they come again is what `partOf` says. */
async function isSound(path: string): Promise<void> {
  const opened = await openBoxSources(path)
  if (!opened.ok) throw new Error(opened.problem.code)
  const { sources, close } = opened.value
  expect(await verifyBox(sources)).toMatchObject({ value: { ok: true, torn: 0, ended: true } })
  await close()
}

describe('a night whose process was killed', () => {
  it('goes on in its box, stopped as the sleeper stopped it, its dose spent and not given anew, natural until asked anew (N19, N53, N55, N65)', async () => {
    const path = join(folder, 'night.box')
    expect(await killedNight(path)).toBeGreaterThan(2)
    // What was on its way to the disk when the power went: bytes that nobody acknowledged.
    appendFileSync(path, Uint8Array.of(0x4e, 0x42, 0x4c, 0x4b, 1, 2, 3))
    const part = await partOf(path)
    const { held, sound, atMs } = part.governor
    expect([held, sound.stimulatedMin, sound.energy > 0]).toEqual(['STOPPED', 1, true])

    expect(modes(await goOn(path, part, 2, WHILE_MIN))).toEqual([])
    const after = await partOf(path)
    expect(after.governor).toMatchObject({ held: 'STOPPED', sound: { energy: sound.energy } })
    expect(after.governor.atMs).toBeGreaterThan(atMs + OUTAGE_MS)
    expect(after.after.segments).toBe(2)
    await isSound(path)

    const going = { ...part, governor: { ...part.governor, held: undefined } }
    const unasked = await goOn(join(folder, 'unasked.box'), going, 1, WHILE_MIN)
    expect(modes(unasked)).toEqual([])
    const asked = await goOn(join(folder, 'asked.box'), going, 2, STOPPED_MIN)
    const codes = asked.flatMap((each) => (each.kind === 'decision' ? [each.decision.code] : []))
    expect([modes(asked), clicks(asked)]).toEqual([['control'], 0])
    expect(codes).toContain('NIGHT_USED_UP')

    // The one who is awake asks anew each time; a stop holds all the same.
    const awake = await goOn(join(folder, 'awake.box'), going, 1, WHILE_MIN, (night) => {
      night.askFor('control')
      night.say({ kind: 'mode', to: 'natural', awake: true, ask: 0 })
      night.askFor('control')
    })
    expect(modes(awake)).toEqual(['control', 'natural', 'control'])
    await isSound(join(folder, 'awake.box'))
    await partOf(join(folder, 'awake.box'))
    const stopped = await goOn(join(folder, 'stopped.box'), part, 1, WHILE_MIN, (night) => {
      night.askFor('control')
    })
    expect(modes(stopped)).toEqual([])
  }, 240_000)
})

describe('a box that cannot be gone on from', () => {
  it('is one in which nothing is whole, or which is no box', async () => {
    const path = join(folder, 'empty.box')
    appendFileSync(path, '')
    expect(await earlierPart(path, DEEP)).toMatchObject({ problem: { code: 'BOX_EMPTY' } })
    appendFileSync(path, 'a letter')
    expect(await earlierPart(path, DEEP)).toMatchObject({ problem: { code: 'BOX_MAGIC' } })
  })
})
