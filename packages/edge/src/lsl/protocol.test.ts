import { describe, expect, it } from 'vitest'
import {
  feedRequestText,
  feedResponseText,
  readFeedRequest,
  readFeedResponse,
} from './feed-request.ts'
import { sampleBytes, testPattern } from './sample-format.ts'
import { sampleReader } from './sample-reader.ts'
import { channelsElement, type LslFormat, type LslStreamInfo } from './stream-info.ts'
import { offsetOf, timeAnswer } from './time-sync.ts'

const INFO: LslStreamInfo = {
  ...{ name: 'Head', type: 'EEG', channelCount: 3, rateHz: 250, format: 'float32' },
  ...{ sourceId: 'cap-7', version: 110, createdAtS: 12.5, uid: 'a1-b2', sessionId: 'default' },
  ...{ hostname: 'lab', address: '192.0.2.9', dataPort: 16_572, timePort: 16_573 },
  description: [channelsElement([{ label: 'Fz', unit: 'uV', type: 'EEG' }])],
}
const FORMATS: readonly LslFormat[] = [
  ...(['float32', 'double64', 'string', 'int32', 'int16', 'int8', 'int64'] as const),
]

describe('a sample on the wire', () => {
  it('is a tag, its time where it brings one, and its values, little-endian', () => {
    expect(sampleBytes('float32', [123456.789], [4, -5, 6]).toString('hex')).toBe(
      '02c976be9f0c24fe40000080400000a0c00000c040',
    )
    expect(sampleBytes('int16', [undefined], [1, -2]).toString('hex')).toBe('010100feff')
    expect(sampleBytes('int8', [undefined], [1, -2]).toString('hex')).toBe('0101fe')
    expect(sampleBytes('int32', [undefined], [-1]).toString('hex')).toBe('01ffffffff')
    expect(sampleBytes('int64', [undefined], [258]).toString('hex')).toBe('010201000000000000')
    expect(sampleBytes('double64', [undefined], [1]).toString('hex')).toBe('01000000000000f03f')
  })

  it('has before each text the width of its length and its length in bytes', () => {
    expect(sampleBytes('string', [undefined], ['N2', 'ä', '']).toString('hex')).toBe(
      '0101024e320102c3a40100',
    )
    const long = sampleBytes('string', [undefined], ['x'.repeat(300)])
    expect(long.subarray(0, 6).toString('hex')).toBe('01042c010000')
    expect(long.length).toBe(306)
  })

  it.each(FORMATS)('of %s comes back the same however its bytes are cut', (format) => {
    const values =
      format === 'string'
        ? ['W', '', 'ü'.repeat(200), 'N3', 'a\nb', 'x']
        : [1, -2, 100, -128, 127, 0]
    const bytes = sampleBytes(format, [7.25, undefined], values)
    for (let cut = 0; cut <= bytes.length; cut++) {
      const reader = sampleReader(format, 3, 250)
      const parts = [bytes.subarray(0, cut), bytes.subarray(cut)].map((part) => reader.push(part))
      const samples = parts.flatMap((part) => (part.ok ? [part.value] : []))
      expect(samples.flatMap(({ values: row }) => [...row])).toEqual(values)
      expect(samples.flatMap(({ timestampsS }) => [...timestampsS])).toEqual([7.25, 7.254])
    }
  })

  it('whose time is deduced follows by the rate; in a stream of events it has the same time', () => {
    const bytes = sampleBytes('int8', [10, undefined, undefined], [1, 2, 3])
    const times = (rateHz: number): number[] => {
      const read = sampleReader('int8', 1, rateHz).push(bytes)
      return read.ok ? [...read.value.timestampsS] : []
    }
    expect(times(4)).toEqual([10, 10.25, 10.5])
    expect(times(0)).toEqual([10, 10, 10])
  })

  it('of a big-endian sender is turned round', () => {
    const bytes = Buffer.alloc(17)
    bytes[0] = 2
    bytes.writeDoubleBE(8.5, 1)
    bytes.writeFloatBE(-3.25, 9)
    bytes.writeFloatBE(1e10, 13)
    const read = sampleReader('float32', 2, 100, true).push(bytes)
    expect(read).toEqual({
      ok: true,
      value: {
        timestampsS: Float64Array.of(8.5),
        values: Float64Array.of(-3.25, Math.fround(1e10)),
      },
    })
  })

  it('is refused where it is none', () => {
    expect(sampleReader('float32', 1, 0).push(Buffer.from([3, 0])).ok).toBe(false)
    expect(sampleReader('string', 1, 0).push(Buffer.from([1, 3, 0])).ok).toBe(false)
    expect(sampleReader('string', 1, 0).push(Buffer.from('0104ffffff7f', 'hex')).ok).toBe(false)
  })
})

