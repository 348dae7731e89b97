import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { edfBytes, madeAnnotations } from '#test/edf-bytes.ts'
import { hasShared, sharedPath } from '#test/shared.ts'
import { type Random, seededRandom } from '../../math/random.ts'
import type { Recording } from '../recording.ts'
import { bytesSource } from '../source.ts'
import { openEdf, readRecording, writeEdf } from './index.ts'
import { GAP_ALLOWANCE_SAMPLES } from './limit.ts'

const NIGHTLY = process.env.NOCTURNE_NIGHTLY !== undefined
const MUTANTS = NIGHTLY ? 20_000 : 10_000

const CODES = ['EDF_NOT_EDF', 'EDF_TOO_SHORT', 'EDF_HEADER', 'EDF_GAP', 'EDF_READ']

/** Texts that other writers, or nobody, would put into a header field. */
const FIELD_TEXTS = [
  ...['', '-1', '0', '1', '9', '99999999', '-9999999', '1e9', '1e308', '1e-308', 'NaN', 'Infinity'],
  ...['abc', '1,5', '0.001', '3.7', '\0\0\0\0', 'EDF+C', 'EDF+D', 'BDF+D', 'X X X X', '01.01.85'],
  ...['99.99.99', '256', '512', 'EDF Annotations', 'BDF Annotations', 'uV', '+5', '0x10', '- 1'],
]

/** Texts that stand for a moment in an annotation list. */
const CLOCKS = ['+0', '+1', '-5', '+1e9', '+99999', '+3200000001', '+1.2.3', '+', '+0.9999999']

function bases(): Uint8Array[] {
  const wave = Float32Array.from({ length: 256 }, (_, i) => Math.sin(i / 5) * 100)
  const gap = wave.slice().fill(Number.NaN, 64, 160)
  const recording: Recording = {
    startTime: '2024-03-02T22:15:30.25',
    durationS: 8,
    channels: [
      { label: 'EEG Fpz-Cz', unit: 'uV', rateHz: 32, samples: wave },
      { label: 'SpO2', unit: '%', rateHz: 1, samples: wave.slice(0, 8) },
    ],
    annotations: [
      { onsetS: 0, durationS: 4, text: 'Sleep stage W' },
      { onsetS: 4, durationS: 4, text: 'Sleep stage N1' },
    ],
  }
  const broken = { ...recording, channels: [{ ...recording.channels[0]!, samples: gap }] }
  const made = [
    ...(['EDF', 'EDF+', 'BDF', 'BDF+'] as const).map((format) => writeEdf(recording, { format })),
    writeEdf(broken),
    writeEdf(broken, { format: 'BDF+' }),
    writeEdf({ ...recording, channels: [] }),
    edfBytes({ reserved: 'EDF+D' }, [{ data: [1, 2] }, madeAnnotations(CLOCKS.slice(0, 2))], 2),
  ]
  return [...made, ...sharedBases()]
}

function sharedBases(): Uint8Array[] {
  const folder = sharedPath('golden/eeg/edf')
  if (!hasShared('golden/eeg/edf') || !existsSync(folder)) return []
  const small = readdirSync(folder).map((name) => readFileSync(`${folder}/${name}`))
  return small.filter(({ length }) => length < 20_000).map((bytes) => new Uint8Array(bytes))
}

