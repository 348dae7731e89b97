import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readFeedRequest, readFeedResponse } from './feed-request.ts'
import { matchesQuery } from './query.ts'
import { sampleBytes } from './sample-format.ts'
import { sampleReader } from './sample-reader.ts'
import { FORMAT_BYTES, type LslFormat, readStreamInfo } from './stream-info.ts'
import { timeAnswer } from './time-sync.ts'
import { readXml, writeXml } from './xml.ts'

const RUNS = { seed: 7, numRuns: 400 }
const FORMATS = Object.keys(FORMAT_BYTES) as LslFormat[]

/** Bytes that begin as a protocol would have them, and go on as they like. */
const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc.array(fc.constantFrom(0, 1, 2, 4, 8, 255), { maxLength: 100 }).map((a) => Uint8Array.from(a)),
)
const text = fc.oneof(
  fc.string({ maxLength: 200 }),
  fc
    .array(
      fc.constantFrom(
        ...[
          '<info>',
          '</info>',
          '<a',
          '/>',
          '<!--',
          '-->',
          '&lt;',
          '&#x;',
          '<name>',
          '</name>',
          'x',
        ],
        ...[
          'LSL:streamfeed/110 u\r\n',
          'LSL/110 200 OK\r\n',
          'UID: u\r\n',
          'Byte-Order: 0',
          ';',
          '\r\n',
        ],
        ...[
          'LSL:timedata\r\n',
          '1 2',
          'name',
          '=',
          "'",
          '"',
          '(',
          ')',
          'and',
          'not',
          ',',
          'count',
          ' ',
        ],
      ),
      { maxLength: 40 },
    )
    .map((parts) => parts.join('')),
)

describe('whatever comes over the network', () => {
  it('bytes are samples or a problem, and never keep more than they brought', () => {
    fc.assert(
      fc.property(bytes, fc.nat(200), fc.constantFrom(...FORMATS), fc.nat(5), (all, cut, f, n) => {
        const reader = sampleReader(f, n, 100)
        for (const part of [all.subarray(0, cut), all.subarray(cut)]) {
          const read = reader.push(part)
          if (!read.ok) return
          expect(read.value.values.length).toBe(read.value.timestampsS.length * n)
        }
      }),
      RUNS,
    )
  })

  it('samples of any values come back, cut anywhere', () => {
    const rows = fc.array(fc.tuple(fc.option(fc.double({ noNaN: true })), fc.string()), {
      maxLength: 20,
    })
    fc.assert(
      fc.property(rows, fc.nat(400), (given, cut) => {
        const times = given.map(([at]) => at ?? undefined)
        const texts = given.map(([, word]) => Buffer.from(word).toString())
        const all = sampleBytes('string', times, texts)
        const reader = sampleReader('string', 1, 0)
        const read = [all.subarray(0, cut), all.subarray(cut)].map((part) => reader.push(part))
        const back = read.flatMap((part) => (part.ok ? [...part.value.values] : ['broken']))
        expect(back).toEqual(texts)
      }),
      RUNS,
    )
  })

  it('texts are what they say or nothing, and no text takes long', () => {
    fc.assert(
      fc.property(text, (said) => {
        const root = readXml(said)
        if (root) expect(readXml(writeXml(root))).toEqual(root)
        expect(typeof readStreamInfo(said, 'x').ok).toBe('boolean')
        expect(typeof readFeedResponse(said, 'u').ok).toBe('boolean')
        expect(readFeedRequest(said)?.version ?? 0).toBeGreaterThanOrEqual(0)
        expect(timeAnswer(said, 1) ?? ' 1').toMatch(/^ -?\d+/)
        const info = { name: 'info', text: '', children: [] }
        expect(typeof matchesQuery(info, said)).toBe('boolean')
      }),
      { ...RUNS, numRuns: 2000 },
    )
    const deep = { name: 'info', text: '', children: [] }
    expect(matchesQuery(deep, '('.repeat(4000))).toBe(false)
    expect(matchesQuery(deep, `${'not('.repeat(800)}a${')'.repeat(800)}`)).toBe(false)
    expect(readXml('<a>'.repeat(100_000))).toBeUndefined()
    expect(readXml(`<a ${'x'.repeat(1_000_000)}`)).toBeUndefined()
  })
})
