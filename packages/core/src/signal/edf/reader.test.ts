import { describe, expect, it } from 'vitest'
import { edfBytes, type MadeHeader, type MadeSignal, madeAnnotations } from '#test/edf-bytes.ts'
import { describeProblem } from '../../math/result.ts'
import { bytesSource } from '../source.ts'
import { type EdfFile, openEdf } from './index.ts'

const RAMP: MadeSignal = { data: [0, 1, 2, 3, 4, 5, 6, 7] }

async function opened(bytes: Uint8Array): Promise<EdfFile> {
  const result = await openEdf(bytesSource(bytes))
  if (!result.ok) throw new Error(describeProblem(result.problem))
  return result.value
}

async function problem(bytes: Uint8Array): Promise<string> {
  const result = await openEdf(bytesSource(bytes))
  return result.ok ? 'no problem' : describeProblem(result.problem)
}

/** A plain two-record file of one signal with a changed header; gives its warnings. */
async function warned(header: MadeHeader, signal: Partial<MadeSignal> = {}): Promise<EdfFile> {
  return opened(edfBytes(header, [{ ...RAMP, ...signal }], 2))
}

/** EDF+ with records of 1 s whose clocks say `onsets`, four samples a record counting up. */
function clocked(onsets: readonly string[], reserved = 'EDF+D'): Uint8Array {
  const data = Array.from({ length: onsets.length * 4 }, (_, i) => i * 10)
  const clocks = madeAnnotations(
    onsets.map((onset) => (onset === '' ? '\0' : `${onset}\x14\x14\0`)),
  )
  return edfBytes({ reserved }, [{ data }, clocks], onsets.length)
}

describe('a file that keeps the standard', () => {
  it('is read without a warning: header, rate, physical values', async () => {
    const file = await warned({})
    expect(file.warnings).toEqual([])
    expect(file.header).toMatchObject({
      format: 'EDF',
      startTime: '2024-03-02T22:15:30',
      records: 2,
      durationS: 2,
      continuous: true,
      patient: 'X X X X',
    })
    const { samples, rateHz, unit } = await file.readChannel('EEG 1')
    expect([rateHz, unit]).toEqual([4, 'uV'])
    for (const [i, value] of samples.entries()) expect(value).toBeCloseTo(0.1 * i, 6)
  })

  it('gives any window of time, cut at the nearest samples', async () => {
    const file = await warned({})
    const whole = await file.readChannel(0)
    const { samples } = await file.readChannel(0, { startS: 0.5, endS: 1.75 })
    expect(samples).toEqual(whole.samples.slice(2, 7))
    expect((await file.readChannel(0, { startS: 5, endS: 9 })).samples).toHaveLength(0)
  })

  it('may have a rate per signal', async () => {
    const file = await opened(edfBytes({ duration: '2' }, [RAMP, { data: [1, 2] }], 2))
    expect(file.header.signals.map(({ rateHz, nSamples }) => [rateHz, nSamples])).toEqual([
      [2, 8],
      [0.5, 2],
    ])
    expect(Array.from(await file.readDigital(1, 0, 9))).toEqual([1, 2])
  })

  it('in 24 bits keeps the sign of large and small values', async () => {
    const data = [-8388608, -1, 0, 1, 8388607, 256]
    const limits = ['-8388608', '8388607', '-8388608', '8388607'] as const
    const bytes = edfBytes({ version: '\xffBIOSEMI', reserved: '24BIT' }, [{ data, limits }], 2)
    const file = await opened(bytes)
    expect(file.warnings).toEqual([])
    expect(file.header.format).toBe('BDF')
    expect(Array.from((await file.readChannel(0)).samples)).toEqual(data)
  })

  it('gives the same bytes from an odd address', async () => {
    const bytes = edfBytes({}, [RAMP], 2)
    const odd = new Uint8Array(bytes.length + 1)
    odd.set(bytes, 1)
    const file = await opened(odd.subarray(1))
    expect(Array.from(await file.readDigital(0, 0, 8))).toEqual([...RAMP.data])
  })

  it('is never read whole: a window of a large file costs a window of bytes', async () => {
    const bytes = edfBytes({}, [{ data: new Array(40_000).fill(7) }], 2000)
    let asked = 0
    const source = {
      ...bytesSource(bytes),
      read: (offset: number, length: number) => {
        asked += length
        return Promise.resolve(bytes.subarray(offset, offset + length))
      },
    }
    const result = await openEdf(source)
    if (!result.ok) throw new Error('not opened')
    await result.value.readChannel(0, { startS: 1000, endS: 1001 })
    expect(asked).toBeLessThan(2000)
  })

  it('has voltages in microvolts and other units as they are', async () => {
    const units = { mV: 1e3, V: 1e6, nV: 1e-3, '\xb5V': 1, '\xce\xbcV': 1, uv: 1 }
    for (const [unit, factor] of Object.entries(units)) {
      const file = await warned({}, { unit })
      const channel = await file.readChannel(0)
      expect(channel.unit).toBe('uV')
      expect(channel.samples[3]! / factor).toBeCloseTo(0.3, 6)
    }
    expect(await (await warned({}, { unit: 'degC' })).readChannel(0)).toMatchObject({
      unit: 'degC',
    })
  })
})

