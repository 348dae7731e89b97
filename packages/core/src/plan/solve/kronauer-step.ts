import { type PlanarStep, STAGE_SLOPES } from './planar-step.ts'

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
/** Light acts by Bhat = B (1 - .4 x) (1 - .4 xc). */
const DIM = 0.4

/**
 * Oscillator of Kronauer's family (x = a, xc = b) in Runge-Kutta steps of `dtH` hours and their
 * exact transpose. Jewett99: muX .13, q 1/3, f .99729 (10.1177/074873049901400608); Forger99: muXc
 * .23, q 0, f .99669 (10.1177/074873099129000867).
 */
export function kronauerStep({ tauH, f, muX, muXc, q }: KronauerNumbers, dtH: number): PlanarStep {
  const ratio = 24 / (f * tauH)
  const half = (PACE * dtH) / 2
  const square = DIM * DIM
  const numbers: Numbers = {
    half,
    m1: (half * muX) / 3,
    m3: (half * muX * 4) / 3 / square,
    m7: (half * muX * -256) / 105 / (square * square * square),
    c1: half * muXc,
    c3: (half * muXc * 4) / 3 / square,
    q: q / DIM,
    k: K / DIM,
    w2: half * ratio * ratio,
  }
  return {
    forward: (from, steps, drives, path) => forward(numbers, from, steps, drives, path),
    linearize: (step, drives, path, slopes) => linearize(numbers, step, drives, path, slopes),
    rates: (a, b, drive, out) => {
      const x = DIM * a
      const z = DIM * b
      const B = lit(half * DIM * drive, x, z)
      out[0] = addA(numbers.m1, numbers.m3, numbers.m7, half, x, z, B) / (DIM * (dtH / 2))
      out[1] = addB(numbers, x, z, B) / (DIM * (dtH / 2))
    },
  }
}

/** Of a and b times .4 and half a step: what the terms of the model add over it. */
type Numbers = Readonly<
  Record<'half' | 'm1' | 'm3' | 'm7' | 'c1' | 'c3' | 'q' | 'k' | 'w2', number>
>

/** Bhat of u = B. */
function lit(u: number, x: number, z: number): number {
  return u * (1 - x) * (1 - z)
}

/** What half a step adds to x. */
function addA(
  m1: number,
  m3: number,
  m7: number,
  half: number,
  x: number,
  z: number,
  B: number,
): number {
  const x2 = x * x
  return m1 * x + half * z + m3 * x * x2 + (m7 * x * x2 * (x2 * x2) + B)
}

/** What half a step adds to z. */
function addB({ c1, c3, q, k, w2 }: Numbers, x: number, z: number, B: number): number {
  return B * (q * z - k * x) + (z * (c1 - c3 * (z * z)) - w2 * x)
}

function forward(
  numbers: Numbers,
  from: number,
  steps: number,
  drives: Float64Array,
  path: Float64Array,
): void {
  const { half, m1, m3, m7 } = numbers
  let x = DIM * path[3 * from]!
  let z = DIM * path[3 * from + 1]!
  for (let i = from; i < steps; i++) {
    const middle = half * DIM * drives[3 * i + 1]!
    let B = lit(half * DIM * drives[3 * i]!, x, z)
    const x2 = x + addA(m1, m3, m7, half, x, z, B)
    const z2 = z + addB(numbers, x, z, B)
    B = lit(middle, x2, z2)
    const x3 = x + addA(m1, m3, m7, half, x2, z2, B)
    const z3 = z + addB(numbers, x2, z2, B)
    B = lit(middle, x3, z3)
    const x4 = x + 2 * addA(m1, m3, m7, half, x3, z3, B)
    const z4 = z + 2 * addB(numbers, x3, z3, B)
    B = lit(half * DIM * drives[3 * i + 2]!, x4, z4)
    x = (x2 + 2 * x3 + x4 - x + addA(m1, m3, m7, half, x4, z4, B)) * (1 / 3)
    z = (z2 + 2 * z3 + z4 - z + addB(numbers, x4, z4, B)) * (1 / 3)
    path[3 * i + 3] = x / DIM
    path[3 * i + 4] = z / DIM
  }
}

function linearize(
  numbers: Numbers,
  step: number,
  drives: Float64Array,
  path: Float64Array,
  slopes: Float64Array,
): void {
  const { half, m1, m3, m7, c1, c3, q, k, w2 } = numbers
  const startX = DIM * path[3 * step]!
  const startZ = DIM * path[3 * step + 1]!
  let x = startX
  let z = startZ
  for (let stage = 0; stage < 4; stage++) {
    const u = half * DIM * drives[3 * step + ((stage + 1) >> 1)]!
    const x2 = x * x
    const lightX = 1 - x
    const lightZ = 1 - z
    const B = u * lightX * lightZ
    const arm = q * z - k * x
    const at = STAGE_SLOPES * stage
    slopes[at] = m1 + x2 * (3 * m3 + 7 * m7 * (x2 * x2)) - u * lightZ
    slopes[at + 1] = half - u * lightX
    slopes[at + 2] = half * lightX * lightZ
    slopes[at + 3] = -u * lightZ * arm - k * B - w2
    slopes[at + 4] = -u * lightX * arm + q * B + (c1 - 3 * c3 * (z * z))
    slopes[at + 5] = half * lightX * lightZ * arm
    const length = stage < 2 ? 1 : 2
    const nextX = startX + length * addA(m1, m3, m7, half, x, z, B)
    z = startZ + length * addB(numbers, x, z, B)
    x = nextX
  }
}
