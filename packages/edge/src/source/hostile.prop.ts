import { bytesSource, cytonReader, museGatherer, readMuseNotification } from '@nocturne/core/signal'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { timestampIndex } from './timestamp-index.ts'
import { readXdf, xdfSamples } from './xdf-file.ts'

const RUNS = { seed: 11, numRuns: 300 }

/** A small XDF file: one header, three pieces of two channels of int16. */
function xdfFile(): Buffer {
  const chunk = (tag: number, content: Buffer): Buffer => {
    const head = Buffer.from([4, 0, 0, 0, 0, tag, 0])
    head.writeUInt32LE(content.length + 2, 1)
    return Buffer.concat([head, content])
  }
  const fields = { name: 'a', type: 'EEG', channel_count: 2, nominal_srate: 100 }
  const inside = Object.entries({ ...fields, channel_format: 'int16' })
  const xml = inside.map(([name, value]) => `<${name}>${value}</${name}>`).join('')
  const samples = Buffer.from([1, 0, 0, 0, 1, 2, 0, 1, 0, 2, 0, 0, 3, 0, 4, 0])
  return Buffer.concat([
    Buffer.from('XDF:'),
    chunk(2, Buffer.concat([Buffer.from([1, 0, 0, 0]), Buffer.from(`<info>${xml}</info>`)])),
    ...[1, 2, 3].map(() => chunk(3, samples)),
  ])
}

describe('whatever a device or a file gives', () => {
  it('an XDF file with flipped, cut or added bytes is read as far as it makes sense', async () => {
    const whole = xdfFile()
    const damage = fc.record({
      flips: fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 6 }),
      end: fc.nat(whole.length),
      more: fc.uint8Array({ maxLength: 40 }),
    })
    await fc.assert(
      fc.asyncProperty(damage, async ({ flips, end, more }) => {
        const bytes = Buffer.from(whole)
        for (const [at, value] of flips) bytes[at] = value
        const file = bytesSource(Buffer.concat([bytes.subarray(0, end), more]))
        const contents = await readXdf(file)
        if (!contents.ok) return
        for (const stream of contents.value.streams) {
          let count = 0
          for await (const { timestampsS, values } of xdfSamples(file, stream)) {
            count += timestampsS.length
            expect(values.length).toBe(timestampsS.length * stream.stream.channelCount)
          }
          // A sample takes a byte at least, whatever its header says.
          expect(count).toBeLessThanOrEqual(file.size)
        }
      }),
      RUNS,
    )
  })

  it('bytes of a Cyton give packets that were in them, and nothing else is kept', () => {
    const byte = fc.oneof(fc.constantFrom(0xa0, 0xc0, 0xcf), fc.nat(255))
    fc.assert(
      fc.property(fc.array(byte, { maxLength: 400 }), fc.nat(400), (all, cut) => {
        const reader = cytonReader()
        const bytes = Uint8Array.from(all)
        const packets = [
          ...reader.push(bytes.subarray(0, cut)),
          ...reader.push(bytes.subarray(cut)),
        ]
        const whole = cytonReader().push(bytes)
        expect(packets.map(({ number }) => number)).toEqual(whole.map(({ number }) => number))
        const left = bytes.length - 33 * packets.length - reader.skipped()
        expect(left).toBeGreaterThanOrEqual(0)
        expect(left).toBeLessThanOrEqual(33)
      }),
      RUNS,
    )
  })

  it('notifications in any order give rows whose numbers rise, each once', () => {
    const note = fc.tuple(fc.nat(3), fc.nat(40))
    fc.assert(
      fc.property(fc.array(note, { maxLength: 200 }), (notes) => {
        const gatherer = museGatherer()
        const rows = notes.flatMap(([electrode, number]) => {
          const bytes = new Uint8Array(20)
          bytes[1] = number
          return gatherer.push(electrode, readMuseNotification(bytes)!)
        })
        const numbers = rows.map(({ number }) => number)
        expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b))
      }),
      RUNS,
    )
  })

  it('timestamps of any kind give numbers that rise, one for each', () => {
    const times = fc.array(fc.double(), { maxLength: 100 })
    fc.assert(
      fc.property(times, (given) => {
        const runs = timestampIndex(0, 100)(Float64Array.from(given))
        expect(runs.reduce((sum, { from, to }) => sum + to - from, 0)).toBe(given.length)
        let next = 0
        for (const { first, from, to } of runs) {
          expect(first).toBeGreaterThanOrEqual(next)
          next = first + to - from
        }
        // A day a sample at most.
        expect(next).toBeLessThanOrEqual(given.length * 86_401 * 100)
      }),
      RUNS,
    )
  })
})
