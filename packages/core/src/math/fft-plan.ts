import { assert } from './assert.ts'
import { cos, PI, sin } from './elementary.ts'
import { type Pass, pass2, pass3, pass4, pass5, passOfPrime } from './fft-pass.ts'

/**
 * The largest prime factor that is still transformed by its definition; above, Bluestein's way
 * pays.
 */
const LARGEST_RADIX = 23

/**
 * A forward transform between two pairs of buffers; true where the result lies in the second pair.
 */
export type Transform = {
  readonly n: number
  run(ar: Float64Array, ai: Float64Array, br: Float64Array, bi: Float64Array): boolean
}

/** Plans exp(-2 pi i jk / n), unscaled, for any n >= 1. */
export function planTransform(n: number): Transform {
  assert(Number.isInteger(n) && n >= 1, `transform length ${n} is not a positive integer`)
  const radices = factors(n)
  return radices === undefined ? planBluestein(n) : planStockham(n, radices)
}

/** The factors to use, fours first; undefined when a prime is too large. */
function factors(n: number): number[] | undefined {
  const out: number[] = []
  let left = n
  for (const radix of [4, 2, 3, 5]) {
    for (; left % radix === 0; left /= radix) out.push(radix)
  }
  for (let radix = 7; radix <= LARGEST_RADIX; radix += 2) {
    for (; left % radix === 0; left /= radix) out.push(radix)
  }
  return left === 1 ? out : undefined
}

/** Writes cos and -sin of 2 pi k / n at `at`, by symmetry from the first eighth of the circle. */
export function writeRoot(out: Float64Array, at: number, k: number, n: number): void {
  let a = 4 * (k % n) // in units of a quarter of 2 pi / n, so that every fold is an integer
  let signCos = 1
  let signSin = -1
  if (a > 2 * n) {
    a = 4 * n - a
    signSin = 1
  }
  if (a > n) {
    a = 2 * n - a
    signCos = -1
  }
  const swap = 2 * a > n
  if (swap) a = n - a
  const angle = (a / n) * (PI / 2)
  const c = cos(angle)
  const s = sin(angle)
  out[at] = signCos * (swap ? s : c)
  out[at + 1] = signSin * (swap ? c : s)
}

/** cos, -sin of all n-th roots, for one turn of the circle. */
function circleOf(n: number): Float64Array {
  const out = new Float64Array(2 * n)
  for (let k = 0; k < n; k++) writeRoot(out, 2 * k, k, n)
  return out
}

type Step = { pass: Pass; m: number; stride: number; roots: Float64Array }

function planStockham(n: number, radices: readonly number[]): Transform {
  const steps: Step[] = []
  let stride = 1
  let length = n
  for (const radix of radices) {
    const m = length / radix
    const roots = new Float64Array(2 * m * (radix - 1))
    for (let p = 0, at = 0; p < m; p++) {
      for (let j = 1; j < radix; j++, at += 2) writeRoot(roots, at, p * j, length)
    }
    steps.push({ pass: passFor(radix), m, stride, roots })
    length = m
    stride *= radix
  }
  const run: Transform['run'] = (ar, ai, br, bi) => {
    let inFirst = true
    for (const { pass, m, stride, roots } of steps) {
      if (inFirst) pass(ar, ai, br, bi, m, stride, roots)
      else pass(br, bi, ar, ai, m, stride, roots)
      inFirst = !inFirst
    }
    return !inFirst
  }
  return { n, run }
}

function passFor(radix: number): Pass {
  if (radix === 2) return pass2
  if (radix === 3) return pass3
  if (radix === 4) return pass4
  if (radix === 5) return pass5
  return passOfPrime(radix, circleOf(radix))
}

/** A transform as a convolution with a chirp (Bluestein, IEEE Trans. AU-18, 1970). */
function planBluestein(n: number): Transform {
  let size = 1
  while (size < 2 * n - 1) size *= 2
  const inner = planTransform(size)
  const chirp = new Float64Array(2 * n) // exp(-pi i k^2 / n)
  for (let k = 0; k < n; k++) writeRoot(chirp, 2 * k, (k * k) % (2 * n), 2 * n)
  const [ar, ai, br, bi, hr, hi] = Array.from({ length: 6 }, () => new Float64Array(size)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ]
  for (let k = 0; k < n; k++) {
    const at = k === 0 ? 0 : size - k
    hr[k] = hr[at] = chirp[2 * k]! / size
    hi[k] = hi[at] = -chirp[2 * k + 1]! / size
  }
  if (inner.run(hr, hi, br, bi)) {
    hr.set(br)
    hi.set(bi)
  }
  const run: Transform['run'] = (xr, xi) => {
    ar.fill(0)
    ai.fill(0)
    multiply(xr, xi, chirp, ar, ai)
    const moved = inner.run(ar, ai, br, bi)
    const [fr, fi, gr, gi] = moved ? [br, bi, ar, ai] : [ar, ai, br, bi]
    for (let k = 0; k < size; k++) {
      const re = fr[k]! * hr[k]! - fi[k]! * hi[k]!
      fi[k] = fr[k]! * hi[k]! + fi[k]! * hr[k]!
      fr[k] = re
    }
    // The same forward transform with the parts exchanged is the inverse.
    const back = inner.run(fi, fr, gi, gr)
    multiply(back ? gr : fr, back ? gi : fi, chirp, xr, xi)
    return false
  }
  return { n, run }
}

function multiply(
  xr: Float64Array,
  xi: Float64Array,
  chirp: Float64Array,
  yr: Float64Array,
  yi: Float64Array,
): void {
  for (let k = 0, at = 0; at < chirp.length; k++, at += 2) {
    const re = xr[k]! * chirp[at]! - xi[k]! * chirp[at + 1]!
    yi[k] = xr[k]! * chirp[at + 1]! + xi[k]! * chirp[at]!
    yr[k] = re
  }
}
