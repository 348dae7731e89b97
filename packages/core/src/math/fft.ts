import { planTransform, writeRoot } from './fft-plan.ts'
import type { Samples } from './samples.ts'

/** A plan for complex transforms of one length; it holds work space, so one call at a time. */
export type ComplexFft = {
  readonly n: number
  /** X[k] = sum x[j] exp(-2 pi i jk / n), in place. */
  forward(re: Float64Array, im: Float64Array): void
  /** The inverse, scaled by 1/n, in place. */
  inverse(re: Float64Array, im: Float64Array): void
}

/** A plan for transforms of real rows of one length; it holds work space, so one call at a time. */
export type RealFft = {
  readonly n: number
  /** How many bins: floor(n / 2) + 1. */
  readonly bins: number
  /** From the first n samples of `input` to the bins 0 .. floor(n / 2) in `re`, `im`. */
  forward(input: Samples, re: Float64Array, im: Float64Array): void
  /** From the bins to n samples, scaled by 1/n; the bins stay as they are. */
  inverse(re: Float64Array, im: Float64Array, output: Float64Array): void
}

/** All plans kept for reuse together span at most this many points (about 40 bytes each). */
const KEPT_POINTS = 4_000_000
const complexPlans = new Map<number, ComplexFft>()
const realPlans = new Map<number, RealFft>()

/**
 * The plan for complex transforms of length n, any n >= 1: factors 2, 3, 4, 5 and primes up to 23
 * directly, others by Bluestein's convolution. NaN spreads to every output.
 */
export function complexFft(n: number): ComplexFft {
  return kept(complexPlans, n, planComplex)
}

/** The plan for real transforms of length n, any n >= 1. NaN spreads to every output. */
export function realFft(n: number): RealFft {
  return kept(realPlans, n, (size) => (size % 2 === 0 ? planEven(size) : planOdd(size)))
}

function kept<Plan>(plans: Map<number, Plan>, n: number, make: (n: number) => Plan): Plan {
  const known = plans.get(n)
  if (known !== undefined) return known
  const plan = make(n)
  if (n > KEPT_POINTS) return plan
  let points = n
  for (const size of plans.keys()) points += size
  for (const size of plans.keys()) {
    if (points <= KEPT_POINTS) break
    plans.delete(size)
    points -= size
  }
  plans.set(n, plan)
  return plan
}

function planComplex(n: number): ComplexFft {
  const transform = planTransform(n)
  const br = new Float64Array(n)
  const bi = new Float64Array(n)
  const forward = (re: Float64Array, im: Float64Array): void => {
    if (!transform.run(re, im, br, bi)) return
    re.set(br)
    im.set(bi)
  }
  const inverse = (re: Float64Array, im: Float64Array): void => {
    forward(im, re) // exchanging the parts conjugates
    for (let k = 0; k < n; k++) {
      re[k] = re[k]! / n
      im[k] = im[k]! / n
    }
  }
  return { n, forward, inverse }
}

/** Two neighbouring samples make one complex number; the halves are parted afterwards. */
function planEven(n: number): RealFft {
  const h = n / 2
  const transform = planTransform(h)
  const ar = new Float64Array(h)
  const ai = new Float64Array(h)
  const br = new Float64Array(h)
  const bi = new Float64Array(h)
  const roots = new Float64Array(2 * (h + 1))
  for (let k = 0; k <= h; k++) writeRoot(roots, 2 * k, k, n)
  const forward: RealFft['forward'] = (input, re, im) => {
    for (let k = 0; k < h; k++) {
      ar[k] = input[2 * k]!
      ai[k] = input[2 * k + 1]!
    }
    const moved = transform.run(ar, ai, br, bi)
    partHalves(moved ? br : ar, moved ? bi : ai, roots, re, im)
  }
  const inverse: RealFft['inverse'] = (re, im, output) => {
    joinHalves(re, im, roots, ar, ai)
    const moved = transform.run(ai, ar, bi, br)
    const zr = moved ? br : ar
    const zi = moved ? bi : ai
    for (let k = 0; k < h; k++) {
      output[2 * k] = zr[k]! / h
      output[2 * k + 1] = zi[k]! / h
    }
  }
  return { n, bins: h + 1, forward, inverse }
}

function partHalves(
  zr: Float64Array,
  zi: Float64Array,
  roots: Float64Array,
  re: Float64Array,
  im: Float64Array,
): void {
  const h = zr.length
  re[0] = zr[0]! + zi[0]!
  im[0] = 0
  re[h] = zr[0]! - zi[0]!
  im[h] = 0
  for (let k = 1, l = h - 1; k <= l; k++, l--) {
    const er = 0.5 * (zr[k]! + zr[l]!)
    const ei = 0.5 * (zi[k]! - zi[l]!)
    const or = 0.5 * (zi[k]! + zi[l]!)
    const oi = 0.5 * (zr[l]! - zr[k]!)
    const wr = roots[2 * k]!
    const wi = roots[2 * k + 1]!
    const tr = or * wr - oi * wi
    const ti = or * wi + oi * wr
    re[k] = er + tr
    im[k] = ei + ti
    re[l] = er - tr
    im[l] = ti - ei
  }
}

function joinHalves(
  re: Float64Array,
  im: Float64Array,
  roots: Float64Array,
  zr: Float64Array,
  zi: Float64Array,
): void {
  const h = zr.length
  zr[0] = 0.5 * (re[0]! + re[h]!)
  zi[0] = 0.5 * (re[0]! - re[h]!)
  for (let k = 1, l = h - 1; k <= l; k++, l--) {
    const er = 0.5 * (re[k]! + re[l]!)
    const ei = 0.5 * (im[k]! - im[l]!)
    const tr = 0.5 * (re[k]! - re[l]!)
    const ti = 0.5 * (im[k]! + im[l]!)
    const wr = roots[2 * k]!
    const wi = roots[2 * k + 1]!
    const or = tr * wr + ti * wi
    const oi = ti * wr - tr * wi
    zr[k] = er - oi
    zi[k] = ei + or
    zr[l] = er + oi
    zi[l] = or - ei
  }
}

function planOdd(n: number): RealFft {
  const plan = planComplex(n)
  const bins = (n + 1) / 2
  const ar = new Float64Array(n)
  const ai = new Float64Array(n)
  const forward: RealFft['forward'] = (input, re, im) => {
    for (let k = 0; k < n; k++) ar[k] = input[k]!
    ai.fill(0)
    plan.forward(ar, ai)
    for (let k = 0; k < bins; k++) {
      re[k] = ar[k]!
      im[k] = ai[k]!
    }
  }
  const inverse: RealFft['inverse'] = (re, im, output) => {
    ar[0] = re[0]!
    ai[0] = 0
    for (let k = 1; k < bins; k++) {
      ar[k] = ar[n - k] = re[k]!
      ai[k] = im[k]!
      ai[n - k] = -im[k]!
    }
    plan.inverse(ar, ai)
    for (let k = 0; k < n; k++) output[k] = ar[k]!
  }
  return { n, bins, forward, inverse }
}