describe('annotations', () => {
  it('are in time order from the first sample, which may start within a second', async () => {
    const lists = [
      '+0.25\x14\x14\0+3.5\x152.5\x14Sleep stage W\x14\0',
      '+1.25\x14\x14Lights off\x14\0-1\x14early\x14also\x14\0',
    ]
    const file = await opened(
      edfBytes({ reserved: 'EDF+C' }, [{ data: [1, 2] }, madeAnnotations(lists)], 2),
    )
    expect(file.header.startTime).toBe('2024-03-02T22:15:30.250')
    expect(file.warnings).toEqual([])
    expect(await file.annotations()).toEqual([
      { onsetS: -1.25, text: 'early' },
      { onsetS: -1.25, text: 'also' },
      { onsetS: 1, text: 'Lights off' },
      { onsetS: 3.25, durationS: 2.5, text: 'Sleep stage W' },
    ])
  })

  it('may be all there is', async () => {
    const lists = madeAnnotations(['+0\x14\x14\0+30\x1530\x14Sleep stage N2\x14\0'])
    const file = await opened(edfBytes({ reserved: 'EDF+C', duration: '0' }, [lists], 1))
    expect(file.warnings).toEqual([])
    expect(file.header).toMatchObject({ durationS: 0, recordDurationS: 0, signals: [] })
    expect(await file.annotations()).toHaveLength(1)
  })

  it('are UTF-8; those that are not are read as Latin-1 and said so', async () => {
    const good = edfBytes(
      { reserved: 'EDF+C' },
      [{ data: [1] }, madeAnnotations(['+0\x14\x14\0+0\x14Ende der Übung 中文\x14\0'])],
      1,
    )
    expect((await (await opened(good)).annotations())[0]!.text).toBe('Ende der Übung 中文')
    const bad = edfBytes(
      { reserved: 'EDF+C' },
      [{ data: [1] }, madeAnnotations(['+0\x14\x14\0+0\x14fin #t#\x14\0'])],
      1,
    ).map((byte) => (byte === 0x23 ? 0xe9 : byte))
    const file = await opened(bad)
    expect((await file.annotations())[0]!.text).toBe('fin été')
    expect(file.warnings).toEqual([expect.stringContaining('not UTF-8')])
  })

  it('that cannot be read are counted and left out', async () => {
    const lists = [
      '+0\x14\x14\0+x\x14no onset\x14\0+1\x15?\x14no duration\x14\0+2\x14good\x14\0rest\0',
    ]
    const file = await opened(
      edfBytes({ reserved: 'EDF+C' }, [{ data: [1] }, madeAnnotations(lists)], 1),
    )
    expect((await file.annotations()).map(({ text }) => text)).toEqual(['good'])
    expect(file.warnings).toEqual([expect.stringMatching(/^3 annotation lists/)])
  })
})

