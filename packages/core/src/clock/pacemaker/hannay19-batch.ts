import { cos, sin } from '../../math/elementary.ts'
import { type BatchKernel, type BatchLight, type BatchPerson, fastestRate } from './batch-kernel.ts'
import { decay } from './light-power.ts'
import type { Pacemaker } from './pacemaker.ts'

/** Steps after which the carried cosine and sine are taken anew. */
const REFRESH_STEPS = 64
/** A turn within a step beyond which its cosine and sine are not taken by series. */
const LARGEST_TURN = 0.25

/** cos and sin of Psi + d, from those of Psi: into `turned`. */
const turned = new Float64Array(2)

/** What a stage leaves: dR/dt and dPsi/dt per hour. */
const rates = new Float64Array(2)

/**
 * Hannay19 in a batch: the step of `stepPacemaker`, with one cosine and sine carried from stage to
 * stage by the angle addition, and `I^1.5` by a square root.
 */
export function hannayKernel(pacemaker: Pacemaker): BatchKernel {
  const v = pacemaker.parameters.values as Record<string, number>
  const stage = stageOf(v)
  const numbers = { alpha0: v.alpha0!, I0: v.I0!, G: v.G!, beta: pacemaker.beta }
  return {
    rate: (lux, gain) => alphaIn(gain * lux, v.alpha0!, v.I0!) + pacemaker.beta,
    live: (person, light) => live(stage, numbers, person, light),
  }
}

type Numbers = Readonly<Record<'alpha0' | 'I0' | 'G' | 'beta', number>>

/** alpha0 I^1.5 / (I^1.5 + I0), per minute. */
function alphaIn(light: number, alpha0: number, I0: number): number {
  const power = light * Math.sqrt(light)
  return (alpha0 * power) / (power + I0)
}

type Stage = (R: number, c: number, s: number, B: number, turn: number) => void

function live(stage: Stage, numbers: Numbers, own: BatchPerson, row: BatchLight): number {
  const { alpha0, I0, G, beta } = numbers
  const { lux, first, samples, dtH: h, fromH } = row
  const { gain, tau, state } = own
  const fastest = fastestRate(h)
  const turn = (2 * Math.PI) / tau
  let R = state[0]!
  let Psi = state[1]!
  let n = state[2]!
  let c = cos(Psi)
  let s = sin(Psi)
  let seen = Number.NaN
  let Ga = 0
  let limit = 0
  let half = 0
  let i = 0
  for (; i < samples; i++) {
    const light = lux[first + i]!
    if (light !== seen) {
      const alpha = alphaIn(gain * light, alpha0, I0)
      const rate = alpha + beta
      if (!(light >= 0 && rate <= fastest)) break
      seen = light
      Ga = G * alpha
      limit = alpha / rate
      half = decay(30 * h * rate)
    }
    const excess = (n - limit) * half
    const nEnd = limit + excess * half
    const bMiddle = Ga * (1 - limit - excess)
    stage(R, c, s, Ga * (1 - n), turn)
    const k1 = rates[0]!
    const l1 = rates[1]!
    turnBy(c, s, 0.5 * h * l1)
    stage(R + 0.5 * h * k1, turned[0]!, turned[1]!, bMiddle, turn)
    const k2 = rates[0]!
    const l2 = rates[1]!
    turnBy(c, s, 0.5 * h * l2)
    stage(R + 0.5 * h * k2, turned[0]!, turned[1]!, bMiddle, turn)
    const k3 = rates[0]!
    const l3 = rates[1]!
    turnBy(c, s, h * l3)
    stage(R + h * k3, turned[0]!, turned[1]!, Ga * (1 - nEnd), turn)
    const moved = (h / 6) * (l1 + 2 * (l2 + l3) + rates[1]!)
    turnBy(c, s, moved)
    if (c < 0 && s * turned[1]! <= 0) {
      offerPassage(own, Psi, Psi + moved, fromH + i * h, h, l1, rates[1]!)
    }
    R += (h / 6) * (k1 + 2 * (k2 + k3) + rates[0]!)
    Psi += moved
    n = nEnd
    const fresh = i % REFRESH_STEPS === 0
    c = fresh ? cos(Psi) : turned[0]!
    s = fresh ? sin(Psi) : turned[1]!
  }
  state[0] = R
  state[1] = Psi
  state[2] = n
  return i
}

/**
 * Psi has passed an odd multiple of pi within a step: the marker, by the cubic through the phases
 * and their rates at both ends. The first passage of a cycle counts.
 */
function offerPassage(
  { person, markers, state }: BatchPerson,
  from: number,
  to: number,
  startH: number,
  h: number,
  rateFrom: number,
  rateTo: number,
): void {
  const cycle = Math.floor((to + Math.PI) / (2 * Math.PI))
  const target = (2 * cycle - 1) * Math.PI
  if (!(from < target && to >= target) || cycle <= state[3]!) return
  state[3] = cycle
  let u = (target - from) / (to - from)
  for (let i = 0; i < 4; i++) {
    const w = 1 - u
    const value = w * w * (1 + 2 * u) * from + u * u * (3 - 2 * u) * to
    const bend = h * u * w * (w * rateFrom - u * rateTo)
    const slope =
      6 * u * w * (to - from) + h * (w * (1 - 3 * u) * rateFrom + u * (3 * u - 2) * rateTo)
    u -= (value + bend - target) / slope
  }
  markers.cycle[person] = markers.cycle[person]! + 1
  markers.offer(person, startH + u * h, -1, 0)
}

function turnBy(c: number, s: number, d: number): void {
  let cd: number
  let sd: number
  if (d > LARGEST_TURN || d < -LARGEST_TURN) {
    cd = cos(d)
    sd = sin(d)
  } else {
    const q = d * d
    cd = 1 - q * (1 / 2 - q * (1 / 24 - q * (1 / 720 - q * (1 / 40320 - q / 3628800))))
    sd = d * (1 - q * (1 / 6 - q * (1 / 120 - q * (1 / 5040 - q * (1 / 362880 - q / 39916800)))))
  }
  turned[0] = c * cd - s * sd
  turned[1] = s * cd + c * sd
}

/** The right-hand side at (R, cos Psi, sin Psi) under the drive B, into `rates`. */
function stageOf(v: Readonly<Record<string, number>>): Stage {
  const grow = (v.K! / 2) * cos(v.beta1!)
  const pull = (v.K! / 2) * sin(v.beta1!)
  const [c1, s1] = [cos(v.betaL1!), sin(v.betaL1!)]
  const [c2, s2] = [cos(v.betaL2!), sin(v.betaL2!)]
  const [a1, a2] = [v.A1! / 2, v.A2! / 2]
  const [gamma, sigma] = [v.gamma!, v.sigma!]
  return (R, c, s, B, turn) => {
    const R2 = R * R
    const R4 = R2 * R2
    const R8 = R4 * R4
    const cTwo = c * c - s * s
    const sTwo = 2 * s * c
    const cosOne = c * c1 - s * s1
    const sinOne = s * c1 + c * s1
    const cosTwo = cTwo * c2 - sTwo * s2
    const sinTwo = sTwo * c2 + cTwo * s2
    rates[0] =
      R * (grow * (1 - R4) - gamma) + B * (a1 * (1 - R4) * cosOne + a2 * R * (1 - R8) * cosTwo)
    rates[1] =
      turn + pull * (1 + R4) + B * (sigma - a1 * (R2 * R + 1 / R) * sinOne - a2 * (1 + R8) * sinTwo)
  }
}
