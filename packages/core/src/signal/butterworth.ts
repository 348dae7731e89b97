import { assert } from '../math/assert.ts'
import { cos, hypot, PI, pow, sin, tan } from '../math/elementary.ts'
import type { Section, Sos } from './iir.ts'

/** Which side of the cut-off passes; the last two take a pair of frequencies. */
export type FilterKind = 'lowpass' | 'highpass' | 'bandpass' | 'bandstop'

type Complex = readonly [number, number]

/** The steepest filter that may be asked for: beyond it the poles drown in rounding. */
const MOST_ORDER = 24

/**
 * A Butterworth filter as second-order sections: half power (-3 dB) at `cutoffHz`, which is a pair
 * for band filters (whose order doubles). Frequencies lie between 0 and half the rate. Transfer
 * function and pairing are those of `scipy.signal.butter(..., output='sos')`.
 */
export function butterworth(
  order: number,
  kind: FilterKind,
  cutoffHz: number | readonly [number, number],
  rateHz: number,
): Sos {
  assert(
    Number.isInteger(order) && order >= 1 && order <= MOST_ORDER,
    `order ${order} is not 1 to ${MOST_ORDER}`,
  )
  const edges = typeof cutoffHz === 'number' ? [cutoffHz] : cutoffHz
  const band = kind === 'bandpass' || kind === 'bandstop'
  assert(edges.length === (band ? 2 : 1), `${kind} with ${edges.length} edges`)
  for (const f of edges) assert(f > 0 && f < rateHz / 2, `edge ${f} Hz at ${rateHz} Hz`)
  assert(!band || edges[0]! < edges[1]!, `band from ${edges[0]} to ${edges[1]} Hz`)
  const warped = edges.map((f) => 4 * tan((PI * f) / rateHz))
  const prototype = Array.from({ length: order }, (_, k): Complex => {
    const angle = (PI * (2 * k + 1 - order)) / (2 * order)
    return [2 * k + 1 === order ? -1 : -cos(angle), -sin(angle)]
  })
  const analog = band
    ? toBand(prototype, kind, warped[0]!, warped[1]!)
    : toEdge(prototype, kind, warped[0]!)
  return pairSections(toDigital(analog))
}

/**
 * A notch of one frequency: gain 0 at `notchHz`, -3 dB at notchHz / quality apart; one section,
 * equal to `scipy.signal.iirnotch`. For mains hum: `notch(50, 35, rateHz)`.
 */
export function notch(notchHz: number, quality: number, rateHz: number): Sos {
  assert(notchHz > 0 && notchHz < rateHz / 2 && quality > 0, `notch at ${notchHz} of ${rateHz} Hz`)
  const w = (2 * PI * notchHz) / rateHz
  const gain = 1 / (1 + tan(w / quality / 2))
  const c = -2 * cos(w) * gain
  return [[gain, c, gain, c, 2 * gain - 1]]
}

type Filter = { zeros: Complex[]; poles: Complex[]; gain: number }

function toEdge(prototype: readonly Complex[], kind: FilterKind, edge: number): Filter {
  if (kind === 'lowpass') {
    const poles = prototype.map((p): Complex => [p[0] * edge, p[1] * edge])
    return { zeros: [], poles, gain: pow(edge, prototype.length) }
  }
  const poles = prototype.map((p) => divide([edge, 0], p))
  return { zeros: prototype.map((): Complex => [0, 0]), poles, gain: 1 }
}

function toBand(
  prototype: readonly Complex[],
  kind: FilterKind,
  low: number,
  high: number,
): Filter {
  const width = high - low
  const centre = Math.sqrt(low * high)
  const poles: Complex[] = []
  for (const p of prototype) {
    const half: Complex =
      kind === 'bandpass' ? [(p[0] * width) / 2, (p[1] * width) / 2] : divide([width / 2, 0], p)
    const square = multiply(half, half)
    const root = squareRoot([square[0] - centre * centre, square[1]])
    poles.push([half[0] + root[0], half[1] + root[1]], [half[0] - root[0], half[1] - root[1]])
  }
  if (kind === 'bandpass') {
    return {
      zeros: prototype.map((): Complex => [0, 0]),
      poles,
      gain: pow(width, prototype.length),
    }
  }
  const zeros = prototype.flatMap((): Complex[] => [
    [0, centre],
    [0, -centre],
  ])
  return { zeros, poles, gain: 1 }
}

