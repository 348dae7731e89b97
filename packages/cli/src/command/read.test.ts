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

  it('says in one line what, where, got and expected, with exit code 2, when it cannot', async () => {
    const text = file('diary.csv', 'night,bedtime,waketime\n'.repeat(30))
    const broken = await read(text)
    expect(broken.code).toBe(2)
    expect(broken.out).toBe('')
    expect(broken.err).toMatch(/^nocturne read: .*diary\.csv: version .* got .*, expected .*\n$/)
    expect((await read(join(folder, 'none.edf'))).err).toMatch(/got no such file, expected/)
    expect((await read(folder)).err).toMatch(/got a folder or device, expected a file/)
    expect((await read()).code).toBe(2)
  })
})
