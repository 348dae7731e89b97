import { describe, expect, it } from 'vitest'
import type { Recording } from '../recording.ts'
import { bytesSource } from '../source.ts'
import { type EdfFile, openEdf, readRecording, type WriteOptions, writeEdf } from './index.ts'

const WAVE = Float32Array.from({ length: 1280 }, (_, i) => ((i * 37) % 400) - 200)

const NIGHT: Recording = {
  startTime: '2024-03-02T22:15:30.25',
  durationS: 10,
  channels: [
    { label: 'EEG Fpz-Cz', unit: 'µV', rateHz: 128, samples: WAVE },
    { label: 'Température rectale', unit: 'degC', rateHz: 1, samples: WAVE.slice(0, 10) },
  ],
  annotations: [
    { onsetS: 0, text: 'Lights off' },
    { onsetS: 2, durationS: 30, text: 'Sleep stage N2 – 中文' },
  ],
}

async function reopened(recording: Recording, options: WriteOptions = {}): Promise<EdfFile> {
  const result = await openEdf(bytesSource(writeEdf(recording, options)))
  if (!result.ok) throw new Error(JSON.stringify(result.problem))
  expect(result.value.warnings).toEqual([])
  return result.value
}

describe.each(['EDF+', 'BDF+', 'EDF', 'BDF'] as const)('a written %s file', (format) => {
  const family = format.slice(0, 3)
  const bytes = writeEdf(NIGHT, { format })

  it('passes every check that an EDF+ validator makes', () => {
    expect(faults(bytes)).toEqual([])
  })

  it('opens again without a warning, as what it was written', async () => {
    const { header } = await reopened(NIGHT, { format })
    expect(header.format).toBe(format.endsWith('+') ? `${family}+C` : family)
    expect(header.signals.map(({ label }) => label)).toEqual(['EEG Fpz-Cz', 'Temperature rect'])
    expect(header.signals.map(({ unit }) => unit)).toEqual(['uV', 'degC'])
    expect(header.startTime).toBe(`2024-03-02T22:15:30${format.endsWith('+') ? '.250' : ''}`)
  })
})

describe('the checks of an EDF+ validator', () => {
  it('notice one wrong byte in any part', () => {
    const bytes = writeEdf(NIGHT)
    const at = bytes.length - (bytes.length - 1024) / 10
    const wrong = { 2: 'version', 20: 'patient', 170: 'date', 186: 'header size', 236: 'file size' }
    for (const [index, rule] of Object.entries(wrong)) {
      expect(faults(bytes.with(Number(index), 0x39))).toContain(rule)
    }
    const clock = bytes.lastIndexOf(0x2b, at)
    expect(faults(bytes.with(clock, 0x2a))).toEqual([expect.stringContaining('has no clock')])
  })
})