/** The bilinear transform at twice the unit rate. */
function toDigital(analog: Filter): Filter {
  const map = (s: Complex): Complex => divide([4 + s[0], s[1]], [4 - s[0], -s[1]])
  const zeros = analog.zeros.map(map)
  while (zeros.length < analog.poles.length) zeros.push([-1, 0])
  let top: Complex = [analog.gain, 0]
  for (const z of analog.zeros) top = multiply(top, [4 - z[0], -z[1]])
  for (const p of analog.poles) top = divide(top, [4 - p[0], -p[1]])
  return { zeros, poles: analog.poles.map(map), gain: top[0] }
}

/** A part this small, relative to the number, is rounding: the number is real. */
const REAL = 1e-10

/** Pairs poles with their conjugates and the nearest zeros; the sharpest section comes last. */
function pairSections(filter: Filter): Sos {
  const poles = oneOfEachPair(filter.poles)
  const zeros = oneOfEachPair(filter.zeros)
  if (filter.poles.length % 2 === 1) {
    poles.push([0, 0])
    zeros.push([0, 0])
  }
  const sections: Section[] = []
  while (poles.length > 0) {
    const p = takeBest(poles, (q) => Math.abs(1 - hypot(q[0], q[1])))
    const q =
      p[1] === 0 ? takeBest(poles, (c) => (c[1] === 0 ? Math.abs(1 - Math.abs(c[0])) : 9)) : p
    const z = takeBest(zeros, (c) => hypot(c[0] - p[0], c[1] - p[1]))
    const y = z[1] === 0 ? takeBest(zeros, (c) => (c[1] === 0 ? hypot(c[0] - p[0], p[1]) : 9)) : z
    const [b1, b2] = quadratic(z, y)
    const [a1, a2] = quadratic(p, q)
    sections.unshift([1, b1, b2, a1, a2])
  }
  const [b0, b1, b2, a1, a2] = sections[0]!
  sections[0] = [b0 * filter.gain, b1 * filter.gain, b2 * filter.gain, a1, a2]
  return sections
}

function oneOfEachPair(roots: readonly Complex[]): Complex[] {
  return roots
    .map((r): Complex => (Math.abs(r[1]) <= REAL * hypot(r[0], r[1]) ? [r[0], 0] : r))
    .filter((r) => r[1] >= 0)
}

function takeBest(from: Complex[], cost: (c: Complex) => number): Complex {
  let best = 0
  for (let k = 1; k < from.length; k++) if (cost(from[k]!) < cost(from[best]!)) best = k
  return from.splice(best, 1)[0]!
}

/** The two lower coefficients of (x - r)(x - s), s being the conjugate of a complex r. */
function quadratic(r: Complex, s: Complex): [number, number] {
  if (r[1] !== 0) return [-2 * r[0], r[0] * r[0] + r[1] * r[1]]
  return [-(r[0] + s[0]), r[0] * s[0]]
}

function multiply(a: Complex, b: Complex): Complex {
  return [a[0] * b[0] - a[1] * b[1], a[0] * b[1] + a[1] * b[0]]
}

function divide(a: Complex, b: Complex): Complex {
  const size = b[0] * b[0] + b[1] * b[1]
  return [(a[0] * b[0] + a[1] * b[1]) / size, (a[1] * b[0] - a[0] * b[1]) / size]
}

function squareRoot(a: Complex): Complex {
  const size = hypot(a[0], a[1])
  const re = Math.sqrt(Math.max(0, (size + a[0]) / 2))
  const im = Math.sqrt(Math.max(0, (size - a[0]) / 2))
  return [re, a[1] < 0 ? -im : im]
}
