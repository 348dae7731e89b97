import { describe, expect, it } from 'vitest'
import { boxOf, TOY_LATTICE, toyRecords } from '#test/made-up-box.ts'
import { toyHeader, toyInputs } from '#test/toy-loop.ts'
import { bytesSource } from '../../signal/source.ts'
import type { BoxDamage } from './damage.ts'
import { type BoxPart, boxParts } from './parts.ts'
import type { BoxRecord } from './record.ts'
import { salvagedBox } from './salvage.ts'
import { type BoxSummary, recordsOf, verifyBox } from './verify.ts'
import { BoxWriter } from './writer.ts'

const RECORDS = toyRecords(toyHeader(), toyInputs(12))
const [BOX] = boxOf(RECORDS) as [Uint8Array]

async function allRecords(...segments: Uint8Array[]): Promise<BoxRecord[]> {
  const records: BoxRecord[] = []
  for await (const part of boxParts(segments.map((bytes) => bytesSource(bytes)))) {
    if (part.kind === 'block') records.push(...recordsOf(part)!)
  }
  return records
}

async function verified(...segments: Uint8Array[]): Promise<BoxSummary> {
  const result = await verifyBox(segments.map((bytes, k) => bytesSource(bytes, `part ${k}`)))
  if (!result.ok) throw new Error(JSON.stringify(result.problem))
  return result.value
}

async function damagesOf(bytes: Uint8Array): Promise<readonly BoxDamage[]> {
  return (await verified(bytes)).damages
}

function flipped(at: number, xor: number): Uint8Array {
  const bytes = BOX.slice()
  bytes[at] = bytes[at]! ^ xor
  return bytes
}

async function blockAt(place: number): Promise<Extract<BoxPart, { kind: 'block' }>> {
  let k = 0
  for await (const part of boxParts([bytesSource(BOX)])) {
    if (part.kind === 'block' && k++ === place) return part
  }
  throw new Error(`no block ${place}`)
}

