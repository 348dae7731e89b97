import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { hasShared, SHARED_MISSING, sharedJson, sharedPath } from '#test/shared.ts'
import { cos, PI, sin } from '../../math/elementary.ts'
import { seededRandom } from '../../math/random.ts'
import { sigmaCoupling } from './coupling.ts'
import { detectSlowWaves, type SlowWave, slowWaveBand } from './slow-wave.ts'

const GOLDEN = 'golden/eeg/yasa_sw_n3.json'
const COLUMNS: Record<string, keyof SlowWave> = {
  Start: 'startS',
  NegPeak: 'negPeakS',
  MidCrossing: 'midCrossingS',
  PosPeak: 'posPeakS',
  End: 'endS',
  Duration: 'durationS',
  ValNegPeak: 'negPeakUv',
  ValPosPeak: 'posPeakUv',
  PTP: 'ptpUv',
  Slope: 'slopeUvPerS',
  Frequency: 'frequencyHz',
}
type Table = Record<string, number[]>
type Golden = { sw: Table; sw_coupling: Table; filtered_0p3_1p5: number[] }

describe.skipIf(!hasShared(GOLDEN))(`slow waves in 30 s of N3 (${SHARED_MISSING})`, () => {
  const golden = sharedJson<Golden>(GOLDEN)
  const path = sharedPath('golden/eeg/src/data_N3_no-spindles_30sec_100Hz.txt')
  const x = Float64Array.from(readFileSync(path, 'utf8').trim().split(/\s+/), Number)

  it('agree with YASA in every column', () => {
    const waves = detectSlowWaves(x, 100)
    expect(waves).toHaveLength(golden.sw.Start!.length)
    for (const [column, key] of Object.entries(COLUMNS)) {
      golden.sw[column]!.forEach((value, i) => {
        expect(Math.abs(waves[i]![key] - value), column).toBeLessThan(1e-9)
      })
    }
  })

  it('come from the same filtered signal', () => {
    const band = slowWaveBand(x, 100)
    golden.filtered_0p3_1p5.forEach((value, i) => {
      expect(Math.abs(band[i]! - value)).toBeLessThan(1e-10)
    })
  })

  it('carry sigma at the phase YASA says: its angle is our cosine phase', () => {
    const coupling = sigmaCoupling(x, slowWaveBand(x, 100), 100, detectSlowWaves(x, 100))
    const table = golden.sw_coupling
    expect(coupling[0]!.sigmaPeakS).toBeCloseTo(table.SigmaPeak![0]!, 9)
    expect(coupling[0]!.phaseAtSigmaPeakRad).toBeCloseTo(table.PhaseAtSigmaPeak![0]!, 9)
    expect(coupling[0]!.directPac).toBeCloseTo(table.ndPAC![0]!, 9)
  })
})

/**
 * Waves of 0.8 Hz (trough first) every 4 s in faint noise, the k-th with the given peak to peak.
 */
function waves(heightsUv: readonly number[], rateHz = 100): Float64Array {
  const random = seededRandom(4)
  const x = new Float64Array((heightsUv.length + 1) * 4 * rateHz).map(() => random.normal())
  heightsUv.forEach((height, k) => {
    for (let i = 0; i < 1.25 * rateHz; i++) {
      x[(k * 4 + 2) * rateHz + i]! -= (height / 2) * sin((2 * PI * 0.8 * i) / rateHz)
    }
  })
  return x
}

describe('slow waves', () => {
  it('are found at their trough', () => {
    const found = detectSlowWaves(waves([160, 160, 160]), 100)
    expect(found).toHaveLength(3)
    found.forEach(({ negPeakS }, k) => {
      expect(Math.abs(negPeakS - (k * 4 + 2 + 0.3125))).toBeLessThan(0.1)
    })
  })

  it('of a headband, five times too small for the fixed rule, are found by the adaptive one', () => {
    const heights = Array.from({ length: 40 }, (_, k) => (k % 8 === 0 ? 36 : 14))
    const x = waves(heights)
    expect(detectSlowWaves(x, 100)).toEqual([])
    const found = detectSlowWaves(x, 100, { amplitudes: 'adaptive' })
    const waveOf = (atS: number) => Math.round(atS - 2.3) / 4
    const tall = found.filter(({ negPeakS }) => waveOf(negPeakS) % 8 === 0)
    expect(tall).toHaveLength(5)
  })

  it('do not depend on the unit when adaptive', () => {
    const x = waves(Array.from({ length: 20 }, (_, k) => 60 + 5 * k))
    const times = (y: Float64Array) =>
      detectSlowWaves(y, 100, { amplitudes: 'adaptive' }).map(({ negPeakS }) => negPeakS)
    expect(times(x.map((v) => v * 0.25))).toEqual(times(x))
    expect(times(x).length).toBeGreaterThan(2)
  })

  it('are not found in what is masked or missing', () => {
    const x = waves([160, 160, 160])
    const mask = new Uint8Array(x.length).fill(1, 500)
    expect(detectSlowWaves(x, 100, { mask })).toHaveLength(2)
    x.fill(Number.NaN, 600, 700)
    expect(detectSlowWaves(x, 100, { mask })).toHaveLength(1)
  })

  it('of a pure cosine have phase 0 at the positive peak and pi at the trough', () => {
    const x = new Float64Array(6000).map((_, i) => 100 * cos((2 * PI * 0.8 * i) / 100))
    const burst = x.map((v, i) => v + (i % 125 < 10 ? 5 * sin((2 * PI * 14 * i) / 100) : 0))
    const found = detectSlowWaves(burst, 100).filter((w) => w.negPeakS > 10 && w.negPeakS < 50)
    const phases = sigmaCoupling(burst, slowWaveBand(burst, 100), 100, found)
    for (const { phaseAtSigmaPeakRad } of phases) expect(phaseAtSigmaPeakRad).toBeCloseTo(0.2, 0)
    expect(phases.length).toBeGreaterThan(10)
  })
})
