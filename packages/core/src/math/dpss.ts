import { assert } from './assert.ts'
import { cos, PI, sin } from './elementary.ts'
import { largestEigenpairs } from './tridiagonal.ts'

/** Slepian tapers of unit energy, and the share of each one's energy inside the band. */
export type Dpss = {
  readonly tapers: readonly Float64Array[]
  readonly concentrations: readonly number[]
}

/**
 * The first k discrete prolate spheroidal sequences of n samples with time-halfbandwidth product
 * nw, equal to `scipy.signal.windows.dpss(n, nw, k)`: unit energy, even ones with a positive sum,
 * odd ones starting upwards. Source: Slepian, Bell System Technical Journal 57, 1978; Percival and
 * Walden, 1993.
 */
export function dpss(n: number, nw: number, k: number): Dpss {
  assert(nw > 0 && nw < n / 2, `a time-halfbandwidth product of ${nw} for ${n} samples`)
  const w = nw / n
  const turn = cos(2 * PI * w)
  const diagonal = Float64Array.from({ length: n }, (_, t) => {
    const middle = (n - 1 - 2 * t) / 2
    return middle * middle * turn
  })
  const beside = Float64Array.from({ length: n - 1 }, (_, t) => ((t + 1) * (n - 1 - t)) / 2)
  const { vectors } = largestEigenpairs(diagonal, beside, k)
  vectors.forEach(setSign)
  return { tapers: vectors, concentrations: vectors.map((v) => concentration(v, w)) }
}

function setSign(v: Float64Array, order: number): void {
  let sign: number
  if (order % 2 === 0) sign = v.reduce((a, b) => a + b)
  else {
    const least = Math.max(1e-7, 1 / v.length)
    sign = v.find((x) => x * x > least) ?? 1
  }
  if (sign < 0) for (let i = 0; i < v.length; i++) v[i] = -v[i]!
}

/** The energy within +-w cycles per sample: the taper's autocorrelation against the band's sinc. */
function concentration(v: Float64Array, w: number): number {
  const n = v.length
  let sum = 0
  for (let lag = 0; lag < n; lag++) {
    let product = 0
    for (let i = 0; i + lag < n; i++) product += v[i]! * v[i + lag]!
    sum += product * (lag === 0 ? 2 * w : (2 * sin(2 * PI * w * lag)) / (PI * lag))
  }
  return sum
}
