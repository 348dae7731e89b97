import { BATCH_RECEPTOR_STEP, type BatchKernel, type KernelRun } from './batch-kernel.ts'
import { DAILY_RATE, stiffness } from './kronauer.ts'
import { decay, powerBy, powerTable } from './light-power.ts'
import type { Pacemaker } from './pacemaker.ts'
import { NEAR_ZERO_SLOPE } from './trough.ts'

/** Forger99 in a batch: the step of `stepPacemaker`, unrolled and held in registers. */
export function forgerKernel(pacemaker: Pacemaker): BatchKernel {
  const v = pacemaker.parameters.values
  const table = powerTable(v.p!)
  const [mu, k, G, beta, f] = [v.mu!, v.k!, v.G!, v.beta!, v.f!]
  const m3 = (mu * 4) / 3
  return (run: KernelRun, person: number): void => {
    const { dtH, lux, samples, fromH, troughs } = run
    const [xs, xcs, ns] = run.states as [Float64Array, Float64Array, Float64Array]
    const w2 = stiffness(f, run.tau[person]!)
    const scale = v.alpha0! * powerBy(table, run.lightGain[person]! / v.I0!)
    let x = xs[person]!
    let xc = xcs[person]!
    let n = ns[person]!
    let before = run.slopes[person]!
    for (let i = 0; i < samples; i++) {
      const alpha = scale * powerBy(table, lux[i]!)
      const rate = alpha + beta
      const span = 60 * rate * dtH
      const parts = span > BATCH_RECEPTOR_STEP ? Math.ceil(span / BATCH_RECEPTOR_STEP) : 1
      const share = parts === 1 ? 1 : 1 / parts
      const limit = alpha / rate
      const half = decay(0.5 * span * share)
      const h = DAILY_RATE * dtH * share
      const h2 = 0.5 * h
      const h6 = h * (1 / 6)
      const Ga = G * alpha
      for (let part = 0; part < parts; part++) {
        const excess = (n - limit) * half
        const nEnd = limit + excess * half
        const uMiddle = Ga * (1 - limit - excess)
        const uEnd = Ga * (1 - nEnd)
        let B = Ga * (1 - n) * (1 - 0.4 * x) * (1 - 0.4 * xc)
        const k1 = xc + B
        const l1 = xc * (mu - m3 * (xc * xc)) - x * (w2 + k * B)
        let y = x + h2 * k1
        let z = xc + h2 * l1
        B = uMiddle * (1 - 0.4 * y) * (1 - 0.4 * z)
        const k2 = z + B
        const l2 = z * (mu - m3 * (z * z)) - y * (w2 + k * B)
        y = x + h2 * k2
        z = xc + h2 * l2
        B = uMiddle * (1 - 0.4 * y) * (1 - 0.4 * z)
        const k3 = z + B
        const l3 = z * (mu - m3 * (z * z)) - y * (w2 + k * B)
        y = x + h * k3
        z = xc + h * l3
        B = uEnd * (1 - 0.4 * y) * (1 - 0.4 * z)
        const k4 = z + B
        const l4 = z * (mu - m3 * (z * z)) - y * (w2 + k * B)
        const nextX = x + h6 * (k1 + 2 * (k2 + k3) + k4)
        const nextXc = xc + h6 * (l1 + 2 * (l2 + l3) + l4)
        let after = k4
        if (nextX < 0) {
          if (k4 < NEAR_ZERO_SLOPE && k4 > -NEAR_ZERO_SLOPE) {
            after = nextXc + uEnd * (1 - 0.4 * nextX) * (1 - 0.4 * nextXc)
          }
          if ((before < 0 && k1 >= 0) || (k1 < 0 && after >= 0)) {
            const startH = fromH + (i + part * share) * dtH
            const estimate = k1 < 0 ? x + (h2 * k1 * k1) / (k1 - after) : x
            troughs.propose(person, estimate, x, xc, n, alpha, startH, dtH * share, before)
          }
        }
        before = after
        if (xc > 0 && nextXc <= 0) troughs.turn(person)
        x = nextX
        xc = nextXc
        n = nEnd
      }
    }
    xs[person] = x
    xcs[person] = xc
    ns[person] = n
    run.slopes[person] = before
  }
}
