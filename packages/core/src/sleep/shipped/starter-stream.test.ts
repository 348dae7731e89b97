import { describe, expect, it } from 'vitest'
import { exp, sin } from '../../math/elementary.ts'
import { seededRandom } from '../../math/random.ts'
import { BAND_MEASURE_COUNT, bandPowers } from './band-features.ts'
import { starterFromBandPowers } from './starter.ts'
import { loadStarterStream } from './starter-stream.ts'

/** Waxing and waning slow noise with a stretch in which nothing was recorded and a filtered end. */
function madeUpSignal(epochs: number): Float64Array {
  const random = seededRandom(11)
  let brown = 0
  const samples = Float64Array.from({ length: epochs * 3000 }, (_, i) => {
    brown = 0.97 * brown + random.normal() * exp(1 + sin(i / 9000))
    return 2 * brown + (i < 200_000 ? 4 : 0) * random.normal()
  })
  return samples.fill(NaN, 50_000, 61_000)
}

describe('the live starter, epoch by epoch', () => {
  it('says what the whole night at once says, to the last bit, gaps and all', async () => {
    const powers = bandPowers(madeUpSignal(120), 100)
    const begin = await loadStarterStream()
    for (const labels of [['Fpz-Cz'], ['Cz'], ['Pz-Oz', 'C4-M1']]) {
      const channels = labels.map((label) => ({ label, powers }))
      const whole = await starterFromBandPowers(channels, 'live')
      const stream = begin(labels)
      const rows = new Float64Array(labels.length * BAND_MEASURE_COUNT)
      for (let e = 0; e < powers.epochs; e++) {
        const from = e * BAND_MEASURE_COUNT
        for (let c = 0; c < labels.length; c++) {
          rows.set(powers.values.subarray(from, from + BAND_MEASURE_COUNT), c * BAND_MEASURE_COUNT)
        }
        for (let part = 0; part < stream.parts; part++) stream.work(part, rows)
        const { probabilities, quality } = stream.opinion
        expect(probabilities).toEqual(whole.probabilities.subarray(5 * e, 5 * e + 5))
        expect(quality[0]).toBe(whole.quality[e])
      }
    }
  })
})
