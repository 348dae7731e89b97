import { cos, exp, PI, sin } from '../../math/elementary.ts'
import type { Topography } from './montage.ts'

/** The forms that a single event takes in the signal. */
export type GestureShape =
  | 'slow'
  | 'complex'
  | 'spindle'
  | 'vertex'
  | 'sawtooth'
  | 'saccade'
  | 'blink'
  | 'roll'
  | 'sway'
  | 'pop'

/**
 * One event as it is drawn: `uv` times a shape of size 1, seen through the gain of a topography.
 */
export type Gesture = {
  readonly shape: GestureShape
  readonly topography: Topography
  readonly startS: number
  readonly endS: number
  /** The moment the shape hangs on: a trough, a crest, an onset. */
  readonly atS: number
  readonly uv: number
  /** Width as a factor (slow, complex), or frequency in Hz, or decay in seconds. */
  readonly a: number
  /** Phase in radians, or frequency change in Hz/s (spindle). */
  readonly b: number
  /** Drawn in this channel only. */
  readonly channel?: string
}

/** Negative bump at 0 and positive bumps before and after it: [size, at s, spread s]. */
type Wave = readonly (readonly [size: number, atS: number, spreadS: number])[]

/**
 * A slow oscillation: a short deep down-state between two broad up-states (Massimini et al., J
 * Neurosci 24, 2004: negative half-wave .3-1 s, steep rise).
 */
const SLOW: Wave = [
  [-1, 0, 0.145],
  [0.58, 0.44, 0.19],
  [0.24, -0.42, 0.17],
]
/**
 * A K-complex: a small positive, a sharp negative, a slow positive component, over half a second.
 */
const COMPLEX: Wave = [
  [-1, 0, 0.1],
  [0.62, 0.4, 0.17],
  [0.2, -0.24, 0.08],
]
/** A vertex sharp wave: negative, under half a second, with a small rebound. */
const VERTEX: Wave = [
  [-1, 0, 0.045],
  [0.35, 0.14, 0.06],
  [0.2, -0.11, 0.04],
]
/** A blink: up in a tenth of a second, down slower, with an undershoot of the amplifier. */
const BLINK: Wave = [
  [1, 0, 0.055],
  [0.35, 0.12, 0.08],
  [-0.18, 0.38, 0.12],
]

/** How far a wave reaches to either side of its anchor at width 1, seconds. */
export const WAVE_REACH_S: Readonly<Record<'slow' | 'complex' | 'vertex' | 'blink', number>> = {
  slow: 1.05,
  complex: 0.95,
  vertex: 0.35,
  blink: 0.75,
}

/** Value of a slow oscillation or K-complex of size and width 1, `u` seconds after its centre. */
export function slowWaveValue(shape: 'slow' | 'complex', u: number): number {
  return waveValue(shape === 'slow' ? SLOW : COMPLEX, u)
}

/**
 * Draws a gesture of size 1 into `out[0..n)`: its values at `fromS`, `fromS + stepS`, ... Outside
 * its start and end it is 0 and must not be asked for.
 */
export function drawGesture(
  gesture: Gesture,
  out: Float64Array,
  n: number,
  fromS: number,
  stepS: number,
): void {
  const draw = SHAPES[gesture.shape]
  for (let i = 0; i < n; i++) out[i] = draw(gesture, fromS + i * stepS)
}

const SHAPES: Readonly<Record<GestureShape, (g: Gesture, tS: number) => number>> = {
  slow: (g, t) => waveValue(SLOW, (t - g.atS) / g.a),
  complex: (g, t) => waveValue(COMPLEX, (t - g.atS) / g.a),
  vertex: (g, t) => waveValue(VERTEX, (t - g.atS) / g.a),
  blink: (g, t) => waveValue(BLINK, (t - g.atS) / g.a),
  spindle: (g, t) => {
    const u = t - g.atS
    return crest(g, t) * cos(2 * PI * (g.a + 0.5 * g.b * u) * u)
  },
  saccade: (g, t) => {
    const u = t - g.startS
    const rise = 1 - exp(-u / 0.028)
    return 1.35 * rise * rise * exp(-u / g.a) * fadeOut(g, t)
  },
  roll: (g, t) => bump(g, t) * sin(2 * PI * g.a * (t - g.startS) + g.b),
  sawtooth: (g, t) => {
    const turn = g.a * (t - g.startS)
    const u = turn - Math.floor(turn)
    return bump(g, t) * (u < 0.72 ? 1 - (2 * u) / 0.72 : (2 * (u - 0.72)) / 0.28 - 1)
  },
  sway: (g, t) => {
    const x = 2 * PI * g.a * (t - g.startS)
    const mixed = sin(x + g.b) + 0.8 * sin(1.73 * x + 2.1 * g.b) + 0.5 * sin(3.9 * x - 1.3 * g.b)
    return (bump(g, t) * mixed) / 1.7
  },
  pop: (g, t) => {
    const u = t - g.startS
    return (1 - exp(-u / 0.004)) * exp(-u / g.a) * fadeOut(g, t)
  },
}

function waveValue(wave: Wave, u: number): number {
  let sum = 0
  for (const [size, atS, spreadS] of wave) {
    const z = (u - atS) / spreadS
    if (z * z < 50) sum += size * exp(-0.5 * z * z)
  }
  return sum
}

/** Envelope of a spindle: 0 at start and end, 1 at its anchor, waxing and waning. */
function crest(g: Gesture, t: number): number {
  const side = t < g.atS ? g.atS - g.startS : g.endS - g.atS
  const z = Math.min(1, Math.abs(t - g.atS) / side)
  const half = cos(0.5 * PI * z)
  return half * half
}

/** Rises over the first fifth and falls over the last. */
function bump(g: Gesture, t: number): number {
  const u = (t - g.startS) / (g.endS - g.startS)
  const edge = Math.min(1, 5 * Math.min(u, 1 - u))
  return edge * edge * (3 - 2 * edge)
}

/** Lets a decaying tail reach 0 at its end. */
function fadeOut(g: Gesture, t: number): number {
  const u = (t - g.startS) / (g.endS - g.startS)
  return u < 0.6 ? 1 : (1 - u) / 0.4
}
