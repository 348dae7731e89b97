import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { hasShared, SHARED_MISSING, sharedPath } from '#test/shared.ts'
import { sin } from '../../math/elementary.ts'
import { seededRandom } from '../../math/random.ts'
import { openEdf } from '../../signal/edf/reader.ts'
import { bytesSource } from '../../signal/source.ts'
import { BAND_MEASURES, bandPowers } from './band-features.ts'
import { readBandPowers } from './band-power-file.ts'

const TABLE = 'data/sleep-eeg/sleep-edf-bandpower/SC4001.csv.gz'
const RAW = 'data/edf/edfio/tests/TEST_DATA/short_psg.edf'

function noise(seconds: number, rateHz: number): Float32Array {
  const random = seededRandom(3)
  return Float32Array.from({ length: seconds * rateHz }, () => 20 * random.normal())
}

describe('band powers of an epoch', () => {
  it('counts whole epochs only', () => {
    expect(bandPowers(noise(29, 100), 100).epochs).toBe(0)
    expect(bandPowers(noise(95, 100), 100).epochs).toBe(3)
  })

  it('finds a 10 Hz wave in the alpha band and nowhere else', () => {
    const wave = Float32Array.from(
      { length: 3000 },
      (_, i) => 50 * sin((2 * Math.PI * 10 * i) / 100),
    )
    const [delta, theta, alpha, beta] = bandPowers(wave, 100).values
    expect(alpha! * 5.08).toBeCloseTo(1250, -2) // mean density x width = power of a 50 uV sine
    for (const other of [delta!, theta!, beta!]) expect(other).toBeLessThan(alpha! * 1e-3)
  })

  it('measures the same at 100, 200 and 256 Hz, within 2 % below 30 Hz', () => {
    const wave = (rateHz: number): Float32Array =>
      Float32Array.from({ length: 60 * rateHz }, (_, i) => {
        const t = i / rateHz
        return 40 * sin(6 * t) + 20 * sin(38 * t) + 10 * sin(63 * t) + 5 * sin(120 * t)
      })
    const reference = bandPowers(wave(100), 100).values
    for (const rateHz of [200, 256]) {
      const other = bandPowers(wave(rateHz), rateHz).values
      for (let k = 0; k < 4; k++) expect(other[k]! / reference[k]!).toBeCloseTo(1, 1)
    }
  })

  it('leaves out what is missing, and is NaN where a third of the epoch is not left', () => {
    const x = noise(90, 100)
    x.fill(NaN, 500, 900)
    x.fill(NaN, 3000, 5500)
    const { values } = bandPowers(x, 100)
    expect(values[0]).toBeGreaterThan(0)
    expect(values[7]).toBeNaN()
    expect(values[14]).toBeGreaterThan(0)
  })

  it('is NaN where the signal does not move', () => {
    const { values } = bandPowers(new Float32Array(6000).fill(12.5), 100)
    expect(values.every(Number.isNaN)).toBe(true)
  })
})

describe.skipIf(!hasShared(TABLE) || !hasShared(RAW))(
  `the measures of the first five minutes of Sleep-EDF SC4001 (${SHARED_MISSING} when skipped)`,
  () => {
    it('equal the published table to 1e-4, from the raw signal of both derivations', async () => {
      const opened = await openEdf(bytesSource(new Uint8Array(readFileSync(sharedPath(RAW)))))
      const table = readBandPowers(new Uint8Array(readFileSync(sharedPath(TABLE))))
      if (!opened.ok || !table.ok) throw new Error('cannot read the shared files')
      for (const { label, powers } of table.value.channels) {
        const signals = opened.value.header.signals
        const index = signals.findIndex((s) => s.label.toLowerCase().includes(`eeg ${label}`))
        const { samples, rateHz } = await opened.value.readChannel(index)
        const measured = bandPowers(samples, rateHz)
        expect(measured.epochs).toBe(10)
        measured.values.forEach((value, i) => {
          const name = `${label} ${BAND_MEASURES[i % 7]} of epoch ${Math.floor(i / 7)}`
          expect(Math.abs(value / powers.values[i]! - 1), name).toBeLessThan(1e-4)
        })
      }
    })
  },
)
