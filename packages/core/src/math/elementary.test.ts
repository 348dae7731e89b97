import { describe, expect, it } from 'vitest'
import * as own from './elementary.ts'

const elementary = { ...own }

type Unary = (x: number) => number

/**
 * Largest relative distance to the engine's own function, which is itself good to about one ulp.
 */
function worst(own: Unary, engine: Unary, from: number, to: number): number {
  let most = 0
  for (let i = 0; i <= 4000; i++) {
    const x = from + ((to - from) * i) / 4000 + 1e-7
    const expected = engine(x)
    most = Math.max(most, Math.abs(own(x) - expected) / Math.max(Math.abs(expected), 1e-300))
  }
  return most
}

const ranges: readonly [keyof typeof elementary & keyof Math, number, number][] = [
  ['exp', -700, 700],
  ['exp', -1, 1],
  ['expm1', -1e-3, 1e-3],
  ['expm1', -40, 60],
  ['log', 1e-3, 3],
  ['log', 1e-3, 1e12],
  ['log1p', -0.99, 4],
  ['log2', 1e-3, 1e3],
  ['log10', 1e-3, 1e3],
  ['tanh', -4, 4],
  ['cosh', -20, 20],
  ['sinh', -20, 20],
  ['sin', -3, 3],
  ['cos', -1, 1],
  ['tan', -1, 1],
  ['atan', -20, 20],
]

describe('elementary functions', () => {
  it.each(ranges)('%s from %d to %d is within 1e-15 of the true value', (name, from, to) => {
    expect(worst(elementary[name] as Unary, Math[name] as Unary, from, to)).toBeLessThan(1e-15)
  })

  it('angles of any size are reduced exactly', () => {
    for (const x of [1e5, 12345678.9, 1e9, 1e15, 6381956970095103 * 2 ** 797, 1e300, -7e22]) {
      expect(elementary.sin(x)).toBeCloseTo(Math.sin(x), 14)
      expect(elementary.cos(x)).toBeCloseTo(Math.cos(x), 14)
    }
  })

  it('powers of ten and of two and their logarithms are exact', () => {
    for (let k = -20; k <= 22; k++) {
      expect(elementary.pow(10, k)).toBe(Number(`1e${k}`))
      expect(elementary.log10(Number(`1e${k}`))).toBe(k)
    }
    for (let k = -1074; k < 1024; k += 7) {
      expect(elementary.pow(2, k)).toBe(2 ** k)
      expect(elementary.log2(2 ** k)).toBe(k)
    }
  })

  it('pow is within 1e-15 over its range', () => {
    expect(
      worst(
        (x) => elementary.pow(10, x),
        (x) => 10 ** x,
        -290,
        290,
      ),
    ).toBeLessThan(1e-15)
    expect(
      worst(
        (x) => elementary.pow(x, 7.3),
        (x) => x ** 7.3,
        0.01,
        30,
      ),
    ).toBeLessThan(1e-15)
  })

  it('the edges are those of ECMAScript', () => {
    const odd = [0, -0, 1, -1, 2, 3, -3, 0.5, -0.5, 1e308, Infinity, -Infinity, NaN]
    for (const a of odd) {
      for (const name of ['exp', 'expm1', 'log', 'log1p', 'tanh', 'atan', 'sin', 'cosh'] as const) {
        const expected = Math[name](a)
        if (!Number.isFinite(expected) || a > 1e300) continue
        expect(elementary[name](a), `${name}(${a})`).toBeCloseTo(expected, 14)
      }
      for (const b of odd) {
        const angle = Math.atan2(a, b)
        const own = elementary.atan2(a, b)
        const near = Math.abs(own - angle) < 5e-16 && angle !== 0
        expect(near || Object.is(own, angle), `atan2(${a}, ${b}) = ${own}`).toBe(true)
        const power = a ** b
        const result = elementary.pow(a, b)
        expect(
          Object.is(result, power) || Math.abs(result / power - 1) < 1e-15,
          `pow(${a}, ${b}) = ${result}, not ${power}`,
        ).toBe(true)
      }
    }
    expect(elementary.hypot(3e200, 4e200) / 5e200).toBeCloseTo(1, 15)
    expect(elementary.exp(-745)).toBe(5e-324)
  })

  it('sigmoid, erf, erfinv and the normal quantile agree with SciPy', () => {
    expect(elementary.sigmoid(2)).toBeCloseTo(0.8807970779778823, 15)
    expect(elementary.sigmoid(-800)).toBe(0)
    expect(elementary.erfinv(0.95) / 1.3859038243496775 - 1).toBeCloseTo(0, 14)
    expect(elementary.erfinv(1e-5) / 8.862269254759592e-6 - 1).toBeCloseTo(0, 14)
    expect(elementary.erfinv(-0.999999) / -3.458910737275499 - 1).toBeCloseTo(0, 14)
    expect(elementary.erf(0.5)).toBeCloseTo(0.5204998778130465, 15)
    expect(elementary.erf(-3)).toBeCloseTo(-0.9999779095030014, 15)
    expect(elementary.normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 14)
  })

  it('the results are these bits in every engine', () => {
    let digest = 0
    for (let i = 1; i <= 1000; i++) {
      const x = i / 37
      const sum = elementary.exp(-x) + elementary.log(x) + elementary.sin(x) + elementary.tanh(x)
      const words = new Uint32Array(new Float64Array([sum + elementary.pow(x, 1.7)]).buffer)
      digest = (Math.imul(digest, 31) + words[0]! + Math.imul(words[1]!, 17)) >>> 0
    }
    expect(digest).toMatchInlineSnapshot(`2700267338`)
  })
})
