import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { boxOf, toyRecords } from '#test/made-up-box.ts'
import { callNocturne } from '#test/nocturne.ts'
import { toyHeader, toyInputs } from '#test/toy-loop.ts'

const folder = mkdtempSync(join(tmpdir(), 'nocturne-box-command-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const RECORDS = toyRecords(toyHeader(), toyInputs(60))
const [BOX] = boxOf(RECORDS) as [Uint8Array]

function file(name: string, bytes: Uint8Array): string {
  const path = join(folder, name)
  writeFileSync(path, bytes)
  return path
}

describe('nocturne box', () => {
  it('checks every byte and lists what the box holds', async () => {
    const call = await callNocturne(['box', file('a.box', BOX), '--json'])
    expect(call.code).toBe(0)
    expect(JSON.parse(call.out)).toMatchObject({
      ...{ ok: true, records: RECORDS.length, torn: 0, spanS: 61, ended: true, damages: [] },
      ...{ releases: ['nocturne 0.1.0'], consents: [] },
    })
    const told = await callNocturne(['box', file('a.box', BOX)])
    expect(told.out).toContain('every byte is as it was written; closed in good order')
    expect(told.out).toContain('from 2023-11-14T23:13:20 Europe/Berlin, 0 h 1 min 1 s')
  })

  it('reads the segments beside it', async () => {
    const [first, second, third] = boxOf(RECORDS, { segmentMs: 25_000 })
    const path = file('b.box', first!)
    file('b.box.1', second!)
    file('b.box.2', third!)
    const call = await callNocturne(['box', path, '--json'])
    expect(JSON.parse(call.out)).toMatchObject({ ok: true, segments: 3, records: RECORDS.length })
  })

  it('names a wrong byte and the records it is in, and answers no', async () => {
    const bytes = BOX.slice()
    bytes[20_000] = bytes[20_000]! ^ 0xff
    const path = file('c.box', bytes)
    const call = await callNocturne(['box', path])
    expect(call.code).toBe(1)
    const [was, is] = [BOX[20_000]!, bytes[20_000]!].map((v) => v.toString(16).padStart(2, '0'))
    expect(call.out).toContain(`${path}, byte 20000: got ${is}, expected ${was}, records `)
  })

  it('salvages a torn box to a whole one', async () => {
    const path = file('d.box', BOX.subarray(0, 25_000))
    const saved = join(folder, 'saved.box')
    const call = await callNocturne(['box', path, '--salvage', saved, '--json'])
    expect(call.code).toBe(1)
    const { torn, records } = JSON.parse(call.out)
    expect(torn).toBeGreaterThan(0)
    expect(readFileSync(saved)).toEqual(Buffer.from(BOX.subarray(0, 25_000 - torn)))
    const again = await callNocturne(['box', saved, '--json'])
    expect(again.code).toBe(0)
    expect(JSON.parse(again.out)).toMatchObject({ ok: true, torn: 0, records, ended: false })
  })

  it('does not salvage a box into itself, and knows what is no box', async () => {
    const path = file('e.box', BOX)
    expect((await callNocturne(['box', path, '--salvage', path])).code).toBe(2)
    const text = file('f.csv', new TextEncoder().encode('night,bedtime\n'.repeat(20)))
    const call = await callNocturne(['box', text])
    expect(call).toMatchObject({ code: 2, out: '' })
    expect(call.err).toMatch(/byte 0: got .* expected a black box/)
    expect((await callNocturne(['box', join(folder, 'none.box')])).code).toBe(2)
  })
})

describe('nocturne why', () => {
  it('explains a moment in words, as JSON and as a picture', async () => {
    const path = file('g.box', BOX)
    const picture = join(folder, 'why.png')
    const words = ['why', path, '--at', '23:14:05', '--out', picture]
    const told = await callNocturne(words)
    expect(told.code).toBe(0)
    expect(told.out).toMatch(/^23:14:05 {2}not done: NOT_DEEP\nDeep sleep was not likely enough/)
    expect([...readFileSync(picture).subarray(1, 4)]).toEqual(
      [...'PNG'].map((c) => c.charCodeAt(0)),
    )
    const call = await callNocturne([...words, '--json'])
    const { at, decision, reason, rule, inputs } = JSON.parse(call.out)
    expect([at, decision.code, rule]).toEqual(['23:14:05', 'NOT_DEEP', 'N50'])
    expect(reason).toBe('Deep sleep was not likely enough.')
    expect(inputs.gates).toHaveLength(5)
  })

  it('refuses a time that is none, or that the night does not reach', async () => {
    const path = file('h.box', BOX)
    for (const at of ['noon', '25:00:00', '05:00:00']) {
      expect((await callNocturne(['why', path, '--at', at])).code).toBe(2)
    }
    expect((await callNocturne(['why', path])).code).toBe(2)
    expect((await callNocturne(['why', path, '--at', '23:14:05', '--out', 'a.gif'])).code).toBe(2)
  })
})
