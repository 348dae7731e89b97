import { type BatchKernel, type BatchLight, type BatchPerson, fastestRate } from './batch-kernel.ts'
import { DAILY_RATE, LIGHT_SHARE, stiffness } from './kronauer.ts'
import { decay, type PowerTable, powerBy, powerTable } from './light-power.ts'
import type { Pacemaker } from './pacemaker.ts'
import { NEAR_ZERO_SLOPE } from './trough.ts'

/** The model's numbers for a person and a step: of x and xc times `LIGHT_SHARE`. */
type Numbers = Readonly<
  Record<'a' | 'm1' | 'm3' | 'm7' | 'q' | 'k' | 'w2' | 'G' | 'scale' | 'beta' | 'fastest', number>
> & { readonly table: PowerTable }

/**
 * Jewett99 in a batch: the step of `stepPacemaker`, unrolled and held in registers. A processor
 * works on the light of the next sample while the sums of this one wait on each other.
 */
export function jewettKernel(pacemaker: Pacemaker): BatchKernel {
  const v = pacemaker.parameters.values as Record<string, number>
  const table = powerTable(v.p!)
  const square = LIGHT_SHARE * LIGHT_SHARE
  const numbersOf = ({ gain, tau }: BatchPerson, dtH: number): Numbers => {
    const a = 0.5 * DAILY_RATE * dtH
    return {
      a,
      m1: (a * v.mu!) / 3,
      m3: ((a * v.mu!) / 3) * (4 / square),
      m7: ((a * v.mu!) / 105) * (-256 / (square * square * square)),
      q: v.q! / LIGHT_SHARE,
      k: v.k! / LIGHT_SHARE,
      w2: a * stiffness(v.f!, tau),
      G: a * v.G! * LIGHT_SHARE,
      scale: v.alpha0! * powerBy(table, gain / v.I0!),
      beta: pacemaker.beta,
      fastest: fastestRate(dtH),
      table,
    }
  }
  return {
    rate: (lux, gain) => v.alpha0! * powerBy(table, (gain * lux) / v.I0!) + pacemaker.beta,
    live: (person, light) => live(numbersOf(person, light.dtH), person, light),
  }
}

/** What half a step, a, adds to x: m and B are times a. */
function slopeX(
  m1: number,
  m3: number,
  m7: number,
  a: number,
  x: number,
  xc: number,
  B: number,
): number {
  const x2 = x * x
  return m1 * x + a * xc + m3 * x * x2 + (m7 * x * x2 * (x2 * x2) + B)
}

/** What half a step adds to xc: w2 and B are times it. */
function slopeXc(q: number, k: number, w2: number, x: number, xc: number, B: number): number {
  return B * (q * xc - k * x) - w2 * x
}

/** B of the drive u = G alpha (1 - n). */
function driveOn(u: number, x: number, xc: number): number {
  return u * (1 - x) * (1 - xc)
}

function live(numbers: Numbers, own: BatchPerson, row: BatchLight): number {
  const { a, m1, m3, m7, q, k, w2, G, scale, beta, fastest, table } = numbers
  const { lux, first, samples, dtH, fromH } = row
  const { person, state, troughs } = own
  let x = LIGHT_SHARE * state[0]!
  let xc = LIGHT_SHARE * state[1]!
  let v = 1 - state[2]!
  let before = a * state[3]!
  let seen = Number.NaN
  let alpha = 0
  let limit = 0
  let half = 0
  let i = 0
  for (; i < samples; i++) {
    const light = lux[first + i]!
    if (light !== seen) {
      const next = scale * powerBy(table, light)
      const rate = next + beta
      if (!(light >= 0 && rate <= fastest)) break
      seen = light
      alpha = next
      limit = beta / rate
      half = decay(30 * dtH * rate)
    }
    const drive = G * alpha
    const excess = (v - limit) * half
    const uMiddle = drive * (limit + excess)
    const vEnd = limit + excess * half
    let B = driveOn(drive * v, x, xc)
    const x2 = x + slopeX(m1, m3, m7, a, x, xc, B)
    const z2 = xc + slopeXc(q, k, w2, x, xc, B)
    B = driveOn(uMiddle, x2, z2)
    const x3 = x + slopeX(m1, m3, m7, a, x2, z2, B)
    const z3 = xc + slopeXc(q, k, w2, x2, z2, B)
    B = driveOn(uMiddle, x3, z3)
    const x4 = x + 2 * slopeX(m1, m3, m7, a, x3, z3, B)
    const z4 = xc + 2 * slopeXc(q, k, w2, x3, z3, B)
    B = driveOn(drive * vEnd, x4, z4)
    let after = slopeX(m1, m3, m7, a, x4, z4, B)
    const nextX = (x2 + 2 * x3 + x4 - x + after) * (1 / 3)
    const nextXc = (z2 + 2 * z3 + z4 - xc + slopeXc(q, k, w2, x4, z4, B)) * (1 / 3)
    if (nextX < 0) {
      if (Math.abs(after) < NEAR_ZERO_SLOPE * LIGHT_SHARE * a) {
        after = slopeX(m1, m3, m7, a, nextX, nextXc, driveOn(drive * vEnd, nextX, nextXc))
      }
      if ((before < 0 && x2 >= x) || (x2 < x && after >= 0)) {
        const [at, slope] = [fromH + i * dtH, x2 - x]
        troughs.propose(person, [x, xc, 1 - v, alpha, at, dtH, before, slope, after, nextX, nextXc])
      }
    }
    before = after
    if (xc > 0 && nextXc <= 0) troughs.turn(person)
    x = nextX
    xc = nextXc
    v = vEnd
  }
  state.set([x / LIGHT_SHARE, xc / LIGHT_SHARE, 1 - v, before / a])
  return i
}
