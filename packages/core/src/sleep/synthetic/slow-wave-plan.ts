import { exp } from '../../math/elementary.ts'
import type { Random } from '../../math/random.ts'
import { around, between, chanceOf, logNormal, waiting } from './chance.ts'
import { depthOfN2, type Stretch } from './course.ts'
import { type Gesture, slowWaveValue, WAVE_REACH_S } from './gesture.ts'
import type { Person } from './person.ts'
import type { SlowWaveTruth } from './sleep-event.ts'
import { isWithin, type Span } from './vigilance.ts'

/** A slow wave as it happens and as it is drawn. */
export type PlannedSlowWave = { readonly truth: SlowWaveTruth; readonly gesture: Gesture }

type SlowShape = 'slow' | 'complex'

/** Median depth of the trough at C4-M1, uV, for a young adult at the start of the night. */
const DEPTH_UV = { N3: 84, N2: 46, complex: 92 } as const
/** Slow oscillations and K-complexes a minute of N2. */
const N2_PER_MIN = { slow: 2.4, complex: 1.3 } as const
/** How much smaller slow waves get with every hour slept. */
const DECAY_PER_H = 0.05
/**
 * Mean number of waves in a train of N3, seconds from trough to trough, and pause between trains.
 */
const TRAIN = { meanMore: 2.7, periodS: 1.14, pauseS: 2.1 } as const

/**
 * Places the slow oscillations of N2 (few, small, alone or in pairs) and N3 (dense, in trains of
 * .5-1.2 Hz, large early in the night) and the K-complexes of N2, in order of time, none in `quiet`
 * spans.
 */
export function planSlowWaves(
  seed: number,
  person: Person,
  course: readonly Stretch[],
  quiet: readonly Span[],
): readonly PlannedSlowWave[] {
  const random = chanceOf(seed, 'slow-wave')
  const waves: PlannedSlowWave[] = []
  const add = (shape: SlowShape, atS: number, depthUv: number, stretch: Stretch): void => {
    const wave = slowWave(random, person, shape, atS, depthUv * exp((-DECAY_PER_H * atS) / 3600))
    const { startS, durationS } = wave.truth
    const clear = !isWithin(quiet, startS) && !isWithin(quiet, startS + durationS)
    if (clear && startS > stretch.startS && startS + durationS < stretch.endS) waves.push(wave)
  }
  course.forEach((stretch, k) => {
    if (stretch.stage === 'N3') fillDeep(random, stretch, add)
    if (stretch.stage === 'N2') fillLight(random, course, k, add)
  })
  return waves
}

type Add = (shape: SlowShape, atS: number, depthUv: number, stretch: Stretch) => void

function fillDeep(random: Random, stretch: Stretch, add: Add): void {
  let atS = stretch.startS + between(random, 0.8, 3)
  while (atS < stretch.endS) {
    // Trains come thick once N3 is established, and each has its own size.
    const young = Math.max(0, 1 - (atS - stretch.startS) / 120)
    const depth = logNormal(random, DEPTH_UV.N3 * (1 - 0.15 * young), 0.22)
    const count = 1 + Math.floor(waiting(random, TRAIN.meanMore))
    for (let k = 0; k < count; k++) {
      add('slow', atS, depth * logNormal(random, 1, 0.2), stretch)
      atS += Math.max(0.8, around(random, TRAIN.periodS, 0.17))
    }
    atS += waiting(random, TRAIN.pauseS * (1 + 0.6 * young))
  }
}

function fillLight(random: Random, course: readonly Stretch[], k: number, add: Add): void {
  const stretch = course[k]!
  const meanS = 60 / (N2_PER_MIN.slow + N2_PER_MIN.complex)
  let atS = stretch.startS + between(random, 1, 8)
  while (atS < stretch.endS) {
    const depth = depthOfN2(course, k, atS)
    const isComplex = random.uniform() < ((1 - depth) * (N2_PER_MIN.complex * meanS)) / 60
    if (isComplex) add('complex', atS, logNormal(random, DEPTH_UV.complex, 0.22), stretch)
    else add('slow', atS, logNormal(random, DEPTH_UV.N2 * (1 + 0.3 * depth), 0.25), stretch)
    atS += 1.6 + waiting(random, (meanS - 1.6) * (1 - 0.75 * depth))
  }
}

function slowWave(
  random: Random,
  person: Person,
  shape: SlowShape,
  atS: number,
  depthUv: number,
): PlannedSlowWave {
  const width = shape === 'slow' ? around(random, 1, 0.1) : around(random, 1, 0.07)
  const uv = depthUv * person.slowWaveScale * person.eegScale
  const mark = LANDMARKS[shape]
  const reach = WAVE_REACH_S[shape] * width
  const at = (u: number): number => atS + u * width
  return {
    truth: {
      kind: shape === 'slow' ? 'slow-wave' : 'k-complex',
      startS: at(mark.start),
      durationS: (mark.end - mark.start) * width,
      negPeakS: at(mark.trough),
      midCrossingS: at(mark.upCrossing),
      posPeakS: at(mark.peak),
      ptpUv: uv * mark.ptp,
    },
    gesture: {
      ...{ shape, topography: 'slow', startS: atS - reach, endS: atS + reach },
      ...{ atS, uv, a: width, b: 0 },
    },
  }
}

type Landmarks = Readonly<
  Record<'start' | 'trough' | 'upCrossing' | 'peak' | 'end' | 'ptp', number>
>

const LANDMARKS: Readonly<Record<SlowShape, Landmarks>> = {
  slow: landmarksOf('slow'),
  complex: landmarksOf('complex'),
}

/** Landmarks of a shape of width 1, to the millisecond; it ends where it has sunk to a tenth. */
function landmarksOf(shape: SlowShape): Landmarks {
  const value = (ms: number): number => slowWaveValue(shape, ms / 1000)
  let trough = 0
  let peak = 0
  for (let ms = -200; ms <= 900; ms++) {
    if (value(ms) < value(trough)) trough = ms
    if (value(ms) > value(peak)) peak = ms
  }
  let start = trough
  while (value(start) < 0) start--
  let upCrossing = trough
  while (value(upCrossing) < 0) upCrossing++
  let end = peak
  while (value(end) > 0.1 * value(peak)) end++
  const ptp = value(peak) - value(trough)
  return {
    ...{ start: start / 1000, trough: trough / 1000, upCrossing: upCrossing / 1000 },
    ...{ peak: peak / 1000, end: end / 1000, ptp },
  }
}
