import { cos, sin } from '../../math/elementary.ts'
import { type PlanarStep, STAGE_SLOPES } from './planar-step.ts'

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

/**
 * Hannay's single population (10.1177/0748730419878298) in the plane, y = R e^(-i phase) = a + i b,
 * in Runge-Kutta steps of `dtH` hours and their exact transpose. In the plane the model is a
 * polynomial: y' = (-g - i w + K/2 e^(-i b1)) y - K/2 e^(i b1) |y|^4 y + B [A1/2 (e^(i L1) -
 * e^(-i L1) |y|^2 y^2) + A2/2 (e^(i L2) conj y - e^(-i L2) |y|^6 y^3) - i s y], without the 1/R of
 * the polar form, so plans that pass the singularity are computed as well as any.
 */
export function hannayStep(omega: number, dtH: number): PlanarStep {
  const kb = -omega - KS
  return {
    forward: (from, steps, drives, path) => forward(kb, dtH, from, steps, drives, path),
    linearize: (step, drives, path, slopes) => linearize(kb, dtH, step, drives, path, slopes),
    rates: (a, b, drive, out) => {
      rateOf(a, b, drive, kb)
      out[0] = rate[0]!
      out[1] = rate[1]!
    },
  }
}

function forward(
  kb: number,
  dtH: number,
  from: number,
  steps: number,
  drives: Float64Array,
  path: Float64Array,
): void {
  let a = path[3 * from]!
  let b = path[3 * from + 1]!
  for (let i = from; i < steps; i++) {
    let stageA = a
    let stageB = b
    let sumA = 0
    let sumB = 0
    for (let stage = 0; stage < 4; stage++) {
      rateOf(stageA, stageB, drives[3 * i + ((stage + 1) >> 1)]!, kb)
      const length = stage < 2 ? dtH / 2 : dtH
      const share = stage === 0 || stage === 3 ? dtH / 6 : dtH / 3
      stageA = a + length * rate[0]!
      stageB = b + length * rate[1]!
      sumA += share * rate[0]!
      sumB += share * rate[1]!
    }
    a += sumA
    b += sumB
    path[3 * i + 3] = a
    path[3 * i + 4] = b
  }
}

function linearize(
  kb: number,
  dtH: number,
  step: number,
  drives: Float64Array,
  path: Float64Array,
  slopes: Float64Array,
): void {
  const half = dtH / 2
  const startA = path[3 * step]!
  const startB = path[3 * step + 1]!
  let a = startA
  let b = startB
  for (let stage = 0; stage < 4; stage++) {
    const at = STAGE_SLOPES * stage
    const drive = drives[3 * step + ((stage + 1) >> 1)]!
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
    slopes[at] = half * (KA - 4 * a * r2 * s - r4 * KC + drive * lightAA)
    slopes[at + 1] = half * (-kb - 4 * b * r2 * s + r4 * KS + drive * lightAB)
    slopes[at + 3] = half * (kb - 4 * a * r2 * t - r4 * KS + drive * lightBA)
    slopes[at + 4] = half * (KA - 4 * b * r2 * t - r4 * KC + drive * lightBB)
    const lightA = C1 - r2 * u1 + C2 * a + D2 * b - r6 * u3 + SIGMA * b
    const lightB = D1 - r2 * v1 + D2 * a - C2 * b - r6 * v3 - SIGMA * a
    slopes[at + 2] = half * lightA
    slopes[at + 5] = half * lightB
    const length = stage < 2 ? half : dtH
    const a0 = a
    a = startA + length * (KA * a - kb * b - r4 * s + drive * lightA)
    b = startB + length * (KA * b + kb * a0 - r4 * t + drive * lightB)
  }
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
