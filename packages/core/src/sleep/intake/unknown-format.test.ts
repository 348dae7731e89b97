import { strToU8, zipSync } from 'fflate'
import { describe, expect, test } from 'vitest'
import { readPersonalRecord } from './read-personal-record.ts'

async function refusal(content: Uint8Array | string): Promise<string> {
  const bytes = typeof content === 'string' ? strToU8(content) : content
  const read = await readPersonalRecord([bytes], { name: 'x' })
  return read.ok ? 'read' : `${read.problem.code}: ${read.problem.got}`
}

describe('a file that no reader knows', () => {
  test.each([
    ['%PDF-1.7 ...', 'a PDF document'],
    ['<!DOCTYPE html><html>', 'a web page'],
    ['<?xml version="1.0"?><gpx><trk/></gpx>', 'XML of <gpx>'],
    ['{"steps": 12}', String.raw`JSON that begins "{\"steps\": 12}"`],
    ['name,age\nAnna,30\n', 'a table that begins "name,age"'],
    [
      'Activity,Start,End\nRun,2023-07-01 07:00,2023-07-01 08:00',
      'a table that begins "Activity,Start,End"',
    ],
    ['dear diary', 'text that begins "dear diary"'],
    [`0       ${'X'.repeat(300)}`, 'an EDF recording (try nocturne read or nocturne night)'],
  ])('is refused by what it looks like: %s', async (content, got) => {
    expect(await refusal(content)).toBe(`UNKNOWN_FORMAT: ${got}`)
  })

  test('may be binary, an archive of such, or nothing at all', async () => {
    const noise = Uint8Array.from({ length: 4000 }, (_, i) => (i * 7919) % 251)
    expect(await refusal(noise)).toBe('UNKNOWN_FORMAT: binary data of an unknown kind')
    const zip = zipSync({ 'folder/': new Uint8Array(0), 'a.bin': noise, 'b.txt': strToU8('hello') })
    expect(await refusal(zip)).toBe('UNKNOWN_FORMAT: an archive of a.bin, b.txt')
    expect(await refusal('')).toBe('EMPTY: no bytes')
  })

  test('is told in the same line what is understood', async () => {
    const read = await readPersonalRecord([strToU8('dear diary')])
    expect(!read.ok && read.problem.expected).toMatch(/^one of: Apple Health export, .*sleep diary/)
  })

  test('in archives inside archives is not looked for without an end', async () => {
    let nested: Uint8Array = strToU8('bedtime,waketime\n2023-07-01 23:00,2023-07-02 07:00\n')
    nested = zipSync({ 'a.zip': zipSync({ 'b.zip': zipSync({ 'c.csv': nested }) }) })
    expect(await refusal(nested)).toBe('read')
    expect(await refusal(zipSync({ 'd.zip': nested }))).toMatch(/^TOO_LARGE: archives inside/)
  })
})