describe('interrupted recordings', () => {
  it('keep their gaps: samples stay at the time they were taken', async () => {
    const file = await opened(clocked(['+0', '+1', '+3.5', '+4.5']))
    expect(file.header).toMatchObject({ continuous: false, durationS: 5.5 })
    expect(file.header.segments).toEqual([
      { firstRecord: 0, records: 2, startS: 0, durationS: 2 },
      { firstRecord: 2, records: 2, startS: 3.5, durationS: 2 },
    ])
    const { samples } = await file.readChannel(0)
    expect(samples).toHaveLength(22)
    const missing = Array.from(samples, (value, i) => (Number.isNaN(value) ? i : -1))
    expect(missing.filter((i) => i >= 0)).toEqual([8, 9, 10, 11, 12, 13])
    expect(samples[14]).toBeCloseTo(8, 6)
    const window = await file.readChannel(0, { startS: 2.75, endS: 4 })
    expect(window.samples).toEqual(samples.slice(11, 16))
  })

  it('are joined nowhere, not even when the file calls itself continuous', async () => {
    const file = await opened(clocked(['+0', '+1', '+7'], 'EDF+C'))
    expect(file.header).toMatchObject({ continuous: false, durationS: 8 })
    expect(file.warnings).toEqual([expect.stringContaining('declared continuous')])
  })

  it('forgive one clock that fits nowhere', async () => {
    const file = await opened(clocked(['+0', '+1', '+92', '+3', '+4']))
    expect(file.header).toMatchObject({ continuous: true, durationS: 5 })
    expect(file.warnings).toEqual([expect.stringContaining('1 records start out of order')])
  })

  it('forgive missing clocks and records that overlap', async () => {
    const silent = await opened(clocked(['+0', '', '+5']))
    expect(silent.header.segments.map(({ startS }) => startS)).toEqual([0, 5])
    expect(silent.warnings).toEqual([expect.stringContaining('do not say when they start')])
    const back = await opened(clocked(['+0', '+4', '+4.2', '+9']))
    expect(back.header.segments.map(({ startS }) => startS)).toEqual([0, 4, 9])
    expect(back.warnings).toEqual([expect.stringContaining('before the last one ends')])
  })

  it('are refused when the gap would cost gigabytes, unless only a window is wanted', async () => {
    const bytes = clocked(['+0', '+1', '+900000000'])
    expect(await problem(bytes)).toMatch(/got 899999998 s of gaps .* segments .*EDF_GAP/)
    const file = await openEdf(bytesSource(bytes), { anyGap: true })
    if (!file.ok) throw new Error('not opened')
    const at = file.value.header.segments[1]!.startS
    const { samples } = await file.value.readChannel(0, { startS: at, endS: at + 1 })
    expect(samples).toHaveLength(4)
    expect(samples.every((value) => value > 0)).toBe(true)
  })
})

