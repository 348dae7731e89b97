import type { BatchKernel, KernelRun } from './batch-kernel.ts'
import { DAILY_RATE, stiffness } from './kronauer.ts'
import { fillPowers, powerBy, powerTable } from './light-power.ts'
import type { Pacemaker } from './pacemaker.ts'
import { NEAR_ZERO_SLOPE } from './trough.ts'

/** Jewett99 in a batch: the step of `stepPacemaker`, unrolled and held in registers. */
export function jewettKernel(pacemaker: Pacemaker): BatchKernel {
  const { alpha0, I0, p, mu, q, k, G, f } = pacemaker.parameters.values as Record<string, number>
  const table = powerTable(p!)
  const third = mu! / 3
  const numbers: Numbers = { m1: third, m3: 4 * third, m7: (mu! * -256) / 105, q: q!, k: k! }
  return {
    drive: (lux, gain, drives) =>
      fillPowers(table, alpha0! * powerBy(table, gain / I0!), lux, drives),
    live: (run, person) => live(numbers, G!, stiffness(f!, run.tau[person]!), run, person),
  }
}

type Numbers = Readonly<Record<'m1' | 'm3' | 'm7' | 'q' | 'k', number>>

/** x' per 12 / pi h; B is the drive on it. */
function slopeX(m1: number, m3: number, m7: number, x: number, xc: number, B: number): number {
  return x * x * x * (m3 + m7 * (x * x * (x * x))) + (m1 * x + xc + B)
}

/** xc' per 12 / pi h. */
function slopeXc(q: number, k: number, w2: number, x: number, xc: number, B: number): number {
  return B * (q * xc - k * x) - w2 * x
}

/** B of the drive u = G alpha (1 - n). */
function driveOn(u: number, x: number, xc: number): number {
  return u * (1 - 0.4 * x) * (1 - 0.4 * xc)
}

function live(numbers: Numbers, G: number, w2: number, run: KernelRun, person: number): void {
  const { m1, m3, m7, q, k } = numbers
  const { row, state, fromH, troughs } = run
  let x = state[0]!
  let xc = state[1]!
  let n = state[2]!
  let before = state[3]!
  const { count, alphas, limits, halves, startsH, lengthsH } = row
  for (let i = 0; i < count; i++) {
    const h = DAILY_RATE * lengthsH[i]!
    const Ga = G * alphas[i]!
    const excess = (n - limits[i]!) * halves[i]!
    const uMiddle = Ga * (1 - limits[i]! - excess)
    const nEnd = limits[i]! + excess * halves[i]!
    const uEnd = Ga * (1 - nEnd)
    let B = driveOn(Ga * (1 - n), x, xc)
    const k1 = slopeX(m1, m3, m7, x, xc, B)
    const l1 = slopeXc(q, k, w2, x, xc, B)
    let y = x + 0.5 * h * k1
    let z = xc + 0.5 * h * l1
    B = driveOn(uMiddle, y, z)
    const k2 = slopeX(m1, m3, m7, y, z, B)
    const l2 = slopeXc(q, k, w2, y, z, B)
    y = x + 0.5 * h * k2
    z = xc + 0.5 * h * l2
    B = driveOn(uMiddle, y, z)
    const k3 = slopeX(m1, m3, m7, y, z, B)
    const l3 = slopeXc(q, k, w2, y, z, B)
    y = x + h * k3
    z = xc + h * l3
    B = driveOn(uEnd, y, z)
    let after = slopeX(m1, m3, m7, y, z, B)
    const nextX = x + (h / 6) * (k1 + 2 * (k2 + k3) + after)
    const nextXc = xc + (h / 6) * (l1 + 2 * (l2 + l3) + slopeXc(q, k, w2, y, z, B))
    if (nextX < 0) {
      if (after < NEAR_ZERO_SLOPE && after > -NEAR_ZERO_SLOPE) {
        after = slopeX(m1, m3, m7, nextX, nextXc, driveOn(uEnd, nextX, nextXc))
      }
      if ((before < 0 && k1 >= 0) || (k1 < 0 && after >= 0)) {
        const estimate = k1 < 0 ? x + (0.5 * h * k1 * k1) / (k1 - after) : x
        const startH = fromH + startsH[i]!
        const light = [x, xc, n, alphas[i]!, startH, lengthsH[i]!] as const
        const step = [...light, before, k1, after, nextX, nextXc] as const
        troughs.propose(person, estimate, step)
      }
    }
    before = after
    if (xc > 0 && nextXc <= 0) troughs.turn(person)
    x = nextX
    xc = nextXc
    n = nEnd
  }
  state[0] = x
  state[1] = xc
  state[2] = n
  state[3] = before
}
