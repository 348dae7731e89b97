import { expect, test } from 'vitest'
import { seededRandom } from '../../math/random.ts'
import {
  higuchiDimension,
  hjorth,
  permutationEntropy,
  petrosianDimension,
  zeroCrossings,
} from './complexity.ts'

const LENGTH = 3000
const random = seededRandom(5)
const noise = Float64Array.from({ length: LENGTH }, () => random.normal())
const ramp = Float64Array.from({ length: LENGTH }, (_, i) => i - 0.5)
const wave = Float64Array.from({ length: LENGTH }, (_, i) =>
  Math.sin((2 * Math.PI * i) / 50 + 0.01),
)

test('white noise is as irregular as can be, a ramp not at all', () => {
  expect(permutationEntropy(noise, 0, LENGTH)).toBeGreaterThan(0.995)
  expect(permutationEntropy(ramp, 0, LENGTH)).toBe(0)
  expect(higuchiDimension(noise, 0, LENGTH)).toBeCloseTo(2, 1)
  expect(higuchiDimension(ramp, 0, LENGTH)).toBeCloseTo(1, 2)
  expect(petrosianDimension(ramp, 0, LENGTH)).toBe(1)
  expect(petrosianDimension(noise, 0, LENGTH)).toBeGreaterThan(1.02)
})

test('a sine crosses zero twice a cycle and has mobility 2 sin(pi f / rate), complexity 1', () => {
  expect(zeroCrossings(wave, 0, LENGTH)).toBe(119)
  const { mobility, complexity } = hjorth(wave, 0, LENGTH)
  expect(mobility).toBeCloseTo(2 * Math.sin(Math.PI / 50), 4)
  expect(complexity).toBeCloseTo(1, 2)
})

test('a plateau counts as rising, and zero as positive, so a flat line has no crossing', () => {
  const flat = new Float64Array(LENGTH)
  expect(permutationEntropy(flat, 0, LENGTH)).toBe(0)
  expect(zeroCrossings(flat, 0, LENGTH)).toBe(0)
  expect(zeroCrossings(Float64Array.of(0, -0, 1, -1), 0, 4)).toBe(3)
})

test('a stretch is measured as if it stood alone', () => {
  const part = noise.slice(1000, 2000)
  expect(higuchiDimension(noise, 1000, 1000)).toBe(higuchiDimension(part, 0, 1000))
  expect(permutationEntropy(noise, 1000, 1000)).toBe(permutationEntropy(part, 0, 1000))
  expect(petrosianDimension(noise, 1000, 1000)).toBe(petrosianDimension(part, 0, 1000))
})
