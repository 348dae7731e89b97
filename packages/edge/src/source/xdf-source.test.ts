import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describeProblem } from '@nocturne/core/math'
import { afterAll, describe, expect, it } from 'vitest'
import { openSource } from './open-source.ts'
import type { SourceOptions } from './source.ts'

const folder = mkdtempSync(join(tmpdir(), 'nocturne-xdf-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** A chunk: its length in 1, 4 or 8 bytes, a tag, what it holds. */
function chunk(tag: number, content: Buffer, width: 1 | 4 | 8 = 4): Buffer {
  const head = Buffer.alloc(1 + width + 2)
  head[0] = width
  const length = content.length + 2
  if (width === 1) head.writeUInt8(length, 1)
  else if (width === 4) head.writeUInt32LE(length, 1)
  else head.writeBigUInt64LE(BigInt(length), 1)
  head.writeUInt16LE(tag, 1 + width)
  return Buffer.concat([head, content])
}

function header(id: number, fields: Readonly<Record<string, string | number>>, desc = ''): Buffer {
  const inside = Object.entries(fields).map(([name, value]) => `<${name}>${value}</${name}>`)
  const xml = `<?xml version="1.0"?><info>${inside.join('')}<desc>${desc}</desc></info>`
  return chunk(2, Buffer.concat([u32(id), Buffer.from(xml)]), 8)
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}

/** Samples of int16 channels, the first with its time, the others by the rate. */
function samples(id: number, atS: number, rows: readonly (readonly number[])[]): Buffer {
  const parts = [u32(id), Buffer.from([4]), u32(rows.length)]
  for (const [i, row] of rows.entries()) {
    const time = Buffer.alloc(i === 0 ? 9 : 1)
    time[0] = i === 0 ? 8 : 0
    if (i === 0) time.writeDoubleLE(atS, 1)
    const values = Buffer.alloc(2 * row.length)
    for (const [k, value] of row.entries()) values.writeInt16LE(value, 2 * k)
    parts.push(time, values)
  }
  return chunk(3, Buffer.concat(parts))
}

const EEG = {
  ...{ name: 'Cap', type: 'EEG', channel_count: 2, nominal_srate: 100, channel_format: 'int16' },
}
const MARKS = { ...EEG, name: 'Marks', type: 'Markers', nominal_srate: 0, channel_format: 'string' }
const DESC =
  '<channels><channel><label>Fz</label><unit>microvolts</unit></channel><channel><label>T</label><unit>celsius</unit></channel></channels>'
const row = (n: number, from = 0): number[][] => {
  return Array.from({ length: n }, (_, i) => [from + i, -1])
}

function file(name: string, chunks: readonly Buffer[]): string {
  const path = join(folder, name)
  const start = Buffer.from(
    '<info><version>1.0</version><datetime>2026-03-02T22:15:00+0100</datetime></info>',
  )
  writeFileSync(path, Buffer.concat([Buffer.from('XDF:'), chunk(1, start, 1), ...chunks]))
  return path
}

async function played(spec: string, options: SourceOptions = {}) {
  const source = await openSource(spec, { speed: 0, ...options })
  if (!source.ok) throw new Error(describeProblem(source.problem))
  const values: [number, number][] = []
  const notices: string[] = []
  source.value.onNotice(({ kind }) => notices.push(kind))
  for await (const { first, columns } of source.value.chunks()) {
    for (const [k, v] of columns[0]!.entries()) values.push([first + k, v])
  }
  await source.value.close()
  return { description: source.value.description, values, notices }
}

const NIGHT = [
  header(7, MARKS),
  header(9, EEG, DESC),
  samples(9, 50, row(100)),
  chunk(4, Buffer.alloc(20)),
  chunk(3, Buffer.concat([u32(7), Buffer.from([1, 1, 0, 1, 65])])),
  samples(9, 51, row(100, 100)),
  samples(9, 52.5, row(50, 200)),
]

describe('an XDF file', () => {
  it('is played by its first EEG stream, its gaps by the timestamps', async () => {
    const { description, values, notices } = await played(file('night.xdf', NIGHT))
    expect(description).toMatchObject({
      ...{ rateHz: 100, live: false, startMs: Date.UTC(2026, 2, 2, 21, 15) },
      channels: [
        { label: 'Fz', unit: 'uV' },
        { label: 'T', unit: 'celsius' },
      ],
    })
    const expected = Array.from({ length: 250 }, (_, i) => [i < 200 ? i : i + 50, i])
    expect(values).toEqual(expected)
    expect(notices).toEqual(['gap', 'ended'])
  })

  it('is played by the stream that is named, at the rate that is asked for', async () => {
    const { values } = await played(`${file('named.xdf', NIGHT)}#Cap`, { rateHz: 200 })
    expect(values.length).toBe(500)
    for (const [at, v] of values.slice(40, 360)) expect(Math.abs(v - at / 2)).toBeLessThan(0.2)
  })

  it('that was cut off is played as far as it goes', async () => {
    const whole = Buffer.concat(NIGHT.slice(0, 4))
    const cut = file('cut.xdf', [whole, NIGHT[5]!.subarray(0, 300)])
    expect((await played(cut)).values.length).toBe(100)
    const odd = samples(9, 51, row(3))
    odd[16] = 5 // a width of times that does not exist
    expect((await played(file('odd.xdf', [whole, odd]))).values.length).toBe(100)
  })

  it.each([
    ['#Tail', 'got "Tail", expected one of Cap'],
    ['#Marks', 'got "Marks", expected one of Cap'],
  ])('without the stream %s is told in one line', async (name, line) => {
    const source = await openSource(`${file('other.xdf', NIGHT)}${name}`)
    expect(!source.ok && describeProblem(source.problem)).toContain(line)
  })

  it('without a signal, or that is none, is told in one line', async () => {
    const marks = await openSource(file('marks.xdf', NIGHT.slice(0, 1)))
    expect(!marks.ok && describeProblem(marks.problem)).toContain('expected a signal at a rate')
    const path = join(folder, 'text.xdf')
    writeFileSync(path, 'a letter')
    const text = await openSource(path)
    expect(!text.ok && describeProblem(text.problem)).toContain('a file that begins with XDF:')
  })
})