describe('a file that is slightly wrong is read, and said to be wrong:', () => {
  const cases: [string, MadeHeader, Partial<MadeSignal>, RegExp][] = [
    ['number of records -1', { records: '-1' }, {}, /-1 \(recording not closed\): 2 by the file/],
    ['number of records unreadable', { records: 'many' }, {}, /"many": 2 by the file/],
    ['too many records claimed', { records: '9' }, {}, /cut short: 2 of 9 records/],
    ['too few records claimed', { records: '1' }, {}, /number of records is 1: 2 by the file/],
    ['wrong header size', { headerBytes: '1024' }, {}, /header size is "1024", not 512/],
    ['number of signals unreadable', { count: '?' }, {}, /"\?": 1 by the header size field/],
    ['odd version', { version: '0x' }, {}, /version is "0x": read as 16-bit EDF/],
    [
      'no such day',
      { date: '31.02.24', recording: '' },
      {},
      /no date dd.mm.yy: start time unknown/,
    ],
    ['date taken from the recording', { date: 'today' }, {}, /taken from "Startdate 02-MAR-2024/],
    ['dates that differ', { date: '03.03.24' }, {}, /differs from/],
    ['separators in the date', { date: '02/03/24' }, {}, /separators ignored/],
    ['no such time', { time: '26.00.99' }, {}, /no time hh.mm.ss/],
    ['unknown kind', { reserved: 'reserved' }, {}, /not EDF\+C or EDF\+D: read as plain EDF/],
    ['duration with a comma', { duration: '1,0' }, {}, /decimal comma: read as 1/],
    ['duration 0', { duration: '0' }, {}, /1 s was assumed/],
    [
      'decimal comma',
      {},
      { limits: ['-100,0', '100', '-1000', '1000'] },
      /decimal comma: read as -100/,
    ],
    ['swapped physical', {}, { limits: ['100', '-100', '-1000', '1000'] }, /negative gain/],
    [
      'swapped digital',
      {},
      { limits: ['-100', '100', '1000', '-1000'] },
      /digital minimum 1000 is above/,
    ],
    [
      'equal physical',
      {},
      { limits: ['5', '5', '-1000', '1000'] },
      /both 5: digital values are given/,
    ],
    ['equal digital', {}, { limits: ['-1', '1', '0', '0'] }, /both 0: digital values are given/],
    ['no physical limits', {}, { limits: ['', '', '0', '9'] }, /are not two numbers/],
    ['digital beyond 16 bits', {}, { limits: ['-1', '1', '-70000', '9'] }, /does not fit 16 bits/],
    ['samples with a fraction', {}, { samplesPerRecord: '4.0' }, /read as 4/],
    ['no label', {}, { label: '' }, /signal 1: has no label/],
    ['label in Latin-1', {}, { label: 'EEG \xe9' }, /1 header bytes are not ASCII/],
    ['padding with NUL', { patient: 'X\0\0' }, {}, /control characters/],
  ]
  it.each(cases)('%s', async (_, header, signal, expected) => {
    const file = await warned(header, signal)
    expect(file.warnings).toEqual([expect.stringMatching(expected)])
    expect(file.header.records).toBe(2)
    expect(Array.from(await file.readDigital(0, 0, 99))).toEqual([...RAMP.data])
  })

  it('the same complaint about many signals is one sentence', async () => {
    const limits = ['1', '1', '0', '9'] as const
    const signals = Array.from({ length: 9 }, () => ({ ...RAMP, limits }))
    const { warnings } = await opened(edfBytes({}, signals, 2))
    expect(warnings).toEqual([expect.stringMatching(/^signals 1 \("EEG 1"\), .* and 5 more: /)])
  })

  it('signals without samples, which are empty and cost nothing', async () => {
    const none = { data: [1, 1], samplesPerRecord: '0' }
    const file = await opened(edfBytes({ records: '-1' }, [RAMP, none], 2))
    expect(file.warnings[0]).toMatch(/signal 2 \("EEG 2"\): has 0 samples per record: left empty/)
    const [, empty] = await file.readChannels([0, 1])
    expect(empty).toMatchObject({ rateHz: 0, samples: new Float32Array(0) })
  })

  it('labels that occur twice', async () => {
    const { warnings } = await opened(edfBytes({}, [RAMP, { ...RAMP, label: 'EEG 1' }], 2))
    expect(warnings).toEqual([expect.stringContaining('same label as signal 1')])
  })

  it('a last record that is cut, and bytes after the end', async () => {
    const bytes = edfBytes({}, [RAMP], 2)
    const cut = await opened(bytes.subarray(0, bytes.length - 3))
    expect(cut.header.records).toBe(1)
    expect(cut.warnings[0]).toMatch(/1 of 2 records are there; 5 bytes at the end/)
    const long = await opened(Uint8Array.from([...bytes, 1, 2, 3]))
    expect(long.header.records).toBe(2)
    expect(long.warnings[0]).toBe('3 bytes follow the last of 2 records: left out')
  })

  it('annotation signals called otherwise, missing, or in a plain file', async () => {
    const lists = madeAnnotations(['+0\x14\x14\0'])
    const named = { ...lists, label: 'BDF annotations' }
    const first = await opened(edfBytes({ reserved: 'EDF+C' }, [{ data: [1] }, named], 1))
    expect(first.warnings).toEqual([expect.stringContaining('read as EDF Annotations')])
    const low = await opened(edfBytes({ reserved: 'edf+c' }, [{ data: [1] }, lists], 1))
    expect(low.warnings).toEqual(['reserved field is "edf+c": read as EDF+C'])
    const missing = await opened(edfBytes({ reserved: 'EDF+D' }, [{ data: [1] }], 1))
    expect(missing.warnings).toEqual([expect.stringContaining('needs an annotation signal')])
    const plain = await opened(edfBytes({}, [{ data: [1] }, lists], 1))
    expect(plain.warnings).toEqual([expect.stringContaining('its annotations were read')])
    expect(plain.header.signals).toHaveLength(1)
  })
})

describe('a file that is truly broken is refused, with the place, what it holds and what should be', () => {
  const good = edfBytes({}, [RAMP], 2)
  const cases: [string, Uint8Array, RegExp][] = [
    ['empty', new Uint8Array(0), /header: got 0 bytes, expected at least 256.*EDF_TOO_SHORT/],
    ['cut in the header', good.subarray(0, 300), /got 300 bytes, expected 512 bytes for 1 signals/],
    ['text', new TextEncoder().encode('night,bedtime\n'.repeat(40)), /EDF_NOT_EDF/],
    ['gzip', Uint8Array.from([0x1f, 0x8b, ...good]), /got a gzip file.*EDF_NOT_EDF/],
    [
      'no record duration',
      edfBytes({ duration: 'x' }, [RAMP], 2),
      /record duration.*"x".*EDF_HEADER/,
    ],
    ['negative duration', edfBytes({ duration: '-1' }, [RAMP], 2), /seconds, 0 or more/],
    [
      'no samples per record',
      edfBytes({}, [{ ...RAMP, samplesPerRecord: '-4' }], 2),
      /samples per record of signal 1 \("EEG 1"\): got "-4".*EDF_HEADER/,
    ],
    ['no signals', edfBytes({ count: '', headerBytes: '' }, [RAMP], 2), /number of signals/],
  ]
  it.each(cases)('%s', async (_, bytes, expected) => {
    expect(await problem(bytes)).toMatch(expected)
  })

  it('a medium that fails is a problem too', async () => {
    const source = { name: 'x.edf', size: 999, read: () => Promise.reject(new Error('disk gone')) }
    const result = await openEdf(source)
    expect(result).toMatchObject({ ok: false, problem: { code: 'EDF_READ', got: 'disk gone' } })
  })
})
