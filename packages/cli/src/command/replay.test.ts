import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BoxWriter, boxParts, recordsOf } from '@nocturne/core/night'
import { bytesSource } from '@nocturne/core/signal'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loopBox } from '#test/loop-box.ts'
import { callNocturne } from '#test/nocturne.ts'

const folder = mkdtempSync(join(tmpdir(), 'nocturne-replay-command-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const BOX = join(folder, 'night.box')

beforeAll(async () => {
  writeFileSync(BOX, await loopBox(0.5))
})

function release(name: string, parameters: Record<string, number>): string {
  const path = join(folder, name)
  writeFileSync(path, JSON.stringify({ name: 'test', version: name, parameters }))
  return path
}

describe('nocturne replay', () => {
  it('runs the night again, identical to the last bit (N87)', async () => {
    const call = await callNocturne(['replay', BOX, '--json'])
    expect(call.code).toBe(0)
    const { identical, decisions, differences, spanS } = JSON.parse(call.out)
    expect([identical, differences, spanS]).toEqual([true, 0, 30])
    expect(decisions).toBeGreaterThan(5)
    const told = await callNocturne(['replay', BOX, '--until', '23:00:10'])
    expect(told).toMatchObject({ code: 0, err: '' })
    expect(told.out).toMatch(/^identical: \d+ decisions over \d+ inputs came again/)
  })

  it('finds the consent that was altered in a box whose every checksum was made anew (N10)', async () => {
    const bytes = readFileSync(BOX)
    const writer = new BoxWriter()
    for await (const part of boxParts([bytesSource(bytes)])) {
      if (part.kind !== 'block') continue
      for (const record of recordsOf(part)!) {
        const isConsent = record.kind === 'input' && record.input.kind === 'consent'
        if (isConsent) Object.assign(record.input.consent.terms, { validFromMs: 0 })
        writer.append(record)
      }
    }
    const altered = join(folder, 'altered.box')
    writeFileSync(altered, Buffer.concat(writer.taken().map((piece) => piece.bytes)))
    expect((await callNocturne(['box', altered])).code).toBe(0)
    const call = await callNocturne(['replay', altered])
    expect(call.code).toBe(1)
    expect(call.out).toContain('a consent is not what its signer signed: it was altered (N10)\n')
    expect(call.out).toContain('consent.verified was true, is false')
  })

  it('names the first decision of another release that differs, and the parameter to blame', async () => {
    const other = release('fixed.json', { predictor: 1, cueEveryS: 90 })
    const call = await callNocturne(['replay', BOX, '--release', other, '--json'])
    expect(call.code).toBe(1)
    const { identical, firstDifference, differences, changes } = JSON.parse(call.out)
    expect(identical).toBe(false)
    expect(differences).toBeGreaterThan(0)
    expect(Object.keys(firstDifference)).toEqual(expect.arrayContaining(['atS', 'field', 'is']))
    expect(changes).toEqual([
      expect.objectContaining({ parameter: 'predictor', was: 0, is: 1, alone: true }),
      expect.objectContaining({ parameter: 'cueEveryS', alone: false }),
    ])
    const told = await callNocturne(['replay', BOX, '--release', other])
    expect(told.out).toContain('predictor: 0 -> 1 code: makes the difference alone')
  })

  it('finds the release of a series that changed the night', async () => {
    const series = join(folder, 'series')
    mkdirSync(series)
    for (let k = 1; k <= 11; k++) {
      release(join('series', `r${k}.json`), { cueEveryS: 60 + k, ...(k >= 10 && { predictor: 1 }) })
    }
    const call = await callNocturne(['replay', BOX, '--bisect', series, '--json'])
    expect(call.code).toBe(0)
    const { index, file, changes } = JSON.parse(call.out)
    expect([index, file]).toEqual([9, join(series, 'r10.json')])
    expect(changes[0]).toMatchObject({ parameter: 'predictor', alone: true })
    const two = ['r1.json', 'r2.json'].map((name) => join(series, name))
    const same = await callNocturne(['replay', BOX, '--bisect', ...two])
    expect(same.code).toBe(1)
    expect(same.out).toMatch(/^none of 2 releases: decisions differ/)
  })

  it('says in one line what is wrong with what it was given', async () => {
    const bad = release('bad.json', { predictor: 9 })
    for (const words of [
      ['replay', BOX, '--release', bad],
      ['replay', BOX, '--release', join(folder, 'none.json')],
      ['replay', BOX, '--until', 'noon'],
      ['replay', BOX, BOX],
      ['replay', BOX, '--behaviour', 'stimuli > 3'],
      ['replay', BOX, '--bisect', bad],
      ['replay', join(folder, 'none.box')],
    ]) {
      const call = await callNocturne(words)
      expect(call).toMatchObject({ code: 2, out: '' })
      expect(call.err.trim().split('\n')).toHaveLength(1)
    }
  })
})
