import { exp } from '../../math/elementary.ts'
import type { PlanarClock } from './planar-clock.ts'

const drive = new Float64Array(3)
const next = new Float64Array(2)
const adjoint = new Float64Array(2)
const back = new Float64Array(5)

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
  const { beta, gain, dtH } = clock
  let a = start[0]
  let b = start[1]
  let n = start[2]
  let lastAlpha = Number.NaN
  let half = 0
  let rest = 0
  for (let i = 0, at = 0; i < alpha.length; i++, at += 3) {
    path[at] = a
    path[at + 1] = b
    path[at + 2] = n
    const light = alpha[i]!
    if (light !== lastAlpha) {
      half = exp(-30 * dtH * (light + beta))
      rest = light / (light + beta)
      lastAlpha = light
    }
    const mid = rest + (n - rest) * half
    const end = rest + (n - rest) * half * half
    const bright = gain * light
    drive[0] = bright * (1 - n)
    drive[1] = bright * (1 - mid)
    drive[2] = bright * (1 - end)
    clock.step.forward(a, b, drive, next)
    a = next[0]!
    b = next[1]!
    n = end
  }
  const last = 3 * alpha.length
  path[last] = a
  path[last + 1] = b
  path[last + 2] = n
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
  let onA = pulls[2 * steps]!
  let onB = pulls[2 * steps + 1]!
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
    drive[0] = bright * (1 - n)
    drive[1] = bright * (1 - mid)
    drive[2] = bright * (1 - end)
    adjoint[0] = onA
    adjoint[1] = onB
    clock.step.backward(path[3 * i]!, path[3 * i + 1]!, drive, adjoint, back)
    onA = back[0]! + pulls[2 * i]!
    onB = back[1]! + pulls[2 * i + 1]!
    const onMid = -bright * back[3]!
    const onEnd = onN - bright * back[4]!
    const restByAlpha = beta / ((light + beta) * (light + beta))
    const midByAlpha = restByAlpha * (1 - half) - 30 * dtH * off * half
    const endByAlpha = restByAlpha * (1 - full) - 60 * dtH * off * full
    gradient[i] =
      gain * (back[2]! * (1 - n) + back[3]! * (1 - mid) + back[4]! * (1 - end)) +
      onMid * midByAlpha +
      onEnd * endByAlpha
    onN = onMid * half + onEnd * full - bright * back[2]!
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
