import { exp } from '../../math/elementary.ts'
import type { PlanarClock } from './planar-clock.ts'
import { type PlanarStep, STAGE_SLOPES } from './planar-step.ts'

/** The receptor's output at three moments of every step, and d cost / d it. */
let drives = new Float64Array(0)
let byDrive = new Float64Array(0)

/**
 * Runs a clock through `alpha` (receptor drive per minute, one a step, held over it) from `start`:
 * path gets a, b, n of step 0, 1, ... The receptor is linear under constant light and integrated in
 * closed form, so sunlight is as stable as dusk. `path` holds 3 (steps + 1) numbers.
 */
export function runPath(
  clock: PlanarClock,
  alpha: Float64Array,
  start: readonly [number, number, number],
  path: Float64Array,
): void {
  path[0] = start[0]
  path[1] = start[1]
  path[2] = start[2]
  runOn(clock, alpha, 0, path)
}

/** `runPath` on from step `from` of a path that stands up to there. */
export function runOn(
  clock: PlanarClock,
  alpha: Float64Array,
  from: number,
  path: Float64Array,
): void {
  fillDrives(clock, alpha, from, path)
  clock.step.forward(from, alpha.length, drives, path)
}

/** The receptor through `alpha`: its output into `drives`, its n into `path` behind step `from`. */
function fillDrives(
  { beta, gain, dtH }: PlanarClock,
  alpha: Float64Array,
  from: number,
  path: Float64Array,
): void {
  const steps = alpha.length
  if (drives.length < 3 * steps) {
    drives = new Float64Array(6 * steps)
    byDrive = new Float64Array(6 * steps)
  }
  const out = drives
  let lastAlpha = Number.NaN
  let half = 0
  let rest = 0
  let n = path[3 * from + 2]!
  for (let i = from, at = 3 * from; i < steps; i++, at += 3) {
    const light = alpha[i]!
    if (light !== lastAlpha) {
      half = exp(-30 * dtH * (light + beta))
      rest = light / (light + beta)
      lastAlpha = light
    }
    const mid = rest + (n - rest) * half
    const end = rest + (n - rest) * half * half
    const bright = gain * light
    out[at] = bright * (1 - n)
    out[at + 1] = bright * (1 - mid)
    out[at + 2] = bright * (1 - end)
    n = end
    path[at + 5] = n
  }
}

const slopes = new Float64Array(4 * STAGE_SLOPES)

/** The transpose of an oscillator's path: from `pulls` to d cost / d `drives`, into `byDrive`. */
function pullBack(step: PlanarStep, steps: number, path: Float64Array, pulls: Float64Array): void {
  const out = byDrive
  const [s2, s3, s4] = [STAGE_SLOPES, 2 * STAGE_SLOPES, 3 * STAGE_SLOPES]
  let onA = pulls[2 * steps]!
  let onB = pulls[2 * steps + 1]!
  for (let i = steps - 1; i >= 0; i--) {
    step.linearize(i, drives, path, slopes)
    const thirdA = onA / 3
    const thirdB = onB / 3
    const a4 = thirdA * slopes[s4]! + thirdB * slopes[s4 + 3]!
    const b4 = thirdA * slopes[s4 + 1]! + thirdB * slopes[s4 + 4]!
    out[3 * i + 2] = thirdA * slopes[s4 + 2]! + thirdB * slopes[s4 + 5]!
    let gA = 2 * (thirdA + a4)
    let gB = 2 * (thirdB + b4)
    const a3 = gA * slopes[s3]! + gB * slopes[s3 + 3]!
    const b3 = gA * slopes[s3 + 1]! + gB * slopes[s3 + 4]!
    const byMiddle = gA * slopes[s3 + 2]! + gB * slopes[s3 + 5]!
    gA = 2 * thirdA + a3
    gB = 2 * thirdB + b3
    const a2 = gA * slopes[s2]! + gB * slopes[s2 + 3]!
    const b2 = gA * slopes[s2 + 1]! + gB * slopes[s2 + 4]!
    out[3 * i + 1] = byMiddle + gA * slopes[s2 + 2]! + gB * slopes[s2 + 5]!
    gA = thirdA + a2
    gB = thirdB + b2
    const a1 = gA * slopes[0]! + gB * slopes[3]!
    const b1 = gA * slopes[1]! + gB * slopes[4]!
    out[3 * i] = gA * slopes[2]! + gB * slopes[5]!
    onA += a4 + a3 + (a2 + a1) + pulls[2 * i]!
    onB += b4 + b3 + (b2 + b1) + pulls[2 * i + 1]!
  }
}

/**
 * The exact discrete adjoint of `runPath`: from d cost / d (a, b) of every step (`pulls`, 2 (steps
 * + 1) numbers) to d cost / d alpha of every step, into `gradient`.
 */
export function runAdjoint(
  clock: PlanarClock,
  alpha: Float64Array,
  path: Float64Array,
  pulls: Float64Array,
  gradient: Float64Array,
): void {
  const { beta, gain, dtH } = clock
  const steps = alpha.length
  fillDrives(clock, alpha, 0, path)
  pullBack(clock.step, steps, path, pulls)
  const back = byDrive
  let onN = 0
  let lastAlpha = Number.NaN
  let half = 0
  let rest = 0
  for (let i = steps - 1; i >= 0; i--) {
    const light = alpha[i]!
    if (light !== lastAlpha) {
      half = exp(-30 * dtH * (light + beta))
      rest = light / (light + beta)
      lastAlpha = light
    }
    const n = path[3 * i + 2]!
    const off = n - rest
    const full = half * half
    const bright = gain * light
    const mid = rest + off * half
    const end = rest + off * full
    const onMid = -bright * back[3 * i + 1]!
    const onEnd = onN - bright * back[3 * i + 2]!
    const restByAlpha = beta / ((light + beta) * (light + beta))
    const midByAlpha = restByAlpha * (1 - half) - 30 * dtH * off * half
    const endByAlpha = restByAlpha * (1 - full) - 60 * dtH * off * full
    const byStart = back[3 * i]! * (1 - n)
    gradient[i] =
      gain * (byStart + back[3 * i + 1]! * (1 - mid) + back[3 * i + 2]! * (1 - end)) +
      onMid * midByAlpha +
      onEnd * endByAlpha
    onN = onMid * half + onEnd * full - bright * back[3 * i]!
  }
}

/**
 * CBTmin of every cycle of a path, hours since its start, rising: the model's own marker, found
 * between two steps where a < 0, plus the model's offset; at most one within 12 h.
 */
export function cbtminsOf(clock: PlanarClock, path: Float64Array): number[] {
  const found: number[] = []
  let before = clock.marker(path[0]!, path[1]!)
  for (let at = 3; at < path.length; at += 3) {
    const now = clock.marker(path[at]!, path[at + 1]!)
    if (before < 0 && now >= 0 && path[at]! < 0) {
      const timeH = (at / 3 - 1 + before / (before - now)) * clock.dtH + clock.markerOffsetH
      const last = found.at(-1)
      if (last === undefined || timeH - last > 12) found.push(timeH)
    }
    before = now
  }
  return found
}
