import { beforeAll, describe, expect, it } from 'vitest'
import { dreamsFolder, readDreams } from '#test/dreams.ts'
import { SHARED_MISSING } from '#test/shared.ts'
import { exp, sin } from '../../math/elementary.ts'
import { seededRandom } from '../../math/random.ts'
import { resampleTo } from '../../signal/resample.ts'
import { starterModel } from '../../sleep/shipped/starter.ts'
import type { LiveStagerModel } from './live-stager.ts'
import { loadStarterStager } from './starter-stager.ts'

type Said = { readonly second: number; readonly probabilities: number[]; readonly lateS: number }

/** Every opinion of the live stager on one channel. */
function stageLive(model: LiveStagerModel, x: Float32Array, rateHz: number, label: string): Said[] {
  const stager = model.begin({ rateHz, channels: [{ label, role: 'eeg' }] })
  const said: Said[] = []
  for (let i = 0; i < x.length; i++) {
    if (stager.take(i, [x], i, i + 1) < 0) continue
    const { about, probabilities } = stager.opinion
    const lateS = (i - about) / rateHz
    said.push({ second: about / rateHz, probabilities: Array.from(probabilities), lateS })
  }
  return said
}

/** Largest gap between live and batch at the ends of the epochs that begin `shiftS` late. */
async function worstGap(
  said: readonly Said[],
  x: Float32Array,
  rateHz: number,
  label: string,
  shiftS = 0,
): Promise<number> {
  const samples = x.subarray(shiftS * rateHz)
  const channel = { label, unit: 'uV', rateHz, samples }
  const batch = await starterModel('live').stage({ eeg: [channel] })
  let worst = 0
  for (const { second, probabilities } of said) {
    const epoch = (second - shiftS) / 30 - 1
    if (!Number.isInteger(epoch) || epoch < 0) continue
    probabilities.forEach((p, k) => {
      worst = Math.max(worst, Math.abs(p - batch.probabilities[5 * epoch + k]!))
    })
  }
  return worst
}

/** Waxing and waning slow noise. */
function madeUpSignal(seconds: number): Float32Array {
  const random = seededRandom(7)
  let brown = 0
  return Float32Array.from({ length: seconds * 100 }, (_, i) => {
    brown = 0.97 * brown + random.normal() * exp(1 + sin(i / 9000))
    return 2 * brown + 4 * random.normal()
  })
}

describe('the live starter, every second', () => {
  let model: LiveStagerModel
  beforeAll(async () => {
    model = await loadStarterStager()
  })

  it('says at the end of each epoch what the batch model says: at 100 Hz to the last bit', async () => {
    const x = madeUpSignal(600)
    const said = stageLive(model, x, 100, 'Cz')
    expect(await worstGap(said, x, 100, 'Cz')).toBe(0)
    const faster = Float32Array.from(resampleTo(x, 100, 256))
    const live = stageLive(model, faster, 256, 'Fpz-Cz')
    expect(await worstGap(live, faster, 256, 'Fpz-Cz')).toBeLessThan(1e-4)
  })

  it('says something new each second from the 30th on, within a second', () => {
    const said = stageLive(model, madeUpSignal(100), 100, 'Cz')
    expect(said.map(({ second }) => second)).toEqual(Array.from({ length: 70 }, (_, k) => 30 + k))
    for (const { lateS, probabilities } of said) {
      expect(lateS).toBeLessThan(1)
      expect(probabilities.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 5)
    }
  })

  it('is the batch model of a recording that began later, but for the overlap of segments', async () => {
    const x = madeUpSignal(900)
    const said = stageLive(model, x, 100, 'Fpz-Cz')
    for (const shiftS of [1, 7, 22]) {
      expect(await worstGap(said, x, 100, 'Fpz-Cz', shiftS)).toBeLessThan(0.15)
    }
  })
})

const folder = dreamsFolder()

describe.skipIf(folder === undefined)(`the live starter on sleepers (${SHARED_MISSING})`, () => {
  it('says at the ends of epochs what the batch model says, at the rates of recordings', async () => {
    const model = await loadStarterStager()
    for (const { samples, rateHz } of readDreams(folder!).slice(0, 2)) {
      const x = Float32Array.from(samples.subarray(0, 900 * rateHz))
      const said = stageLive(model, x, rateHz, 'Cz-A1')
      expect(await worstGap(said, x, rateHz, 'Cz-A1')).toBeLessThan(2e-5)
    }
  })
})
