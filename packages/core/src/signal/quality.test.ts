import { describe, expect, it } from 'vitest'
import { seededRandom } from '../math/random.ts'
import { QUALITY_FAULTS, signalQuality } from './quality.ts'

const rateHz = 200
const epoch = 30 * rateHz

/** A quiet EEG-like epoch: 20 uV of noise and a slow wave. */
function clean(seed: number): Float32Array {
  const random = seededRandom(seed)
  return Float32Array.from(
    { length: epoch },
    (_, i) => 20 * random.normal() + 40 * Math.sin((2 * Math.PI * i) / rateHz),
  )
}

function row(...epochs: Float32Array[]): Float32Array {
  const out = new Float32Array(epochs.length * epoch)
  epochs.forEach((e, k) => {
    out.set(e, k * epoch)
  })
  return out
}

describe('the quality of an epoch', () => {
  it('is 1 for a clean one, and each fault is told from the others', () => {
    const clipped = clean(3).map((v) => Math.max(-40, Math.min(40, v * 5)))
    const hum = clean(4).map((v, i) => v + 100 * Math.sin((2 * Math.PI * 50 * i) / rateHz))
    const lost = clean(5).map((v) => 40 * v)
    const moved = clean(6).map((v, i) => v + (i % 200 < 4 ? 700 : 0))
    const x = row(
      clean(1),
      new Float32Array(epoch).fill(NaN),
      new Float32Array(epoch).fill(3),
      clipped,
      lost.map((v) => Math.max(-4000, Math.min(4000, v))),
      hum,
      moved,
      clean(2),
    )
    const limits = { physicalMin: -40, physicalMax: 40 }
    const faults = signalQuality(x, rateHz).fault
    expect([...faults.slice(0, 3), ...faults.slice(4)]).toEqual([
      undefined,
      'missing',
      'flat',
      'lost',
      'mains',
      'extreme',
      undefined,
    ])
    expect(signalQuality(clipped, rateHz).fault).toEqual(['clipped'])
    expect(signalQuality(clipped, rateHz, limits).clipped[0]).toBeGreaterThan(0.5)
    const { score, artefact } = signalQuality(row(clean(1), clean(2)), rateHz)
    expect(Math.min(...score)).toBeGreaterThan(0.99)
    expect(Array.from(artefact)).toEqual([0, 0])
    const shares = signalQuality(x, rateHz)
    for (const name of QUALITY_FAULTS) {
      expect(Math.min(...shares[name])).toBeGreaterThanOrEqual(0)
      expect(Math.max(...shares[name])).toBeLessThanOrEqual(1)
    }
  })

  it('sinks with the share of the epoch that is bad', () => {
    const x = clean(7)
    x.fill(NaN, 0, epoch / 4)
    expect(signalQuality(x, rateHz).score[0]).toBeCloseTo(0.75, 2)
    x.fill(0, 0, epoch / 4)
    const { flat, score } = signalQuality(x, rateHz)
    expect(flat[0]).toBeCloseTo(0.25, 1)
    expect(score[0]).toBeCloseTo(0.75, 1)
  })

  it('hum that a filter takes away is no fault, nor is hum that the rate hides', () => {
    const x = clean(8).map((v, i) => v + 25 * Math.sin((2 * Math.PI * 50 * i) / rateHz))
    const { mains, artefact } = signalQuality(x, rateHz)
    expect(mains[0]).toBeGreaterThan(0.1)
    expect(artefact[0]).toBe(0)
    expect(signalQuality(x, 100).mains[0]).toBe(0)
  })

  it('comes to an end at rates below one sample in two seconds', () => {
    const { flat, artefact } = signalQuality(new Float32Array(30).fill(3), 0.1)
    expect([...flat]).toEqual(new Array(10).fill(1))
    expect(artefact).toHaveLength(10)
  })
})
