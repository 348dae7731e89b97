import { describe, expect, it } from 'vitest'
import { boxOf, toyRecords } from '#test/made-up-box.ts'
import { toyHeader, toyInputs, toyLoop } from '#test/toy-loop.ts'
import { bytesSource } from '../../signal/source.ts'
import { boxScenes } from '../replay/loop-run.ts'
import { replay } from '../replay/replay.ts'
import { cutBox } from './cut.ts'
import { boxParts } from './parts.ts'
import { recordsOf } from './verify.ts'

const HEADER = toyHeader()
const START = HEADER.startMs
const WHOLE = boxOf(toyRecords(HEADER, toyInputs(60))).map((bytes) => bytesSource(bytes))

async function inputTimes(box: Uint8Array): Promise<number[]> {
  const times: number[] = []
  for await (const scene of boxScenes([bytesSource(box)])) {
    if (scene.kind === 'step') times.push(scene.input.atMs)
  }
  return times
}

async function cutOf(fromMs: number, toMs: number): Promise<Uint8Array> {
  const cut = await cutBox(WHOLE, { fromMs, toMs })
  if (!cut.ok) throw new Error(cut.problem.got)
  return cut.value
}

describe('a piece of a black box', () => {
  it('has what the span has, and of the rest of the night only its start', async () => {
    const piece = await cutOf(START + 20_000, START + 30_000)
    const times = await inputTimes(piece)
    expect(times.length).toBeGreaterThan(5)
    expect(Math.min(...times)).toBeGreaterThanOrEqual(20_000)
    expect(Math.max(...times)).toBeLessThanOrEqual(30_000)
    const kinds = new Set<string>()
    for await (const part of boxParts([bytesSource(piece)])) {
      if (part.kind === 'block') for (const { kind } of recordsOf(part) ?? []) kinds.add(kind)
    }
    expect([...kinds].sort()).toEqual(['event', 'input', 'night'])
  })

  it('runs again bit for bit where it begins with the night', async () => {
    const piece = await cutOf(START - 1000, START + 30_000)
    const again = await replay([bytesSource(piece)], { loop: toyLoop })
    expect(again).toMatchObject({ ok: true, value: { identical: true } })
    expect(piece.length).toBeLessThan(WHOLE[0]!.size)
  })

  it('is none where the night has nothing of the span, or bytes are no box', async () => {
    const after = await cutBox(WHOLE, { fromMs: START + 9e7, toMs: START + 9.1e7 })
    expect(after).toMatchObject({ ok: false, problem: { code: 'CUT_EMPTY' } })
    const noBox = await cutBox([bytesSource(new Uint8Array(100))], { fromMs: 0, toMs: 1 })
    expect(noBox).toMatchObject({ ok: false, problem: { code: 'CUT_BOX' } })
  })
})
