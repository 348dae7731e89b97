import { describe, expect, it } from 'vitest'
import { restingChannel } from '#test/resting.ts'
import { hasShared, SHARED_MISSING, sharedJson } from '#test/shared.ts'
import { seededRandom } from '../math/random.ts'
import { artefactsByDeviation } from './artefact.ts'

/** JSON writes NaN, for the flat window at the end, as null. */
type Golden = { art: boolean[]; z: (number | null)[][] }

describe.skipIf(!hasShared('golden/eeg'))(`artefacts in resting EEG (${SHARED_MISSING})`, () => {
  it('are those that YASA’s method of standard deviations finds', () => {
    const golden = sharedJson<Golden>('golden/eeg/yasa_art_std_resting.json')
    const { artefact, z } = artefactsByDeviation([restingChannel(0), restingChannel(1)], 200)
    expect(Array.from(artefact, Boolean)).toEqual(golden.art)
    golden.z.flat().forEach((value, i) => {
      if (value === null) expect(z[i]).toBeNaN()
      else expect(z[i]).toBeCloseTo(value, 4)
    })
  })
})

describe('artefacts by deviation', () => {
  const random = seededRandom(2)
  const row = (): Float64Array => Float64Array.from({ length: 40 * 500 }, () => random.normal())

  it('a loud window is found, a flat one too, and a flat channel is left out', () => {
    const [a, b] = [row(), row()]
    a.subarray(5000, 5500).forEach((_, i, part) => {
      part[i] = part[i]! * 30
    })
    a.fill(1, 10_000, 10_500)
    const { artefact, channels } = artefactsByDeviation([a, new Float64Array(20_000), b], 100)
    expect(channels).toEqual([0, 2])
    expect(Array.from(artefact).flatMap((v, w) => (v === 1 ? [w] : []))).toEqual([10, 20])
  })

  it('usual is what is usual in the same class; small classes are not judged', () => {
    const x = row().map((v, i) => (i < 17_500 ? v : 30 * v))
    const classes = Array.from({ length: 40 }, (_, w) => (w < 35 ? 2 : 0))
    expect(artefactsByDeviation([x], 100, { classes }).artefact).not.toContain(1)
    const { z } = artefactsByDeviation([x], 100, { classes })
    expect(Array.from(z).map(Number.isNaN)).toEqual(classes.map((k) => k === 0))
  })
})