describe('the writer', () => {
  it('marks what a record lacks of a channel, and leaves out what all lack', async () => {
    const samples = WAVE.slice()
    samples.fill(Number.NaN, 300, 700)
    const channels = [{ ...NIGHT.channels[0]!, samples }]
    const recording = { ...NIGHT, channels, annotations: [] }
    expect(faults(writeEdf(recording))).toEqual([])
    const file = await reopened(recording)
    expect(file.header.format).toBe('EDF+D')
    expect(file.header.segments.map(({ startS }) => startS)).toEqual([0, 700 / 128])
    const marks = await file.annotations()
    expect(marks.map(({ text }) => text)).toEqual(Array(2).fill('Signal missing@@EEG Fpz-Cz'))
    expect(marks[0]!.onsetS).toBeCloseTo(300 / 128, 6)
    const filled = await reopened(recording, { gaps: 'fill' })
    expect(filled.header).toMatchObject({ format: 'EDF+C', continuous: true, durationS: 10 })
    const { samples: read } = await filled.readChannel(0)
    expect(Math.abs(read[500]!)).toBeLessThan(0.01)
  })

  it('writes a hypnogram as annotations only, however many', async () => {
    const stages = Array.from({ length: 2880 }, (_, i) => ({
      onsetS: i * 30,
      durationS: 30,
      text: `Sleep stage N${(i % 3) + 1}`,
    }))
    const recording = { ...NIGHT, channels: [], annotations: stages }
    expect(faults(writeEdf(recording))).toEqual([])
    const file = await reopened(recording)
    expect(file.header).toMatchObject({ recordDurationS: 0, signals: [] })
    expect((await readRecording(file)).annotations).toEqual(stages)
  })

  it('finds room for annotations wherever they crowd', async () => {
    const crowd = Array.from({ length: 500 }, (_, i) => ({
      onsetS: i < 250 ? 4 : 9.99,
      text: `event number ${i}`,
    }))
    const recording = { ...NIGHT, annotations: [...crowd, { onsetS: 999, text: 'after the end' }] }
    expect(faults(writeEdf(recording))).toEqual([])
    expect(await (await reopened(recording)).annotations()).toHaveLength(501)
  })

  it('says who, when and with what as the standard has it', async () => {
    const patient = {
      code: 'MCH 0234567',
      sex: 'F',
      birthdate: '02-MAY-1951',
      name: 'Haagse Harry',
    }
    const { header } = await reopened(NIGHT, {
      patient: { ...patient, sex: 'F' },
      equipment: 'Band 3',
      signals: [{ transducer: 'AgAgCl electrode', prefilter: 'HP:0.1Hz', range: [-500, 500] }],
    })
    expect(header.patient).toBe('MCH_0234567 F 02-MAY-1951 Haagse_Harry')
    expect(header.recording).toBe('Startdate 02-MAR-2024 X X Band_3')
    expect(header.signals[0]).toMatchObject({
      transducer: 'AgAgCl electrode',
      prefilter: 'HP:0.1Hz',
      physicalMin: -500,
      physicalMax: 500,
    })
  })

  it('writes an unknown start as the standard’s placeholder and years beyond 2084 in full', async () => {
    const { startTime: _, ...undated } = NIGHT
    expect((await reopened(undated)).header).toMatchObject({
      recording: 'Startdate X X X Nocturne',
      startTime: '1985-01-01T00:00:00',
    })
    const late = await reopened({ ...NIGHT, startTime: '2101-05-06T07:08:09' })
    expect(late.header.startTime).toBe('2101-05-06T07:08:09')
  })

  it('writes channels that hold nothing, are flat, or beyond any range', async () => {
    const channels = [
      Float32Array.of(),
      Float32Array.of(5, 5),
      Float32Array.of(Number.NaN, 1e30),
    ].map((samples, i) => ({ label: `C${i}`, unit: 'uV', rateHz: 1, samples }))
    const file = await reopened({ durationS: 2, channels, annotations: [] })
    expect((await file.readChannel(1)).samples[1]).toBeCloseTo(5, 3)
    expect((await file.readChannel(2)).samples[1]).toBe(9999999)
  })
})

/** Header fields of the fixed part: start, length. */
const FIXED = { patient: [8, 80], recording: [88, 80], date: [168, 8], time: [176, 8] } as const

/**
 * The rules by which EDFbrowser accepts a file, field by field, put into our own words: what is
 * wrong with these bytes, or nothing.
 */
