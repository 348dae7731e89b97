import { normalQuantile, PI, sin } from '../../math/elementary.ts'
import { realFft } from '../../math/fft.ts'
import { mixSeed } from './chance.ts'
import { type Site, siteNumber } from './montage.ts'
import type { Person } from './person.ts'
import { COMPONENTS, componentDensity } from './spectrum.ts'
import type { Vigilance } from './vigilance.ts'

/** The signal is made in hops of this many seconds; spectra change at this pace. */
export const HOP_S = 2

/** The ongoing activity of one hop; the arrays are overwritten by the next call. */
export type BackgroundHop = {
  /** One array for each site; zeros where a site has no brain in it (EMG, ECG). */
  readonly sites: readonly Float64Array[]
  /** Muscle noise of RMS 1. */
  readonly muscle: Float64Array
}

/** Highest frequency of the ongoing EEG, and the band of muscle, Hz. */
const EEG_TOP_HZ = 70
const MUSCLE_HZ: readonly [number, number] = [12, 110]
/** Share of the Nyquist frequency that is filled: the amplifier's anti-aliasing filter. */
const FILLED = 0.92
/** How much of a site's amplitude is common to the head; eyes share a reference and frontal EEG. */
const COMMON = { eeg: 0.6, eog: 0.8, emg: 0, ecg: 0 } as const
/** Sources of chance beside the sites' own: the head's common one, and muscle. */
const HEAD = 100
const MUSCLE = 101

/** 4096 equally likely values of a standard normal. */
const NORMALS: Float64Array = Float64Array.from({ length: 4096 }, (_, i) =>
  normalQuantile((i + 0.5) / 4096),
)

/**
 * Ongoing EEG as Gaussian noise of a given spectrum, hop after hop: blocks of two hops with random
 * Fourier coefficients, sine-windowed and overlapped by half, so that power is constant and every
 * block depends on nothing but the seed and its number. Coefficients are drawn from low to high
 * frequency: the same seed gives the same signal at every rate, up to the lower one's Nyquist
 * frequency.
 */
export function backgroundOf(
  seed: number,
  person: Person,
  sites: readonly Site[],
  rateHz: number,
  vigilance: Vigilance,
): () => BackgroundHop {
  const length = 2 * HOP_S * rateHz
  const makers = sites.map((site) => siteMaker(seed, person, site, rateHz))
  const makeMuscle = muscleMaker(seed, rateHz)
  const muscle = overlap(length)
  const overlaps = sites.map(() => overlap(length))
  const head = coefficients(length)
  const weights = new Float64Array(COMPONENTS.length)
  const addBlock = (block: number): void => {
    weightsOf(vigilance, block, weights)
    drawNormals(mixSeed(seed, 1, HEAD, block), head, binOf(EEG_TOP_HZ, rateHz))
    makers.forEach((make, k) => {
      if (make) overlaps[k]!.add(make(block, weights, head))
      else overlaps[k]!.ready.fill(0)
    })
    muscle.add(makeMuscle(block))
  }
  addBlock(0)
  const hop = { sites: overlaps.map(({ ready }) => ready), muscle: muscle.ready }
  let block = 0
  return () => {
    addBlock(++block)
    return hop
  }
}

type Coefficients = { readonly re: Float64Array; readonly im: Float64Array }

type SiteMaker = (block: number, weights: Float64Array, head: Coefficients) => Coefficients

function coefficients(length: number): Coefficients {
  const bins = length / 2 + 1
  return { re: new Float64Array(bins), im: new Float64Array(bins) }
}

/** Bins are `1 / (2 HOP_S)` Hz apart; the last one filled, kept below the anti-aliasing filter. */
function binOf(hz: number, rateHz: number): number {
  return Math.floor(Math.min(hz, (FILLED * rateHz) / 2) * 2 * HOP_S)
}

/** Amplitude of a coefficient: the density of one bin as the FFT of `length` samples has it. */
function coefficientOf(density: number, length: number): number {
  return (length / 2) * Math.sqrt(density / (2 * HOP_S))
}