describe('the test samples that open a feed', () => {
  it.each([
    ['float32', 4, [4, -5, 6]],
    ['float32', 2, [2, -3, 4]],
    ['double64', 4, [16_777_221, -16_777_222, 16_777_223]],
    ['int32', 4, [65_541, -65_542, 65_543]],
    ['int16', 2, [259, -260, 261]],
    ['int8', 4, [5, -6, 7]],
    ['int64', 2, [2_147_483_651, -2_147_483_652, 2_147_483_653]],
    ['string', 4, ['10', '-11', '12']],
  ] as const)('of %s with offset %s are %j', (format, offset, values) => {
    expect(testPattern(format, 3, offset)).toEqual(values)
  })

  it('wrap where an integer format ends', () => {
    expect(testPattern('int8', 130, 4).slice(121, 124)).toEqual([-126, 0, -1])
  })
})

describe('asking for a feed', () => {
  it('names protocol and stream, then the fields, then an empty line', () => {
    const text = feedRequestText(INFO, 90_000)
    expect(text.startsWith('LSL:streamfeed/110 a1-b2\r\nNative-Byte-Order: 1234\r\n')).toBe(true)
    expect(text.endsWith('\r\n\r\n')).toBe(true)
    for (const field of [
      'Has-IEEE754-Floats: 1',
      'Supports-Subnormals: 1',
      'Value-Size: 4',
      'Data-Protocol-Version: 110',
      'Max-Buffer-Length: 90000',
      'Max-Chunk-Length: 0',
      'Endian-Performance: 0',
    ]) {
      expect(text.split('\r\n')).toContain(field)
    }
    expect(readFeedRequest(text)).toEqual({
      ...{ version: 110, uid: 'a1-b2', valueBytes: 4, hasIeeeFloats: true },
      ...{ bufferSamples: 90_000, dataVersion: 110 },
    })
  })

  it('is answered with the stream, the byte order and the protocol of the data', () => {
    const response = feedResponseText(INFO, readFeedRequest(feedRequestText(INFO, 10))!)
    expect(response).toEqual({
      accepted: true,
      text: 'LSL/110 200 OK\r\nUID: a1-b2\r\nByte-Order: 1234\r\nSuppress-Subnormals: 0\r\nData-Protocol-Version: 110\r\n\r\n',
    })
    expect(readFeedResponse(response.text, INFO.uid)).toEqual({
      ok: true,
      value: { bigEndian: false },
    })
  })

  it.each([
    ['LSL:streamfeed\r\n360 0\r\n', '505 Version not supported'],
    ['LSL:streamfeed/100 a1-b2\r\n\r\n', '505 Version not supported'],
    ['LSL:streamfeed/200 a1-b2\r\n\r\n', '505 Version not supported'],
    ['LSL:streamfeed/110 a1-b2\r\nData-Protocol-Version: 100\r\n\r\n', '505 Version'],
    ['LSL:streamfeed/110 a1-b2\r\nHas-IEEE754-Floats: 0\r\n\r\n', '505 Version'],
    ['LSL:streamfeed/110 a1-b2\r\nValue-Size: 8\r\n\r\n', '505 Version not supported'],
    ['LSL:streamfeed/110 other\r\nValue-Size: 4\r\n\r\n', '404 Not found'],
  ])('%j is refused: %s', (head, status) => {
    const response = feedResponseText(INFO, readFeedRequest(head)!)
    expect(response.accepted).toBe(false)
    expect(response.text).toContain(status)
    expect(readFeedResponse(response.text, INFO.uid).ok).toBe(false)
  })

  it.each([
    ['HTTP/1.1 200 OK', '"HTTP/1.1 200 OK"'],
    ['LSL/200 200 OK\r\nUID: a1-b2', '"LSL/200 200 OK"'],
    ['LSL/110 200 OK\r\nUID: c3\r\nData-Protocol-Version: 110', 'stream c3'],
    ['LSL/110 200 OK\r\nUID: a1-b2\r\nData-Protocol-Version: 100', 'protocol 100'],
    ['LSL/110 200 OK\r\nUID: a1-b2', 'protocol 100'],
    ['LSL/110 200 OK\r\nUID: a1-b2\r\nByte-Order: 2143\r\nData-Protocol-Version: 110', '2143'],
  ])('the response %j is not taken', (head, got) => {
    const read = readFeedResponse(head, INFO.uid)
    expect(!read.ok && read.problem.got).toContain(got)
  })
})

describe('comparing clocks', () => {
  it('takes the probe that travelled least', () => {
    const offset = offsetOf([
      { sentS: 10, metS: 110.3, answeredS: 110.301, backS: 10.401 },
      { sentS: 11, metS: 111.004, answeredS: 111.005, backS: 11.01 },
      { sentS: 12, metS: 112.5, answeredS: 112.5, backS: 12.6 },
    ])
    expect(offset!.roundTripS).toBeCloseTo(0.009, 9)
    expect(offset!.offsetS).toBeCloseTo(99.9995, 9)
    expect(offsetOf([])).toBeUndefined()
  })

  it('answers with the wave and the asker’s time, when it met us and when it left', () => {
    const [wave, sent, met, left] = timeAnswer('LSL:timedata\r\n-77 5.25\r\n', 8.5)!
      .trim()
      .split(' ')
    expect([wave, sent, Number(met)]).toEqual(['-77', '5.25', 8.5])
    expect(Number(left)).toBeGreaterThan(8.5)
    expect(timeAnswer('LSL:timedata\r\nx', 1)).toBeUndefined()
  })
})
