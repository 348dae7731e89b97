import { runAdjoint, runPath } from './clock-path.ts'
import { costPulls, type Ensemble, type Member, pathCost } from './ensemble.ts'

/** Light between the bounds of every step (0 low, 1 high), and what it costs one draw, h. */
export type RelaxedLight = { readonly share: Float64Array; readonly cost: number }

const ARMIJO = 1e-4
const MEMORY = 5
const LEAST_STEP = 1e-9

/**
 * Light of least misalignment for one draw, not held to blocks: projected gradient with the step of
 * Barzilai and Borwein (IMA J Numer Anal 8, 1988) and a non-monotone line search. The dynamics are
 * affine in the receptor's drive, so the best light is at a bound nearly everywhere (bang-bang).
 * `start` is changed. At most `rounds` adjoint sweeps.
 */
export function relaxLight(
  ensemble: Ensemble,
  member: Member,
  asleep: Uint8Array,
  start: Float64Array,
  rounds: number,
): RelaxedLight {
  const { steps } = ensemble
  const [low, , high] = member.alphas
  const pulls = new Float64Array(2 * (steps + 1))
  const gradient = new Float64Array(steps)
  const trial = new Float64Array(steps)
  const costOf = (share: Float64Array): number => {
    for (let i = 0; i < steps; i++) {
      member.drive[i] = asleep[i] ? 0 : low[i]! + share[i]! * (high[i]! - low[i]!)
    }
    runPath(member.clock, member.drive, member.clock.start, member.path)
    return pathCost(ensemble, member, 0)
  }
  const slope = (out: Float64Array): void => {
    costPulls(ensemble, member, pulls)
    runAdjoint(member.clock, member.drive, member.path, pulls, gradient)
    for (let i = 0; i < steps; i++) {
      out[i] = asleep[i] ? 0 : gradient[i]! * (high[i]! - low[i]!)
    }
  }
  let share = start
  let cost = costOf(share)
  let now = new Float64Array(steps)
  let next = new Float64Array(steps)
  slope(now)
  let length = 1 / Math.max(1e-12, largest(now))
  const recent = [cost]
  let best: RelaxedLight = { share: share.slice(), cost }
  for (let round = 1; round < rounds; round++) {
    let scale = 1
    let trialCost = Infinity
    for (let attempt = 0; attempt < 8; attempt++) {
      const descent = towards(trial, share, now, length, scale)
      if (descent > -LEAST_STEP) return best
      trialCost = costOf(trial)
      if (trialCost <= Math.max(...recent) + ARMIJO * descent) break
      scale /= 4
    }
    slope(next)
    length = barzilaiBorwein(share, trial, now, next, length)
    share = trial.slice()
    const spare = now
    now = next
    next = spare
    cost = trialCost
    recent.push(cost)
    if (recent.length > MEMORY) recent.shift()
    if (cost < best.cost) best = { share: share.slice(), cost }
  }
  return best
}

/** A step down the projected gradient into `trial`, and the slope along it. */
function towards(
  trial: Float64Array,
  share: Float64Array,
  slope: Float64Array,
  length: number,
  scale: number,
): number {
  let descent = 0
  for (let i = 0; i < share.length; i++) {
    const to = share[i]! + scale * (clamp(share[i]! - length * slope[i]!) - share[i]!)
    trial[i] = to
    descent += slope[i]! * (to - share[i]!)
  }
  return descent
}

function barzilaiBorwein(
  from: Float64Array,
  to: Float64Array,
  slopeFrom: Float64Array,
  slopeTo: Float64Array,
  last: number,
): number {
  let ss = 0
  let sy = 0
  for (let i = 0; i < from.length; i++) {
    const s = to[i]! - from[i]!
    ss += s * s
    sy += s * (slopeTo[i]! - slopeFrom[i]!)
  }
  return sy > 1e-14 ? Math.min(ss / sy, 1e6) : Math.min(4 * last, 1e6)
}

function clamp(x: number): number {
  return Math.max(0, Math.min(1, x))
}

function largest(values: Float64Array): number {
  let most = 0
  for (const value of values) most = Math.max(most, Math.abs(value))
  return most
}

/** The level of advice whose drive is nearest to a relaxed light, per step; 0 asleep. */
export function nearestLevels(member: Member, asleep: Uint8Array, share: Float64Array): Int8Array {
  const [low, usual, high] = member.alphas
  const levels = new Int8Array(share.length)
  for (let i = 0; i < share.length; i++) {
    if (asleep[i]) continue
    const drive = low[i]! + share[i]! * (high[i]! - low[i]!)
    if (drive < (low[i]! + usual[i]!) / 2) levels[i] = -1
    else if (drive > (usual[i]! + high[i]!) / 2) levels[i] = 1
  }
  return levels
}

/** The share between the bounds that each level's drive is: where `relaxLight` starts from. */
export function sharesOf(member: Member, levels: Int8Array): Float64Array {
  const [low, , high] = member.alphas
  return Float64Array.from(levels, (level, i) => {
    const span = high[i]! - low[i]!
    return span > 0 ? (member.alphas[level + 1]![i]! - low[i]!) / span : 0
  })
}

/** Share of the awake steps with a choice whose light is within 2 % of a bound. */
export function bangBangShare(member: Member, asleep: Uint8Array, share: Float64Array): number {
  const [low, , high] = member.alphas
  let open = 0
  let bound = 0
  for (let i = 0; i < share.length; i++) {
    if (asleep[i] || !(high[i]! > low[i]!)) continue
    open++
    if (share[i]! < 0.02 || share[i]! > 0.98) bound++
  }
  return open === 0 ? 1 : bound / open
}