function siteMaker(
  seed: number,
  person: Person,
  site: Site,
  rateHz: number,
): SiteMaker | undefined {
  if (site.kind !== 'eeg' && site.kind !== 'eog') return undefined
  const length = 2 * HOP_S * rateHz
  const top = binOf(EEG_TOP_HZ, rateHz)
  const tables = COMPONENTS.map((component) =>
    Float64Array.from({ length: top + 1 }, (_, k) => {
      const density = componentDensity(component, k / (2 * HOP_S), site, person)
      return coefficientOf(density, length)
    }),
  )
  const mixed = new Float64Array(top + 1)
  const own = coefficients(length)
  const common = COMMON[site.kind]
  const apart = Math.sqrt(1 - common * common)
  return (block, weights, head) => {
    mix(tables, weights, mixed)
    drawNormals(mixSeed(seed, 1, siteNumber(site), block), own, top)
    const { re, im } = own
    for (let k = 1; k <= top; k++) {
      re[k] = mixed[k]! * (apart * re[k]! + common * head.re[k]!)
      im[k] = mixed[k]! * (apart * im[k]! + common * head.im[k]!)
    }
    return own
  }
}

function muscleMaker(seed: number, rateHz: number): (block: number) => Coefficients {
  const length = 2 * HOP_S * rateHz
  const [lowHz, highHz] = MUSCLE_HZ
  const top = binOf(highHz, rateHz)
  const low = Math.floor(lowHz * 2 * HOP_S)
  // RMS 1 whatever the band that the rate leaves.
  const size = coefficientOf((2 * HOP_S) / (top - low), length)
  const drawn = coefficients(length)
  return (block) => {
    drawNormals(mixSeed(seed, 1, MUSCLE, block), drawn, top)
    for (let k = 0; k <= top; k++) {
      const gain = k < low ? 0 : size
      drawn.re[k]! *= gain
      drawn.im[k]! *= gain
    }
    return drawn
  }
}

function mix(tables: readonly Float64Array[], weights: Float64Array, out: Float64Array): void {
  out.fill(0)
  tables.forEach((table, c) => {
    const weight = weights[c]!
    if (weight === 0) return
    for (let k = 0; k < out.length; k++) out[k]! += weight * table[k]!
  })
}

/**
 * Fills bins 1 .. top with complex normals of variance 1: a splitmix of 32 bits, one step a bin.
 */
function drawNormals(seed: number, { re, im }: Coefficients, top: number): void {
  let state = seed | 0
  for (let k = 1; k <= top; k++) {
    state = (state + 0x9e3779b9) | 0
    let z = Math.imul(state ^ (state >>> 16), 0x21f0aaad)
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97)
    z ^= z >>> 15
    re[k] = Math.SQRT1_2 * NORMALS[z & 4095]!
    im[k] = Math.SQRT1_2 * NORMALS[(z >>> 12) & 4095]!
  }
}

/** Component weights of a block: its middle counts most, as the window has it. */
function weightsOf(vigilance: Vigilance, block: number, weights: Float64Array): void {
  weights.fill(0)
  const middleS = block * HOP_S
  for (const [offsetS, share] of [
    [-1.2, 0.15],
    [-0.4, 0.35],
    [0.4, 0.35],
    [1.2, 0.15],
  ] as const) {
    vigilance.addWeights(Math.max(0, middleS + offsetS), share, weights)
  }
}

type Overlap = { add(block: Coefficients): void; readonly ready: Float64Array }

/** Overlap-add of sine-windowed blocks; `ready` holds the hop that the last `add` completed. */
function overlap(length: number): Overlap {
  const half = length / 2
  const fft = realFft(length)
  const window = Float64Array.from({ length }, (_, i) => sin((PI * i) / length))
  const ready = new Float64Array(half)
  const tail = new Float64Array(half)
  const wave = new Float64Array(length)
  const add = ({ re, im }: Coefficients): void => {
    fft.inverse(re, im, wave)
    for (let i = 0; i < half; i++) {
      ready[i] = tail[i]! + window[i]! * wave[i]!
      tail[i] = window[half + i]! * wave[half + i]!
    }
  }
  return { add, ready }
}
