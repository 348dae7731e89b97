import { cos, sin } from '../../math/elementary.ts'
import type { PlanarStep } from './planar-step.ts'

const K = 0.06358
const GAMMA = 0.024
const BETA1 = -0.09318
const SIGMA = 0.0400692
const KC = (K / 2) * cos(BETA1)
const KS = (K / 2) * sin(BETA1)
const C1 = (0.3855 / 2) * cos(-0.0026)
const D1 = (0.3855 / 2) * sin(-0.0026)
const C2 = (0.1977 / 2) * cos(-0.957756)
const D2 = (0.1977 / 2) * sin(-0.957756)
const KA = KC - GAMMA
const rate = new Float64Array(2)
const pull = new Float64Array(3)

/**
 * Hannay's single population (10.1177/0748730419878298) in the plane, y = R e^(-i phase) = a + i b,
 * as one Runge-Kutta step of `dtH` hours and its exact transpose. In the plane the model is a
 * polynomial: y' = (-g - i w + K/2 e^(-i b1)) y - K/2 e^(i b1) |y|^4 y + B [A1/2 (e^(i L1) -
 * e^(-i L1) |y|^2 y^2) + A2/2 (e^(i L2) conj y - e^(-i L2) |y|^6 y^3) - i s y], without the 1/R of
 * the polar form, so plans that pass the singularity are computed as well as any.
 */
export function hannayStep(omega: number, dtH: number): PlanarStep {
  const kb = -omega - KS
  const forward = (a: number, b: number, drive: Float64Array, out: Float64Array): void => {
    const half = dtH / 2
    rateOf(a, b, drive[0]!, kb)
    const k1a = rate[0]!
    const k1b = rate[1]!
    rateOf(a + half * k1a, b + half * k1b, drive[1]!, kb)
    const k2a = rate[0]!
    const k2b = rate[1]!
    rateOf(a + half * k2a, b + half * k2b, drive[1]!, kb)
    const k3a = rate[0]!
    const k3b = rate[1]!
    rateOf(a + dtH * k3a, b + dtH * k3b, drive[2]!, kb)
    out[0] = a + (dtH / 6) * (k1a + 2 * (k2a + k3a) + rate[0]!)
    out[1] = b + (dtH / 6) * (k1b + 2 * (k2b + k3b) + rate[1]!)
  }
  const backward = (
    a: number,
    b: number,
    drive: Float64Array,
    adjoint: Float64Array,
    out: Float64Array,
  ): void => {
    const half = dtH / 2
    const la = adjoint[0]!
    const lb = adjoint[1]!
    rateOf(a, b, drive[0]!, kb)
    const a1 = a + half * rate[0]!
    const b1 = b + half * rate[1]!
    rateOf(a1, b1, drive[1]!, kb)
    const a2 = a + half * rate[0]!
    const b2 = b + half * rate[1]!
    rateOf(a2, b2, drive[1]!, kb)
    const a3 = a + dtH * rate[0]!
    const b3 = b + dtH * rate[1]!
    pullOf(a3, b3, drive[2]!, (dtH / 6) * la, (dtH / 6) * lb, kb)
    let sumA = la + pull[0]!
    let sumB = lb + pull[1]!
    out[4] = pull[2]!
    pullOf(a2, b2, drive[1]!, chain(0, dtH / 3, dtH, la), chain(1, dtH / 3, dtH, lb), kb)
    sumA += pull[0]!
    sumB += pull[1]!
    out[3] = pull[2]!
    pullOf(a1, b1, drive[1]!, chain(0, dtH / 3, half, la), chain(1, dtH / 3, half, lb), kb)
    sumA += pull[0]!
    sumB += pull[1]!
    out[3] += pull[2]!
    pullOf(a, b, drive[0]!, chain(0, dtH / 6, half, la), chain(1, dtH / 6, half, lb), kb)
    out[2] = pull[2]!
    out[0] = sumA + pull[0]!
    out[1] = sumB + pull[1]!
  }
  const rates = (a: number, b: number, drive: number, out: Float64Array): void => {
    rateOf(a, b, drive, kb)
    out[0] = rate[0]!
    out[1] = rate[1]!
  }
  return { forward, backward, rates }
}

function chain(index: 0 | 1, own: number, chained: number, adjoint: number): number {
  return own * adjoint + chained * pull[index]!
}

function rateOf(a: number, b: number, drive: number, kb: number): void {
  const r2 = a * a + b * b
  const r4 = r2 * r2
  const p = a * a - b * b
  const q = 2 * a * b
  const p3 = a * p - b * q
  const q3 = a * q + b * p
  const lightA =
    C1 - r2 * (C1 * p + D1 * q) + C2 * a + D2 * b - r4 * r2 * (C2 * p3 + D2 * q3) + SIGMA * b
  const lightB =
    D1 - r2 * (C1 * q - D1 * p) + D2 * a - C2 * b - r4 * r2 * (C2 * q3 - D2 * p3) - SIGMA * a
  rate[0] = KA * a - kb * b - r4 * (KC * a - KS * b) + drive * lightA
  rate[1] = KA * b + kb * a - r4 * (KC * b + KS * a) + drive * lightB
}

function pullOf(a: number, b: number, drive: number, ga: number, gb: number, kb: number): void {
  const r2 = a * a + b * b
  const r4 = r2 * r2
  const r6 = r4 * r2
  const p = a * a - b * b
  const q = 2 * a * b
  const u1 = C1 * p + D1 * q
  const v1 = C1 * q - D1 * p
  const p3 = a * p - b * q
  const q3 = a * q + b * p
  const u3 = C2 * p3 + D2 * q3
  const v3 = C2 * q3 - D2 * p3
  const c = 2 * (C1 * a + D1 * b) // d u1 / d a = d v1 / d b
  const d = 2 * (D1 * a - C1 * b) // d u1 / d b = - d v1 / d a
  const e = 3 * (C2 * p + D2 * q) // d u3 / d a = d v3 / d b
  const f = 3 * (D2 * p - C2 * q) // d u3 / d b = - d v3 / d a
  const lightAA = C2 - 2 * a * u1 - r2 * c - 6 * a * r4 * u3 - r6 * e
  const lightAB = D2 - 2 * b * u1 - r2 * d - 6 * b * r4 * u3 - r6 * f + SIGMA
  const lightBA = D2 - 2 * a * v1 + r2 * d - 6 * a * r4 * v3 + r6 * f - SIGMA
  const lightBB = -C2 - 2 * b * v1 - r2 * c - 6 * b * r4 * v3 - r6 * e
  const s = KC * a - KS * b
  const t = KC * b + KS * a
  const aByA = KA - 4 * a * r2 * s - r4 * KC + drive * lightAA
  const aByB = -kb - 4 * b * r2 * s + r4 * KS + drive * lightAB
  const bByA = kb - 4 * a * r2 * t - r4 * KS + drive * lightBA
  const bByB = KA - 4 * b * r2 * t - r4 * KC + drive * lightBB
  const lightA = C1 - r2 * u1 + C2 * a + D2 * b - r6 * u3 + SIGMA * b
  const lightB = D1 - r2 * v1 + D2 * a - C2 * b - r6 * v3 - SIGMA * a
  pull[0] = ga * aByA + gb * bByA
  pull[1] = ga * aByB + gb * bByB
  pull[2] = ga * lightA + gb * lightB
}
