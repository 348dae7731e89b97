import { log, log2, log10 } from '../../math/elementary.ts'

/*
 * How irregular an epoch of signal is: five measures that need no spectrum. All take a stretch of a
 * longer row (`start`, `length`) so that a night is never copied; NaN in the stretch makes the
 * answer NaN or meaningless, so callers bridge gaps first.
 */

/** Longest step of Higuchi's curve. */
const HIGUCHI_STEPS = 10

/** How often the sign changes; zero counts as positive, minus zero as negative. */
export function zeroCrossings(x: Float64Array, start: number, length: number): number {
  let count = 0
  let before = isNegative(x[start]!)
  for (let i = start + 1; i < start + length; i++) {
    const now = isNegative(x[i]!)
    if (now !== before) count++
    before = now
  }
  return count
}

/**
 * Hjorth's mobility (per sample) and complexity (no unit): standard deviations of the signal and
 * its first two differences, put in ratio. Source: Hjorth, Electroencephalogr. Clin. Neurophysiol.
 * 29 (1970).
 */
export function hjorth(
  x: Float64Array,
  start: number,
  length: number,
): { readonly mobility: number; readonly complexity: number } {
  const origin = x[start]!
  let before = origin
  let step = x[start + 1]! - origin
  let s0 = 0
  let q0 = 0
  let s1 = 0
  let q1 = 0
  let s2 = -step
  let q2 = 0
  for (let i = start + 1; i < start + length; i++) {
    const value = x[i]!
    const next = value - before
    const bend = next - step
    s0 += value - origin
    q0 += (value - origin) * (value - origin)
    s1 += next
    q1 += next * next
    q2 += bend * bend
    before = value
    step = next
  }
  s2 += step
  const zero = (q0 - (s0 * s0) / length) / length
  const first = (q1 - (s1 * s1) / (length - 1)) / (length - 1)
  const second = (q2 - (s2 * s2) / (length - 2)) / (length - 2)
  const mobility = Math.sqrt(first / zero)
  return { mobility, complexity: Math.sqrt(second / first) / mobility }
}

/**
 * Entropy of the order patterns of three neighbours, 0 (always rising) to 1 (noise); of equal
 * samples the earlier counts as smaller. One pass. Source: Bandt & Pompe, Phys. Rev. Lett. 88
 * (2002).
 */
export function permutationEntropy(x: Float64Array, start: number, length: number): number {
  const counts = new Float64Array(8)
  let a = x[start]!
  let b = x[start + 1]!
  let ab = a <= b ? 4 : 0
  for (let i = start + 2; i < start + length; i++) {
    const c = x[i]!
    const bc = b <= c ? 1 : 0
    counts[ab + 2 * bc + (a <= c ? 1 : 0)]!++
    a = b
    b = c
    ab = 4 * bc
  }
  let entropy = 0
  for (const count of counts) {
    const p = count / (length - 2)
    if (p > 0) entropy -= p * log2(p)
  }
  return entropy / log2(6)
}

/**
 * Petrosian's fractal dimension, from the turning points of the signal. Source: Petrosian, Proc.
 * IEEE Symp. Computer-Based Medical Systems (1995).
 */
export function petrosianDimension(x: Float64Array, start: number, length: number): number {
  let turns = 0
  let falling = x[start + 1]! - x[start]! < 0
  for (let i = start + 2; i < start + length; i++) {
    const now = x[i]! - x[i - 1]! < 0
    if (now !== falling) turns++
    falling = now
  }
  const size = log10(length)
  return size / (size + log10(length / (length + 0.4 * turns)))
}

/**
 * Higuchi's fractal dimension with steps of 1 to 10 samples. Each curve leaves out its last step:
 * the program that YASA's classifiers were trained with did so, and they expect its numbers.
 * Source: Higuchi, Physica D 31 (1988).
 */
export function higuchiDimension(x: Float64Array, start: number, length: number): number {
  let sx = 0
  let sy = 0
  let sxx = 0
  let sxy = 0
  for (let step = 1; step <= HIGUCHI_STEPS; step++) {
    const lx = log(1 / step)
    const ly = log(curveLength(x, start, length, step))
    sx += lx
    sy += ly
    sxx += lx * lx
    sxy += lx * ly
  }
  return (HIGUCHI_STEPS * sxy - sx * sy) / (HIGUCHI_STEPS * sxx - sx * sx)
}

function curveLength(x: Float64Array, start: number, length: number, step: number): number {
  let total = 0
  for (let m = 0; m < step; m++) {
    const pieces = Math.floor((length - m - 1) / step)
    let sum = 0
    let before = x[start + m]!
    for (let j = 1, i = start + m + step; j < pieces; j++, i += step) {
      const now = x[i]!
      sum += Math.abs(now - before)
      before = now
    }
    total += ((sum / step) * (length - 1)) / (step * pieces)
  }
  return total / step
}

function isNegative(value: number): boolean {
  return value < 0 || (value === 0 && Object.is(value, -0))
}