function faults(bytes: Uint8Array): string[] {
  const text = (start: number, length: number): string =>
    String.fromCharCode(...bytes.subarray(start, start + length))
  const found: string[] = []
  const check = (rule: string, holds: boolean): void => void (holds || found.push(rule))
  const isBdf = bytes[0] === 0xff
  const count = Number(text(252, 4))
  const headerBytes = 256 * (count + 1)
  check('version', isBdf ? text(1, 7) === 'BIOSEMI' : text(0, 8) === '0       ')
  check('printable ASCII', /^[ -~]*$/.test(text(8, headerBytes - 8)))
  check('date', /^(0[1-9]|[12]\d|3[01])\.(0[1-9]|1[0-2])\.(\d\d|yy)$/.test(text(...FIXED.date)))
  check('time', /^([01]\d|2[0-3])\.[0-5]\d\.[0-5]\d$/.test(text(...FIXED.time)))
  check('header size', text(184, 8) === String(headerBytes).padEnd(8))
  const kind = text(192, 44).trim()
  const isPlus = /^(EDF|BDF)\+[CD]$/.test(kind)
  check(
    'reserved',
    isPlus ? kind.startsWith(isBdf ? 'BDF' : 'EDF') : kind === (isBdf ? '24BIT' : ''),
  )
  const records = Number(text(236, 8))
  const duration = Number(text(244, 8))
  check('records', Number.isInteger(records) && records >= 1)
  check('record duration', /^\d+(\.\d+)? *$/.test(text(244, 8)) && (duration > 0 || count === 1))
  const widths = [16, 80, 8, 8, 8, 8, 8, 80, 8, 32]
  const signals = Array.from({ length: count }, (_, i) => {
    let at = 256
    return widths.map((width) => {
      const field = text(at + i * width, width)
      at += width * count
      return field
    })
  })
  const width = isBdf ? 3 : 2
  const most = isBdf ? 8388607 : 32767
  for (const [label, transducer, unit, pmin, pmax, dmin, dmax, filter, samples, rest] of signals) {
    const isNotes = /^(EDF|BDF) Annotations {0,1}$/.test(label!.trimEnd())
    const limits = [pmin, pmax, dmin, dmax].map(Number)
    check('left-justified', ![label, unit, pmin, pmax, dmin, dmax].some((f) => /^ +\S/.test(f!)))
    check('label', label!.trim() !== '')
    check(
      'numbers',
      [pmin, pmax].every((f) => /^-?\d+(\.\d+)? *$/.test(f!)),
    )
    check('physical limits', limits[0] !== limits[1])
    check(
      'digital limits',
      limits[2]! < limits[3]! && limits[2]! >= -most - 1 && limits[3]! <= most,
    )
    check('samples', /^[1-9]\d* *$/.test(samples!))
    check('reserved of signal', rest!.trim() === '')
    if (isNotes) {
      check('annotation label', label === `${isBdf ? 'BDF' : 'EDF'} Annotations `)
      check('annotation limits', limits[2] === -most - 1 && limits[3] === most)
      check('annotation texts', (transducer! + filter! + unit!).trim() === '')
    }
  }
  const sizes = signals.map((fields) => Number(fields[8]) * width)
  const recordBytes = sizes.reduce((sum, size) => sum + size, 0)
  check('record size', recordBytes <= (isBdf ? 15 : 10) * 2 ** 20)
  check('file size', bytes.length === headerBytes + records * recordBytes)
  if (isPlus) {
    const notes = sizes.slice(
      0,
      signals.findIndex(([label]) => /Annotations/.test(label!)),
    )
    const at = headerBytes + notes.reduce((sum, size) => sum + size, 0)
    const lists = Array.from({ length: records }, (_, r) =>
      Buffer.from(bytes.subarray(at + r * recordBytes, at + r * recordBytes + sizes.at(-1)!)),
    )
    found.push(
      ...identityFaults(text(...FIXED.patient), text(...FIXED.recording), text(...FIXED.date)),
    )
    found.push(...clockFaults(lists, duration, kind.endsWith('C')))
  }
  return [...new Set(found)]
}

function identityFaults(patient: string, recording: string, date: string): string[] {
  const birth = '(X|\\d\\d-(JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)-\\d{4})'
  const found: string[] = []
  if (!new RegExp(`^\\S+ [MFX] ${birth} \\S+( \\S+)* *$`).test(patient)) found.push('patient')
  if (!new RegExp(`^Startdate ${birth} \\S+ \\S+ \\S+( \\S+)* *$`).test(recording)) {
    found.push('recording')
  }
  const [, day, month, year] = /^Startdate (\d\d)-(\w{3})-(\d{4})/.exec(recording) ?? []
  const [shortDay, , shortYear] = date.split('.')
  if (day && (day !== shortDay || (shortYear !== 'yy' && !year!.endsWith(shortYear!)))) {
    found.push(`startdate ${month}`)
  }
  return found
}

function clockFaults(lists: readonly Buffer[], duration: number, isContinuous: boolean): string[] {
  const found: string[] = []
  let last = Number.NaN
  for (const [r, list] of lists.entries()) {
    const texts = list.toString('latin1')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the lists are made of them
    const clock = /^\+(\d+(?:\.\d+)?)\x14\x14\0/.exec(texts)
    if (!clock) return [`record ${r} has no clock`]
    const onset = Number(clock[1])
    if (r === 0 && onset >= 1) found.push('first onset')
    if (isContinuous && r > 0 && Math.abs(onset - last - duration) > 2e-7)
      found.push('not continuous')
    if (r > 0 && onset < last + duration - 2e-7) found.push('records overlap')
    last = onset
    const rest = texts.slice(clock[0].length).replace(/\0+$/, '\0')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the lists are made of them
    const notes = /^(?:[+-]\d+(?:\.\d+)?(?:\x15\d+(?:\.\d+)?)?\x14[^\x00-\x08\x14\x15]+\x14\0)*\0?$/
    if (!notes.test(rest)) found.push('annotation list')
  }
  return found
}
