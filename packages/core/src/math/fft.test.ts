import { describe, expect, it } from 'vitest'
import { complexFft, realFft } from './fft.ts'
import { seededRandom } from './random.ts'

/** The definition, term by term. */
function definition(re: Float64Array, im: Float64Array, k: number): [number, number] {
  const n = re.length
  let sr = 0
  let si = 0
  for (let j = 0; j < n; j++) {
    const angle = (-2 * Math.PI * ((j * k) % n)) / n
    sr += re[j]! * Math.cos(angle) - im[j]! * Math.sin(angle)
    si += re[j]! * Math.sin(angle) + im[j]! * Math.cos(angle)
  }
  return [sr, si]
}

const lengths = [
  1, 2, 3, 4, 5, 6, 7, 8, 12, 15, 16, 21, 29, 50, 58, 97, 125, 128, 161, 250, 500, 529,
]

describe('the Fourier transform', () => {
  it.each(lengths)('of %d complex numbers is its definition, and the inverse undoes it', (n) => {
    const random = seededRandom(n)
    const re = Float64Array.from({ length: n }, () => random.normal())
    const im = Float64Array.from({ length: n }, () => random.normal())
    const fr = re.slice()
    const fi = im.slice()
    complexFft(n).forward(fr, fi)
    for (let k = 0; k < n; k++) {
      const [sr, si] = definition(re, im, k)
      expect(Math.hypot(fr[k]! - sr, fi[k]! - si)).toBeLessThan(1e-13 * Math.max(n, 10))
    }
    complexFft(n).inverse(fr, fi)
    for (let k = 0; k < n; k++) {
      expect(Math.hypot(fr[k]! - re[k]!, fi[k]! - im[k]!)).toBeLessThan(1e-13)
    }
  })

  it.each(lengths)('of %d real numbers is the lower half of the complex one', (n) => {
    const random = seededRandom(n + 1)
    const x = Float32Array.from({ length: n }, () => random.normal())
    const fr = Float64Array.from(x)
    const fi = new Float64Array(n)
    complexFft(n).forward(fr, fi)
    const plan = realFft(n)
    const re = new Float64Array(plan.bins)
    const im = new Float64Array(plan.bins)
    plan.forward(x, re, im)
    expect(plan.bins).toBe(Math.floor(n / 2) + 1)
    for (let k = 0; k < plan.bins; k++) {
      expect(Math.hypot(fr[k]! - re[k]!, fi[k]! - im[k]!)).toBeLessThan(1e-12)
    }
    const back = new Float64Array(n)
    plan.inverse(re, im, back)
    for (let k = 0; k < n; k++) expect(Math.abs(back[k]! - x[k]!)).toBeLessThan(1e-13)
  })

  it('keeps the energy of many samples (Parseval) and finds a tone in its bin', () => {
    const n = 100_000
    const x = Float64Array.from({ length: n }, (_, i) => Math.sin((2 * Math.PI * 1234 * i) / n))
    const plan = realFft(n)
    const re = new Float64Array(plan.bins)
    const im = new Float64Array(plan.bins)
    plan.forward(x, re, im)
    expect(im[1234]).toBeCloseTo(-n / 2, 6)
    let energy = re[0]! ** 2 + re[n / 2]! ** 2
    for (let k = 1; k < n / 2; k++) energy += 2 * (re[k]! ** 2 + im[k]! ** 2)
    expect(energy / n).toBeCloseTo(n / 2, 6)
  })
})