const MUTATIONS: ((
  bytes: Uint8Array,
  random: Random,
  others: readonly Uint8Array[],
) => Uint8Array)[] = [
  function flipBits(bytes, random) {
    const flipped = bytes.slice()
    const reach = random.uniform() < 0.5 ? Math.min(bytes.length, 1024) : bytes.length
    for (let n = 1 + random.integer(8); n > 0; n--) {
      flipped[random.integer(Math.max(1, reach))]! ^= 1 << random.integer(8)
    }
    return flipped
  },
  function cut(bytes, random) {
    return bytes.slice(0, random.integer(bytes.length + 1))
  },
  function splice(bytes, random, others) {
    const other = others[random.integer(others.length)]!
    const head = bytes.slice(0, random.integer(bytes.length + 1))
    const tail = other.slice(random.integer(other.length + 1))
    return Uint8Array.from([...head, ...tail])
  },
  function writeFixedField(bytes, random) {
    const starts = [0, 8, 88, 168, 176, 184, 192, 236, 244, 252, 256]
    const field = random.integer(starts.length - 1)
    return overwrite(bytes, starts[field]!, starts[field + 1]! - starts[field]!, random)
  },
  function writeSignalField(bytes, random) {
    const count = Math.max(1, Math.floor(bytes.length / 256 > 3 ? 2 : 1))
    const widths = [16, 80, 8, 8, 8, 8, 8, 80, 8, 32]
    const field = random.integer(widths.length)
    const before = widths.slice(0, field).reduce((sum, width) => sum + width * count, 256)
    return overwrite(bytes, before + random.integer(count) * widths[field]!, widths[field]!, random)
  },
  function writeClock(bytes, random) {
    const clocked = bytes.slice()
    const at = clocked.indexOf(0x2b, 512 + random.integer(Math.max(1, bytes.length - 512)))
    const text = CLOCKS[random.integer(CLOCKS.length)]!
    for (let i = 0; at >= 0 && i < text.length && at + i < clocked.length; i++) {
      clocked[at + i] = text.charCodeAt(i)
    }
    return clocked
  },
]

function overwrite(bytes: Uint8Array, at: number, width: number, random: Random): Uint8Array {
  const written = bytes.slice()
  const text = FIELD_TEXTS[random.integer(FIELD_TEXTS.length)]!.padEnd(width).slice(0, width)
  for (let i = 0; i < width && at + i < written.length; i++) written[at + i] = text.charCodeAt(i)
  return written
}

describe('damaged files', () => {
  it(`give a clear problem or a sound recording, ${MUTANTS} of ${MUTANTS} times`, async () => {
    const random = seededRandom(20240302)
    const files = bases()
    const seen = { read: 0, refused: 0 }
    for (let mutant = 0; mutant < MUTANTS; mutant++) {
      let bytes = files[random.integer(files.length)]!
      for (let n = 1 + random.integer(3); n > 0; n--) {
        bytes = MUTATIONS[random.integer(MUTATIONS.length)]!(bytes, random, files)
      }
      await tryOne(bytes, mutant, seen)
    }
    expect(seen.read + seen.refused).toBe(MUTANTS)
    expect(Math.min(seen.read, seen.refused)).toBeGreaterThan(MUTANTS / 20)
  })
})

async function tryOne(
  bytes: Uint8Array,
  mutant: number,
  seen: { read: number; refused: number },
): Promise<void> {
  const source = { ...bytesSource(bytes), read: reading(bytes) }
  const result = await openEdf(source).catch((error: unknown) => {
    throw new Error(`mutant ${mutant}: ${String(error)}`)
  })
  if (!result.ok) {
    seen.refused++
    const { code, where, got, expected } = result.problem
    if (!CODES.includes(code) || code === 'EDF_READ' || !where || !got || !expected) {
      throw new Error(`mutant ${mutant}: ${JSON.stringify(result.problem)}`)
    }
    return
  }
  seen.read++
  const { channels, annotations, durationS } = await readRecording(result.value)
  const samples = channels.reduce((sum, channel) => sum + channel.samples.length, 0)
  const isSound =
    samples <= 8 * bytes.length + GAP_ALLOWANCE_SAMPLES &&
    annotations.length <= bytes.length &&
    Number.isFinite(durationS) &&
    durationS >= 0 &&
    annotations.every(({ onsetS, durationS = 0 }) => Number.isFinite(onsetS) && durationS >= 0) &&
    result.value.warnings.length <= 101
  if (!isSound) throw new Error(`mutant ${mutant}: ${samples} samples, ${durationS} s`)
}

/** Reads never ask for anything outside the file, whatever its header claims. */
function reading(bytes: Uint8Array): (offset: number, length: number) => Promise<Uint8Array> {
  return (offset, length) => {
    if (!(offset >= 0 && length >= 0 && offset + length <= bytes.length)) {
      throw new Error(`read ${length} bytes at ${offset} of ${bytes.length}`)
    }
    return Promise.resolve(bytes.subarray(offset, offset + length))
  }
}
