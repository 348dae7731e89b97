import { describe, expect, it } from 'vitest'
import type { ByteSource } from '../source.ts'
import { type EdfFile, openEdf, type WriteOptions, writeEdf } from './index.ts'

/** A source that counts the bytes asked of it and remembers the largest request. */
function counting(bytes: Uint8Array): ByteSource & { total: number; largest: number } {
  const source = {
    name: 'counted.edf',
    size: bytes.length,
    total: 0,
    largest: 0,
    read: (offset: number, length: number) => {
      source.total += length
      source.largest = Math.max(source.largest, length)
      return Promise.resolve(bytes.subarray(offset, offset + length))
    },
  }
  return source
}

function night(options: WriteOptions = {}, gap?: [number, number]): Uint8Array {
  const samples = Float32Array.from({ length: 1_200_000 }, (_, i) => i % 1000)
  if (gap) samples.fill(Number.NaN, ...gap)
  const channels = ['A', 'B', 'C', 'D'].map((label) => ({
    label,
    unit: 'uV',
    rateHz: 100,
    samples,
  }))
  const annotations = [{ onsetS: 6000, text: 'half way' }]
  return writeEdf({ durationS: 12_000, channels, annotations }, options)
}

async function opened(source: ByteSource): Promise<EdfFile> {
  const result = await openEdf(source)
  if (!result.ok) throw new Error(JSON.stringify(result.problem))
  return result.value
}

describe('a large file', () => {
  it('opens from its header and two clocks; annotations are read when asked for', async () => {
    const source = counting(night())
    const file = await opened(source)
    expect(source.total).toBeLessThan(20_000)
    expect(await file.annotations()).toEqual([{ onsetS: 6000, text: 'half way' }])
    expect(file.warnings).toEqual([])
  })

  it('that hides a gap behind EDF+C betrays it by its last clock', async () => {
    const bytes = night({}, [300_000, 400_000])
    bytes.set([0x43], 196)
    const file = await opened(counting(bytes))
    expect(file.header).toMatchObject({ format: 'EDF+C', continuous: false, durationS: 12_000 })
    const { samples } = await file.readChannel('B', { startS: 2999.98, endS: 4000.02 })
    expect(Array.from(samples.subarray(0, 3), Math.round)).toEqual([998, 999, Number.NaN])
    expect(Array.from(samples.subarray(-3), Math.round)).toEqual([Number.NaN, 0, 1])
  })

  it('is read a megabyte at a time', async () => {
    const source = counting(night())
    const file = await opened(source)
    const channels = await file.readChannels([0, 1, 2, 3])
    expect(channels.every(({ samples }) => samples[1_199_999]! > 998.9)).toBe(true)
    expect(source.largest).toBeLessThanOrEqual(1 << 20)
  })

  it('with records of minutes costs one channel’s bytes for one channel', async () => {
    const source = counting(night({ recordDurationS: 2400 }))
    const file = await opened(source)
    expect(file.header.records).toBe(5)
    const { samples } = await file.readChannel(2)
    expect(Math.round(samples[777_777]!)).toBe(777)
    expect(source.total).toBeLessThan(2_500_000)
    const few = source.total
    expect(Array.from(await file.readDigital(1, 1_199_998, 5))).toHaveLength(2)
    expect(source.total - few).toBeLessThan(500_000)
  })

  it('that shrinks while it is read is a rejection, not a silence', async () => {
    const bytes = night()
    const file = await opened({ ...counting(bytes), read: (o, n) => shrunk(bytes, o, n) })
    await expect(file.readChannel(0)).rejects.toThrow('it changed while read')
  })
})

function shrunk(bytes: Uint8Array, offset: number, length: number): Promise<Uint8Array> {
  const end = length > 100_000 ? Math.min(offset + length, 5_000_000) : offset + length
  return Promise.resolve(bytes.subarray(offset, Math.max(offset, end)))
}
