import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { hasShared, SHARED_MISSING, sharedJson, sharedPath } from '#test/shared.ts'
import { bytesSource } from '../source.ts'
import { type EdfFile, openEdf } from './index.ts'

type Inventory = {
  file: string
  reserved: string
  version: string
  startdate: string
  starttime: string
  nrec: number
  recdur: number
  ns: number
  labels: string[]
  samples_per_record: number[]
  mne?: {
    n_annot: number
    annot0: [number, number, string] | null
    sfreq: number
    ch0: string
    ch0_first5_V: number[]
  }
}

type Reference = {
  reserved: string
  patient: string
  recording: string
  starttime: string
  num_data_records: number
  data_record_duration: number
  signals: {
    label: string
    fs: number
    physmin: number
    physmax: number
    digmin: number
    digmax: number
    dim: string
    prefilter: string
    n: number
    first10: number[]
    sum: number
    sumsq: number
  }[]
  annotations: [number, number | null, string][]
}

const WITHOUT = hasShared('data/edf/expected_inventory.json') ? '' : ` (${SHARED_MISSING})`

async function opened(path: string): Promise<EdfFile> {
  const result = await openEdf(bytesSource(new Uint8Array(readFileSync(path)), path))
  if (!result.ok) throw new Error(JSON.stringify(result.problem))
  return result.value
}

/** Files in which MNE leaves annotations out that lie beyond the last sample. */
const CUT_BY_MNE = ['bdfPlusC.bdf', 'edfPlusC.edf', 'evt.bdf']

describe.skipIf(!hasShared('data/edf/expected_inventory.json'))(
  `the test files of other EDF readers${WITHOUT}`,
  () => {
    const inventory = hasShared('data/edf/expected_inventory.json')
      ? sharedJson<Inventory[]>('data/edf/expected_inventory.json')
      : []

    it.each(inventory)('$file has the header that it says', async (expected) => {
      const { header } = await opened(sharedPath(`data/edf/${expected.file}`))
      const family = expected.version === '0' ? 'EDF' : 'BDF'
      const plus = /\+([CD])/.exec(expected.reserved)?.[0] ?? ''
      expect(header.format).toBe(`${family}${plus}`)
      expect(header.records).toBe(expected.nrec)
      expect(header.recordDurationS).toBe(expected.recdur)
      const labels = expected.labels.filter((label) => !/Annotations$/.test(label))
      expect(header.signals.map(({ label }) => label)).toEqual(expect.arrayContaining(labels))
      for (const { samplesPerRecord } of header.signals) {
        expect(expected.samples_per_record).toContain(samplesPerRecord)
      }
      const [day, month] = expected.startdate.split('.')
      if (day === '42' || day === '00') expect(header.startTime).toBeUndefined()
      else {
        expect(header.startTime).toContain(
          `-${month}-${day}T${expected.starttime.replaceAll('.', ':')}`,
        )
      }
    })

    it.each(inventory.filter(({ mne }) => mne))('$file gives what MNE reads', async (expected) => {
      const file = await opened(sharedPath(`data/edf/${expected.file}`))
      const mne = expected.mne!
      const first = file.header.signals[0]!
      // MNE numbers labels that occur twice, resamples slow channels and leaves triggers unscaled.
      expect(mne.ch0.replace(/-0$/, '')).toBe(first.label)
      const comparable = first.rateHz === mne.sfreq && !/status/i.test(first.label)
      if (comparable) {
        const { unit, samples } = await file.readChannel(0)
        const volts = Array.from(samples.subarray(0, 5), (v) => v * (unit === 'uV' ? 1e-6 : 1))
        for (const [i, value] of mne.ch0_first5_V.entries()) {
          const got = volts[i]!
          expect(Math.abs(got - value)).toBeLessThanOrEqual(1e-6 * Math.abs(value) + 1e-12)
        }
      }
      const annotations = await file.annotations()
      const name = expected.file.split('/').at(-1)!
      if (!CUT_BY_MNE.includes(name)) expect(annotations).toHaveLength(mne.n_annot)
      if (mne.annot0) {
        const [onset, duration, text] = mne.annot0
        expect(annotations[0]!.onsetS).toBeCloseTo(onset, 6)
        expect(annotations[0]!.durationS ?? 0).toBeCloseTo(duration, 6)
        expect(annotations[0]!.text).toBe(text)
      }
    })

    it('reads the discontinuous file with its five gaps as missing samples', async () => {
      const path = sharedPath('data/edf/edfreader_r/inst/extdata/edfPlusD.edf')
      const file = await opened(path)
      expect(file.header.segments.map(({ startS }) => startS)).toEqual([0, 2, 4, 12, 15, 19])
      expect(file.header.durationS).toBe(20)
      const { samples, rateHz } = await file.readChannel('sine 1 Hz')
      expect(samples).toHaveLength(20 * rateHz)
      const missing = [1, 3, 10, 11, 13, 14, 16, 17, 18]
      for (let s = 0; s < 20; s++) {
        const second = samples.subarray(s * rateHz, (s + 1) * rateHz)
        expect(second.every((value) => Number.isNaN(value))).toBe(missing.includes(s))
      }
    })
  },
)

describe.skipIf(!hasShared('golden/eeg/edf_reference.json'))(
  `the reference readings${WITHOUT}`,
  () => {
    const reference = hasShared('golden/eeg/edf_reference.json')
      ? sharedJson<Record<string, Reference>>('golden/eeg/edf_reference.json')
      : {}
    const names = hasShared('golden/eeg/edf') ? readdirSync(sharedPath('golden/eeg/edf')) : []

    it.each(names)('%s: header, samples, sums and annotations agree', async (name) => {
      const expected = reference[name]!
      const file = await opened(sharedPath(`golden/eeg/edf/${name}`))
      const { header } = file
      expect(header.patient).toBe(expected.patient)
      expect(header.recording).toBe(expected.recording)
      expect(header.startTime?.slice(11)).toBe(expected.starttime)
      expect(header.records).toBe(expected.num_data_records)
      expect(header.recordDurationS).toBe(expected.data_record_duration)
      expect(header.signals).toHaveLength(expected.signals.length)
      for (const [index, signal] of expected.signals.entries()) {
        const own = header.signals[index]!
        expect(own.label).toBe(signal.label)
        expect([own.physicalMin, own.physicalMax]).toEqual([signal.physmin, signal.physmax])
        expect([own.digitalMin, own.digitalMax]).toEqual([signal.digmin, signal.digmax])
        expect([own.unit, own.prefilter]).toEqual([signal.dim, signal.prefilter])
        expect(own.rateHz).toBeCloseTo(signal.fs, 9)
        const digital = await file.readDigital(index, 0, own.nSamples)
        const physical = Array.from(digital, (value) => value * own.gain + own.offset)
        expect(physical).toHaveLength(signal.n)
        for (const [i, value] of signal.first10.entries()) expect(physical[i]).toBeCloseTo(value, 9)
        const size = Math.sqrt(signal.sumsq * signal.n)
        const sum = physical.reduce((total, value) => total + value, 0)
        const sumsq = physical.reduce((total, value) => total + value * value, 0)
        expect(Math.abs(sum - signal.sum)).toBeLessThan(1e-10 * size)
        expect(Math.abs(sumsq / signal.sumsq - 1)).toBeLessThan(1e-11)
      }
      const annotations = await file.annotations()
      expect(annotations.map((a) => [a.onsetS, a.durationS ?? null, a.text])).toEqual(
        expected.annotations,
      )
    })
  },
)
