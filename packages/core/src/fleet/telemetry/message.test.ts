import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../math/random.ts'
import type { Shape } from './field.ts'
import { kinds, readKindMessage, readMessage, writeMessage } from './message.ts'
import {
  flag,
  list,
  name,
  part,
  readCanonical,
  readFields,
  thousandths,
  whole,
  word,
  writeCanonical,
  writeFields,
} from './shape.ts'

type Whole = {
  readonly zeta: number
  readonly atS: number
  readonly any: string
  readonly isOn: boolean
  readonly word: 'a' | 'ab'
  readonly parts: readonly { readonly n: number; readonly b: boolean }[]
}

const SHAPE: Shape<Whole> = {
  zeta: whole(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
  atS: thousandths('atMs', -10, 1e9),
  any: name(/^[\s\S]*$/),
  isOn: flag,
  word: word(['a', 'ab']),
  parts: list(part({ n: whole(0, 9), b: flag }), 2),
}
const MOST = 200

function inTwoPasses(bytes: Uint8Array) {
  const json = readCanonical(bytes, MOST)
  return json.ok ? readFields(SHAPE, json.value, 'message') : json
}

/** The message with a byte changed, taken out or put in, at every place. */
function spoiled(bytes: Uint8Array, random: ReturnType<typeof seededRandom>): Uint8Array[] {
  return [...bytes.keys()].flatMap((at) => {
    const odd = [0x22, 0x2c, 0x2d, 0x30, 0x39, 0x5c, 0x7d, 0x20, random.integer(256)]
    return odd.flatMap((byte) => {
      const changed = bytes.slice()
      changed[at] = byte
      return [changed, Uint8Array.of(...bytes.subarray(0, at), byte, ...bytes.subarray(at))]
    })
  })
}

describe('a message of a shape', () => {
  const values: readonly Whole[] = [
    { zeta: -7, atS: 1.25, any: '', isOn: true, word: 'ab', parts: [] },
    { zeta: 0, atS: 0, any: 'some text', isOn: false, word: 'a', parts: [{ n: 3, b: true }] },
    {
      ...{ zeta: Number.MAX_SAFE_INTEGER, atS: -0.001, any: '"\\é', isOn: true, word: 'a' },
      parts: [
        { n: 0, b: false },
        { n: 9, b: true },
      ],
    },
  ]

  it('is written and read in one pass as it is in two, whatever byte is wrong (F12)', () => {
    const random = seededRandom(5)
    let read = 0
    for (const value of values) {
      const bytes = writeMessage(SHAPE, value)
      expect(bytes).toEqual(writeCanonical(writeFields(SHAPE, value)))
      expect(readMessage(SHAPE, bytes, MOST, 'message')).toEqual({ ok: true, value })
      for (const other of spoiled(bytes, random)) {
        const found = readMessage(SHAPE, other, MOST, 'message')
        expect(found).toEqual(inTwoPasses(other))
        if (found.ok) {
          read++
          expect(Object.keys(found.value)).toEqual(Object.keys(SHAPE))
        }
      }
    }
    expect(read).toBeGreaterThan(20)
    const long = new TextEncoder().encode('9'.repeat(MOST + 1))
    expect(readMessage(SHAPE, long, MOST, 'message')).toEqual(inTwoPasses(long))
  })

  it('has one of several kinds, and an unknown one is refused (F12)', () => {
    type Word = { kind: 'one'; n: number } | { kind: 'two' }
    const of = kinds<Word>({ one: { n: whole(0, 9) }, two: {} })
    for (const value of [{ kind: 'one', n: 3 } as const, { kind: 'two' } as const]) {
      const bytes = writeMessage(of[value.kind], value)
      expect(readKindMessage(of, bytes, MOST, 'word')).toEqual({ ok: true, value })
    }
    for (const text of ['{"kind":"three"}', '{"kind":"toString"}', '{"n":3}', '[]', '3']) {
      const read = readKindMessage(of, new TextEncoder().encode(text), MOST, 'word')
      expect(read.ok ? text : read.problem.code).toBe('WIRE_SHAPE')
    }
  })
})
