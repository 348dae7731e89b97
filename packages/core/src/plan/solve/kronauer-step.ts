import type { PlanarStep } from './planar-step.ts'

/** The numbers that tell one oscillator of Kronauer's family from another. */
export type KronauerNumbers = {
  /** Intrinsic period, h, and the factor f of (24 / (f tau))^2. */
  readonly tauH: number
  readonly f: number
  /** Stiffness on x (1999 revised) and on xc (the simpler model); one of them is 0. */
  readonly muX: number
  readonly muXc: number
  /** Light on xc by the product q Bhat xc. */
  readonly q: number
}

const PACE = Math.PI / 12
const K = 0.55
const DIM = 0.4 // Bhat = B (1 - .4 x) (1 - .4 xc)
const rate = new Float64Array(2)
const pull = new Float64Array(3)

/**
 * Oscillator of Kronauer's family (x = a, xc = b) as one Runge-Kutta step of `dtH` hours and its
 * exact transpose. Jewett99: muX .13, q 1/3, f .99729 (10.1177/074873049901400608); Forger99: muXc
 * .23, q 0, f .99669 (10.1177/074873099129000867).
 */
export function kronauerStep(numbers: KronauerNumbers, dtH: number): PlanarStep {
  const ratio = 24 / (numbers.f * numbers.tauH)
  const { muX, muXc, q } = numbers
  const w2 = ratio * ratio
  const forward = (a: number, b: number, drive: Float64Array, out: Float64Array): void => {
    const half = dtH / 2
    rateOf(a, b, drive[0]!, w2, muX, muXc, q)
    const k1a = rate[0]!
    const k1b = rate[1]!
    rateOf(a + half * k1a, b + half * k1b, drive[1]!, w2, muX, muXc, q)
    const k2a = rate[0]!
    const k2b = rate[1]!
    rateOf(a + half * k2a, b + half * k2b, drive[1]!, w2, muX, muXc, q)
    const k3a = rate[0]!
    const k3b = rate[1]!
    rateOf(a + dtH * k3a, b + dtH * k3b, drive[2]!, w2, muX, muXc, q)
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
    rateOf(a, b, drive[0]!, w2, muX, muXc, q)
    const a1 = a + half * rate[0]!
    const b1 = b + half * rate[1]!
    rateOf(a1, b1, drive[1]!, w2, muX, muXc, q)
    const a2 = a + half * rate[0]!
    const b2 = b + half * rate[1]!
    rateOf(a2, b2, drive[1]!, w2, muX, muXc, q)
    const a3 = a + dtH * rate[0]!
    const b3 = b + dtH * rate[1]!
    pullOf(a3, b3, drive[2]!, (dtH / 6) * la, (dtH / 6) * lb, w2, muX, muXc, q)
    let sumA = la + pull[0]!
    let sumB = lb + pull[1]!
    out[4] = pull[2]!
    pullStage(a2, b2, drive[1]!, dtH / 3, dtH, la, lb, w2, muX, muXc, q)
    sumA += pull[0]!
    sumB += pull[1]!
    out[3] = pull[2]!
    pullStage(a1, b1, drive[1]!, dtH / 3, half, la, lb, w2, muX, muXc, q)
    sumA += pull[0]!
    sumB += pull[1]!
    out[3] += pull[2]!
    pullStage(a, b, drive[0]!, dtH / 6, half, la, lb, w2, muX, muXc, q)
    out[2] = pull[2]!
    out[0] = sumA + pull[0]!
    out[1] = sumB + pull[1]!
  }
  return { forward, backward, rates: ratesWith(w2, muX, muXc, q) }
}

function ratesWith(w2: number, muX: number, muXc: number, q: number): PlanarStep['rates'] {
  return (a, b, drive, out) => {
    rateOf(a, b, drive, w2, muX, muXc, q)
    out[0] = rate[0]!
    out[1] = rate[1]!
  }
}

function pullStage(
  a: number,
  b: number,
  drive: number,
  own: number,
  chained: number,
  la: number,
  lb: number,
  w2: number,
  muX: number,
  muXc: number,
  q: number,
): void {
  const ga = own * la + chained * pull[0]!
  const gb = own * lb + chained * pull[1]!
  pullOf(a, b, drive, ga, gb, w2, muX, muXc, q)
}

function rateOf(
  a: number,
  b: number,
  drive: number,
  w2: number,
  muX: number,
  muXc: number,
  q: number,
): void {
  const a2 = a * a
  const bHat = drive * (1 - DIM * a) * (1 - DIM * b)
  rate[0] = PACE * (b + muX * a * (1 / 3 + a2 * (4 / 3 - (256 / 105) * a2 * a2)) + bHat)
  rate[1] = PACE * (q * bHat * b + muXc * b * (1 - (4 / 3) * b * b) - a * (w2 + K * bHat))
}

function pullOf(
  a: number,
  b: number,
  drive: number,
  ga: number,
  gb: number,
  w2: number,
  muX: number,
  muXc: number,
  q: number,
): void {
  const a2 = a * a
  const perDrive = (1 - DIM * a) * (1 - DIM * b)
  const bHat = drive * perDrive
  const byA = -DIM * drive * (1 - DIM * b)
  const byB = -DIM * drive * (1 - DIM * a)
  const arm = q * b - K * a
  const aByA = muX * (1 / 3 + a2 * (4 - (256 / 15) * a2 * a2)) + byA
  const bByA = arm * byA - (w2 + K * bHat)
  const bByB = q * bHat + arm * byB + muXc * (1 - 4 * b * b)
  pull[0] = PACE * (ga * aByA + gb * bByA)
  pull[1] = PACE * (ga * (1 + byB) + gb * bByB)
  pull[2] = PACE * perDrive * (ga + gb * arm)
}