describe('A black box', () => {
  it('gives back every input, event, header, note and seal as it was (N85, N86)', async () => {
    expect(await allRecords(BOX)).toEqual(RECORDS)
  })

  it('tells what is in it', async () => {
    const summary = await verified(BOX)
    expect(summary).toMatchObject({
      ...{ ok: true, records: RECORDS.length, torn: 0, ended: true, sealed: true, segments: 1 },
      ...{
        damages: [],
        releases: ['nocturne 0.1.0'],
        timeZone: 'Europe/Berlin',
        bytes: BOX.length,
      },
    })
    expect(summary.counts.samples).toBe(12 * 64)
    expect(summary.counts.decisions).toBeGreaterThan(8)
    expect(summary.chain).toMatch(/^[0-9a-f]{64}$/)
  })

  it('has the same bytes for the same night, however often it is written', () => {
    expect(boxOf(toyRecords(toyHeader(), toyInputs(12)))[0]).toEqual(BOX)
  })

  it('goes on in further segments, which may lie in one file or in many', async () => {
    const segments = boxOf(RECORDS, { segmentMs: 4000 })
    expect(segments.length).toBe(4)
    expect(await allRecords(...segments)).toEqual(RECORDS)
    const joined = Uint8Array.from(segments.flatMap((bytes) => [...bytes]))
    expect(await verified(joined)).toMatchObject({ ok: true, segments: 4, ended: true })
    const bySize = boxOf(RECORDS, { segmentBytes: 3000 })
    expect(bySize.length).toBeGreaterThan(1)
    expect(await verified(...bySize)).toMatchObject({ ok: true, records: RECORDS.length })
  })

  it('misses a segment that is gone or stands in the wrong place', async () => {
    const [a, b, c] = boxOf(RECORDS, { segmentMs: 5000 }) as [Uint8Array, Uint8Array, Uint8Array]
    for (const segments of [
      [a, c],
      [b, c],
      [a, c, b],
      [a, b, b, c],
    ]) {
      const { ok, damages } = await verified(...segments)
      expect(ok).toBe(false)
      expect(damages[0]!.what).toBe('order')
    }
  })

  it('finds the one wrong byte wherever it is, and reads on as if it were right (N88)', async () => {
    const [small] = boxOf(toyRecords(toyHeader(), toyInputs(2))) as [Uint8Array]
    const whole = process.env.NOCTURNE_NIGHTLY ? BOX : small
    for (let at = 0; at < whole.length; at++) {
      const bytes = whole.slice()
      const xor = 1 + ((at * 37) % 255)
      bytes[at] = bytes[at]! ^ xor
      const [damage, ...more] = await damagesOf(bytes)
      expect(more).toEqual([])
      expect(damage).toMatchObject({ what: 'byte', offset: at, bytes: 1 })
      expect([damage!.was, damage!.is]).toEqual([whole[at], bytes[at]])
    }
  })

  it('names the records of the block in which the wrong byte is', async () => {
    const [damage] = await damagesOf(flipped(BOX.length - 200, 0x40))
    expect(damage!.record + damage!.records).toBeLessThanOrEqual(RECORDS.length)
    const read = await allRecords(flipped(BOX.length - 200, 0x40))
    expect(read).toEqual(RECORDS)
  })

  it('tells the block in which several bytes are wrong, and reads those around it', async () => {
    const part = await blockAt(4)
    const bytes = BOX.slice()
    for (const at of [40, 43, 90, 140]) bytes[part.offset + at] = bytes[part.offset + at]! ^ 0x33
    const { ok, damages, records } = await verified(bytes)
    expect(ok).toBe(false)
    const place = { offset: part.offset, bytes: part.bytes.length }
    const which = { record: part.head.recordsBefore, records: part.head.records }
    expect(damages).toEqual([{ what: 'block', source: 'part 0', ...place, ...which }])
    expect(records).toBe(RECORDS.length - part.head.records)
  })

  it('goes on at the next head when a head itself is lost', async () => {
    const parts: number[] = []
    for await (const part of boxParts([bytesSource(BOX)])) {
      if (part.kind === 'block') parts.push(part.offset)
    }
    const bytes = BOX.slice()
    bytes.fill(0, parts[3], parts[3]! + 20)
    const { damages } = await verified(bytes)
    expect(damages).toEqual([
      expect.objectContaining({
        ...{ what: 'block', offset: parts[3], bytes: parts[4]! - parts[3]! },
      }),
    ])
  })

  it('knows a block that was changed with care from one that was changed by chance', async () => {
    // Another night's block, with a right CRC-32, in the place of ours.
    const inputs = toyInputs(12, 2)
    const [other] = boxOf(toyRecords(toyHeader(), inputs)) as [Uint8Array]
    const offsets: [number, number][] = []
    for await (const part of boxParts([bytesSource(other)])) {
      if (part.kind === 'block') offsets.push([part.offset, part.bytes.length])
    }
    const [from, length] = offsets[0]!
    const forged = Uint8Array.from([...other.slice(0, from), ...other.slice(from)])
    const ours = BOX.slice(from, from + length)
    expect(ours).not.toEqual(other.slice(from, from + length))
    const mixed = Uint8Array.from([...forged.slice(0, from + length), ...BOX.slice(from + length)])
    expect((await damagesOf(mixed)).map(({ what }) => what)).toContain('altered')
  })

  it('loses nothing before a torn end, wherever it is torn', async () => {
    const ends: [end: number, records: number][] = [[0, 0]]
    for await (const part of boxParts([bytesSource(BOX)])) {
      if (part.kind !== 'block') continue
      const { recordsBefore, records } = part.head
      ends.push([part.offset + part.bytes.length, recordsBefore + records])
    }
    // Every length of the first three seconds, and some of the rest.
    for (let length = 0; length < BOX.length; length += length < 2000 ? 1 : 37) {
      const [end, records] = ends.findLast(([at]) => at <= length)!
      const cut = BOX.subarray(0, length)
      const summary = await verified(cut)
      expect(summary.records).toBe(records)
      // A whole head of a segment is no torn end.
      expect(summary.torn).toBe(length - (end === 0 && length >= 96 ? 96 : end))
    }
  })

  it('is salvaged to a whole box: what was before the torn end, single wrong bytes mended', async () => {
    const torn = flipped(900, 0x80).subarray(0, BOX.length - 30)
    const pieces: number[] = []
    for await (const bytes of salvagedBox([bytesSource(torn)])) pieces.push(...bytes)
    const saved = Uint8Array.from(pieces)
    expect(saved).toEqual(BOX.subarray(0, saved.length))
    expect(await verified(saved)).toMatchObject({ ok: true, torn: 0, ended: false })
  })

  it('is not taken for one when it is something else or of another version', async () => {
    const text = new TextEncoder().encode('night,bedtime,waketime\n'.repeat(9))
    const wrong = await verifyBox([bytesSource(text, 'diary.csv')])
    expect(!wrong.ok && wrong.problem).toMatchObject({ code: 'BOX_MAGIC' })
    const { segmentBytes } = await import('./frame.ts')
    const chainBefore = new Uint8Array(32)
    const later = segmentBytes({ version: 2, number: 0, recordsBefore: 0, chainBefore })
    const newer = await verifyBox([bytesSource(later)])
    expect(!newer.ok && newer.problem).toMatchObject({ code: 'BOX_VERSION', got: 'version 2' })
  })
})

