import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TOY_LATTICE } from '#test/made-up-box.ts'
import { bytesSource } from '../../signal/source.ts'
import { recordsOfBody } from './body.ts'
import { ByteCursor, ByteSink } from './byte-sink.ts'
import { putColumn, takeColumn } from './column.ts'
import { boxParts } from './parts.ts'
import { plainOfText, plainText } from './plain-text.ts'
import type { BoxRecord, Lattice } from './record.ts'
import { riceBytes, riceValues } from './rice.ts'
import { recordsOf } from './verify.ts'
import { BoxWriter } from './writer.ts'

const SEED = 20261127

/** Columns of every kind: any bits at all, whole steps, steps with holes, smooth floats. */
const column = fc.oneof(
  fc.array(fc.nat(0xffffffff)).map((bits) => new Float32Array(Uint32Array.from(bits).buffer)),
  fc.array(fc.integer({ min: -40000, max: 40000 })).map((n) => Float32Array.from(n, onLattice)),
  fc
    .array(fc.option(fc.integer({ min: -3000, max: 3000 }), { nil: undefined }))
    .map((n) => Float32Array.from(n, (v) => (v === undefined ? Number.NaN : onLattice(v)))),
  fc.array(fc.float({ noDefaultInfinity: true })).map((values) => Float32Array.from(values)),
  fc
    .array(fc.double({ min: -3, max: 3, noNaN: true }))
    .map((steps) => Float32Array.from(steps, (step, i) => 50 * step + i)),
)
const lattice: fc.Arbitrary<Lattice | undefined> = fc.constantFrom(
  undefined,
  TOY_LATTICE,
  { gain: 0.1, offset: -0.03 },
  { gain: 0, offset: 0 },
)

function onLattice(n: number): number {
  return n * TOY_LATTICE.gain + TOY_LATTICE.offset
}

function bitsOf(samples: Float32Array): number[] {
  return [...new Uint32Array(samples.slice().buffer)]
}

const number = fc.oneof(
  fc.double(),
  fc.constantFrom(Number.NaN, -0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e-320),
)
const plain: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    number,
    fc.string({ unit: 'binary' }),
    fc.boolean(),
    fc.constant(null),
    fc.float64Array({ maxLength: 5 }),
    fc.float32Array({ maxLength: 5 }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(fc.string(), fc.constant('$')), tie('value'), { maxKeys: 4 }),
  ),
})).value

describe('Columns', () => {
  it('come back to the last bit, whatever the bits: every NaN, -0, subnormals', () => {
    fc.assert(
      fc.property(column, lattice, (samples, grid) => {
        const sink = new ByteSink()
        putColumn(sink, samples, grid)
        const cursor = new ByteCursor(sink.taken())
        const read = takeColumn(cursor, samples.length)
        expect(bitsOf(read!)).toEqual(bitsOf(samples))
        expect([cursor.overrun, cursor.at]).toEqual([false, sink.length])
      }),
      { seed: SEED, numRuns: 2000 },
    )
  })

  it('end by themselves when their bytes are any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(300), (bytes, count) => {
        const read = takeColumn(new ByteCursor(bytes), count)
        expect(read === undefined || read.length === count).toBe(true)
      }),
      { seed: SEED, numRuns: 2000 },
    )
  })
})

describe('Rice codes', () => {
  it('give back any 32-bit numbers', () => {
    const value = fc.oneof(fc.nat(20), fc.nat(100_000), fc.nat(0xffffffff))
    fc.assert(
      fc.property(fc.array(value), (values) => {
        const numbers = Uint32Array.from(values)
        expect(riceValues(riceBytes(numbers), values.length)).toEqual(numbers)
      }),
      { seed: SEED, numRuns: 1000 },
    )
  })
})

describe('Plain text', () => {
  it('loses nothing of plain data', () => {
    fc.assert(
      fc.property(plain, (value) => {
        expect(plainOfText(plainText(value))).toStrictEqual(stripped(value))
      }),
      { seed: SEED, numRuns: 2000 },
    )
  })
})

/** fast-check makes objects without a prototype too; the text does not tell them apart. */
function stripped(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(stripped)
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, v]) => [key, stripped(v)]))
}

const piece = fc
  .record({
    kind: fc.constant('samples' as const),
    first: fc.nat(1_000_000),
    columns: fc.nat(40).chain((n) =>
      fc.array(
        fc.array(fc.float(), { minLength: n, maxLength: n }).map((v) => Float32Array.from(v)),
        { maxLength: 4 },
      ),
    ),
  })
  .map((input) => ({ kind: 'input', input }))
const other = fc.oneof(
  fc.record({ kind: fc.constant('event'), event: fc.record({ kind: fc.string(), x: plain }) }),
  fc.record({ kind: fc.constant('sealed'), bytes: fc.uint8Array({ maxLength: 255 }) }),
  fc.record({ kind: fc.constant('note'), text: fc.string({ unit: 'binary' }) }),
)
const records = fc
  .array(fc.tuple(fc.oneof(piece, other), fc.nat(900)), { maxLength: 40 })
  .map((list) => {
    let atMs = 0
    return list.map(([record, later]) => {
      atMs += later
      const stamped = structuredClone(record) as Record<string, unknown>
      if (record.kind === 'note') stamped.atMs = atMs
      if (record.kind === 'input') Object.assign(stamped.input as object, { atMs })
      return stamped as unknown as BoxRecord
    })
  })

describe('Any records', () => {
  it('come back as they were, in their order (N85)', async () => {
    await fc.assert(
      fc.asyncProperty(records, fc.constantFrom(100, 1000, 5000), async (list, blockMs) => {
        const writer = new BoxWriter({ blockMs })
        for (const record of list) writer.append(record)
        writer.cut()
        const bytes = Uint8Array.from(writer.taken().flatMap((p) => [...p.bytes]))
        const read: BoxRecord[] = []
        for await (const part of boxParts([bytesSource(bytes)])) {
          if (part.kind === 'block') read.push(...recordsOf(part)!)
          else expect(part.kind).toBe('segment')
        }
        expect(read).toEqual(list)
      }),
      { seed: SEED, numRuns: 200 },
    )
  })

  it('are not made of any bytes: a body that is none is told as such', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(50), (bytes, count) => {
        const read = recordsOfBody(bytes, count)
        expect(read === undefined || read.length === count).toBe(true)
      }),
      { seed: SEED, numRuns: 1000 },
    )
  })
})
