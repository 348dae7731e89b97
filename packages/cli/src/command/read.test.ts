import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeEdf } from '@nocturne/core/signal'
import { afterAll, describe, expect, it } from 'vitest'
import type { Io } from '../command.ts'
import { nocturne } from '../nocturne.ts'

const folder = mkdtempSync(join(tmpdir(), 'nocturne-read-'))
afterAll(() => rmSync(folder, { recursive: true }))

function file(name: string, bytes: Uint8Array | string): string {
  const path = join(folder, name)
  writeFileSync(path, bytes)
  return path
}

async function read(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  const said = { out: '', err: '' }
  const io: Io = {
    out: (text) => {
      said.out += text
    },
    err: (text) => {
      said.err += text
    },
    progress: () => undefined,
    signal: new AbortController().signal,
  }
  return { code: await nocturne(['read', ...words], io), ...said }
}

const samples = Float32Array.from([-2, -1, 0, 1, 2, 3, Number.NaN, Number.NaN, 4, 5])
const night = writeEdf({
  startTime: '2024-03-02T22:15:30',
  durationS: 5,
  channels: [{ label: 'EEG Fpz-Cz', unit: 'mV', rateHz: 2, samples }],
  annotations: [{ onsetS: 4, durationS: 1, text: 'Sleep stage W' }],
})

describe('nocturne read', () => {
  it('prints exactly the document that other programs rely on, in the units of the file', async () => {
    const { code, out, err } = await read('--json', file('night.edf', night))
    expect([code, err]).toEqual([0, ''])
    const { channels, ...document } = JSON.parse(out)
    expect(document).toEqual({
      format: 'EDF+D',
      startTime: '2024-03-02T22:15:30',
      durationS: 5,
      records: 4,
      recordDurationS: 1,
      continuous: false,
      annotations: [{ onsetS: 4, durationS: 1, text: 'Sleep stage W' }],
      warnings: [],
    })
    const { first, ...channel } = channels[0]
    expect(channel).toEqual({
      label: 'EEG Fpz-Cz',
      unit: 'mV',
      rateHz: 2,
      nSamples: 8,
      physicalMin: -2,
      physicalMax: 5,
      digitalMin: -32768,
      digitalMax: 32767,
    })
    expect(first).toHaveLength(5)
    for (const [i, value] of first.entries()) expect(value).toBeCloseTo(i - 2, 3)
  })

  it('shows a person the channels, the gaps, the annotations and what is wrong', async () => {
    const cut = file('cut.edf', night.subarray(0, night.length - 1))
    const { code, out } = await read(cut)
    expect(code).toBe(0)
    expect(out).toContain('start     2024-03-02 22:15:30')
    expect(out).toMatch(/1 {2}EEG Fpz-Cz {2}2 Hz +6 {2}-2 \.\. 5 {2}mV/)
    expect(out).toContain('! file is cut short: 3 of 4 records are there')
    expect((await read(file('whole.edf', night))).out).toContain('1 gap, 1 s in all')
  })

  it('counts the sleeps and series of a diary, an export or a logger’s file', async () => {
    const diary = file(
      'diary.csv',
      'night,bedtime,waketime\n,2023-10-27 23:10,2023-10-28 07:00\n,2023-10-28 23:30,2023-10-29 07:00\n',
    )
    const page = await read(diary)
    expect([page.code, page.err]).toEqual([0, ''])
    expect(page.out).toContain('zone      UTC (assumed, as neither the file nor --zone names one)')
    expect(page.out).toContain('sleeps    2 nights, reported by diary')
    const { out } = await read('--json', '--zone', 'Europe/Berlin', diary)
    expect(JSON.parse(out)).toEqual({
      format: 'diary-csv',
      zone: 'Europe/Berlin',
      zoneFrom: 'given',
      sleeps: [
        {
          source: 'diary',
          provenance: 'reported',
          main: 2,
          naps: 0,
          unknown: 0,
          first: '2023-10-27T23:10:00',
          last: '2023-10-28T23:30:00',
        },
      ],
      series: [],
      warnings: [],
    })
  })

  it('says in one line what, where, got and expected, with exit code 2, when it cannot', async () => {
    const broken = await read(file('broken.edf', '0       '.repeat(40)))
    expect(broken.code).toBe(2)
    expect(broken.out).toBe('')
    expect(broken.err).toMatch(/^nocturne read: .*broken\.edf: .* got .*, expected .*\n$/)
    const late = await read(file('diary.csv', 'bedtime,waketime\nlate,early\n'))
    expect([late.code, late.out]).toEqual([2, ''])
    expect(late.err).toMatch(/^nocturne read: .*diary\.csv: line 2: got bed "late", expected .*\n$/)
    const other = await read(file('page.html', '<!DOCTYPE html><html></html>'))
    expect(other.err).toMatch(
      /^nocturne read: .*page\.html: got a web page, expected one of: .*\n$/,
    )
    expect((await read(join(folder, 'none.edf'))).err).toMatch(/got no such file, expected/)
    expect((await read(folder)).err).toMatch(/got a folder or device, expected a file/)
    expect((await read()).code).toBe(2)
  })
})