describe('The arm of a trial', () => {
  it('shows in no size and no byte but those of its seal (N80)', async () => {
    const seals = [Uint8Array.of(7), new Uint8Array(255).fill(0xa5)]
    const [sham, stim] = seals.map((seal) => {
      return boxOf(toyRecords(toyHeader(), toyInputs(12), seal))[0]!
    }) as [Uint8Array, Uint8Array]
    expect(sham.length).toBe(stim.length)
    const blocks = await Promise.all([sham, stim].map(blocksOf))
    expect(blocks[0]!.map(({ length }) => length)).toEqual(blocks[1]!.map(({ length }) => length))
    // All bodies but the first, in which the seals are, are the same to the byte.
    expect(blocks[0]!.slice(1)).toEqual(blocks[1]!.slice(1))
  })
})

async function blocksOf(bytes: Uint8Array): Promise<Uint8Array[]> {
  const bodies: Uint8Array[] = []
  for await (const part of boxParts([bytesSource(bytes)])) {
    if (part.kind === 'block') bodies.push(part.body)
  }
  return bodies
}

describe('BoxWriter', () => {
  it('ends a block at each second and never between an input and what it caused', async () => {
    for await (const part of boxParts([bytesSource(BOX)])) {
      if (part.kind !== 'block') continue
      const [first] = recordsOf(part)!
      expect(first!.kind).not.toBe('event')
    }
  })

  it('hands a command over with the next input, not with the next second', () => {
    const writer = new BoxWriter()
    const at = RECORDS.findIndex((r) => r.kind === 'event' && r.event.kind === 'command')
    for (const record of RECORDS.slice(0, at + 1)) writer.append(record)
    expect(writer.taken().at(-1)!.records).toBeLessThanOrEqual(at)
    writer.append(RECORDS[at + 1]!)
    expect(writer.taken().map(({ records }) => records)).toEqual([at + 1])
  })

  it('keeps what it was given when the caller uses the buffers again', async () => {
    const writer = new BoxWriter({ lattices: [TOY_LATTICE] })
    const column = Float32Array.of(1, 2, 3)
    const input = { kind: 'samples', atMs: 10, first: 0, columns: [column] } as const
    writer.append({ kind: 'input', input })
    column.fill(9)
    writer.cut()
    const [record] = await allRecords(writer.taken()[0]!.bytes)
    expect(record).toMatchObject({ input: { columns: [Float32Array.of(1, 2, 3)] } })
  })

  it('refuses a device time that is not whole', () => {
    const writer = new BoxWriter()
    const tick = { kind: 'tick', atMs: 0.5 } as const
    expect(() => writer.append({ kind: 'input', input: tick })).toThrow(/device time 0.5/)
  })
})
