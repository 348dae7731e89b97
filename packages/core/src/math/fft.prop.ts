import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { farthest } from '#test/oracle.ts'
import { realFft } from './fft.ts'
import { quantile, selectInPlace } from './quantile.ts'
import { seededRandom } from './random.ts'

const settings = { seed: 7, numRuns: 150 }

function spectrum(x: Float64Array): [Float64Array, Float64Array] {
  const plan = realFft(x.length)
  const re = new Float64Array(plan.bins)
  const im = new Float64Array(plan.bins)
  plan.forward(x, re, im)
  return [re, im]
}

describe('a transform of any length', () => {
  it('is undone by its inverse and keeps the energy', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 900 }), fc.integer(), (n, seed) => {
        const random = seededRandom(seed)
        const x = Float64Array.from({ length: n }, () => random.normal())
        const [re, im] = spectrum(x)
        const back = new Float64Array(n)
        realFft(n).inverse(re, im, back)
        expect(farthest(back, x)).toBeLessThan(1e-12)
        const energy = re.reduce((sum, v, k) => {
          const sides = k === 0 || 2 * k === n ? 1 : 2
          return sum + sides * (v * v + im[k]! * im[k]!)
        }, 0)
        const own = x.reduce((sum, v) => sum + v * v, 0)
        expect(energy / n / own).toBeCloseTo(1, 11)
      }),
      settings,
    )
  })

  it('turns a delay into a rotation', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 400 }), fc.nat(), (n, shift) => {
        const random = seededRandom(n)
        const x = Float64Array.from({ length: n }, () => random.normal())
        const late = x.map((_, i) => x[(i + n - (shift % n)) % n]!)
        const [re, im] = spectrum(x)
        const [lr, li] = spectrum(late)
        const turned = re.map((v, k) => {
          const angle = (-2 * Math.PI * ((k * (shift % n)) % n)) / n
          return v * Math.cos(angle) - im[k]! * Math.sin(angle)
        })
        expect(farthest(lr, turned)).toBeLessThan(1e-11)
        expect(li.length).toBe(im.length)
      }),
      settings,
    )
  })
})

describe('a selection', () => {
  it('parts any row as a full sort would', () => {
    const values = fc.array(fc.oneof(fc.double({ noNaN: true }), fc.integer({ min: -3, max: 3 })), {
      minLength: 1,
      maxLength: 200,
    })
    fc.assert(
      fc.property(values, fc.double({ min: 0, max: 1, noNaN: true }), (list, share) => {
        const x = Float64Array.from(list)
        const sorted = x.slice().sort()
        const k = Math.floor(share * (x.length - 1))
        const work = x.slice()
        expect(selectInPlace(work, k)).toBe(sorted[k])
        expect(Math.max(...work.subarray(0, k + 1))).toBe(sorted[k])
        expect(quantile(x, 0)).toBe(sorted[0])
        expect(quantile(x, 1)).toBe(sorted[x.length - 1])
      }),
      settings,
    )
  })
})
