import { PI, sin } from '../../math/elementary.ts'
import type { Random } from '../../math/random.ts'
import { around, between, chanceOf, logNormal, waiting } from './chance.ts'
import type { Stretch } from './course.ts'
import type { Gesture } from './gesture.ts'
import type { Person } from './person.ts'
import type { SlowWaveTruth, SpindleTruth } from './sleep-event.ts'
import { isWithin, type Span } from './vigilance.ts'

/** A spindle as it happens and as it is drawn. */
export type PlannedSpindle = { readonly truth: SpindleTruth; readonly gesture: Gesture }

/** Spindles a minute that come by themselves. */
const FREE_PER_MIN = { N2: 3.2, N3: 0.9 } as const
/** Chance that a wave brings a spindle. */
const COUPLED = { 'k-complex': 0.5, 'slow-wave': { N2: 0.35, N3: 0.12 } } as const
/** One spindle in this many is frontal and slow. */
const SLOW_SHARE = 0.2
/** Rest after a spindle before the next can start, seconds. */
const REFRACTORY_S = 1.6
/** Half the peak-to-peak amplitude at the crest, uV, median, and its spread. */
const CREST_UV = 24
const CREST_SPREAD = 0.3
/** Spindles come and go with a rhythm of about 50 s (Lecci et al., Sci Adv 3, 2017). */
const INFRASLOW_S = 50
/** Fall of the frequency within a spindle, Hz/s. */
const SLOWING_HZ_PER_S = -0.6
/** The labelled part of the drawn spindle: where its envelope is above about a seventh. */
const LABELLED = 0.75

type Candidate = { readonly peakS: number; readonly wave?: SlowWaveTruth; readonly slow: boolean }

/**
 * Places spindles in N2 and N3, in order of time: many on the up-states of slow waves and after
 * K-complexes, near the person's preferred phase; others free; never two at once, none in `quiet`
 * spans. Fast ones peak at the up-state, slow frontal ones on the way down (Molle et al., Sleep 34,
 * 2011).
 */
export function planSpindles(
  seed: number,
  person: Person,
  course: readonly Stretch[],
  waves: readonly SlowWaveTruth[],
  quiet: readonly Span[],
): readonly PlannedSpindle[] {
  const random = chanceOf(seed, 'spindle')
  const spindles: PlannedSpindle[] = []
  let readyS = 0
  for (const stretch of course) {
    if (stretch.stage !== 'N2' && stretch.stage !== 'N3') continue
    const here = waves.filter((w) => w.negPeakS >= stretch.startS && w.negPeakS < stretch.endS)
    const candidates = [
      ...coupledCandidates(random, person, stretch.stage, here),
      ...freeCandidates(random, stretch, stretch.stage),
    ].sort((p, q) => p.peakS - q.peakS)
    for (const candidate of candidates) {
      const spindle = drawSpindle(random, person, candidate)
      const { startS, durationS } = spindle.truth
      const clear = !isWithin(quiet, startS) && !isWithin(quiet, startS + durationS)
      const inside = startS > stretch.startS && startS + durationS < stretch.endS
      if (!clear || !inside || startS < readyS) continue
      spindles.push(spindle)
      readyS = startS + durationS + REFRACTORY_S
    }
  }
  return spindles
}

function coupledCandidates(
  random: Random,
  person: Person,
  stage: 'N2' | 'N3',
  waves: readonly SlowWaveTruth[],
): Candidate[] {
  const candidates: Candidate[] = []
  for (const wave of waves) {
    const chance = wave.kind === 'k-complex' ? COUPLED['k-complex'] : COUPLED['slow-wave'][stage]
    if (random.uniform() >= chance) continue
    const slow = random.uniform() < SLOW_SHARE
    const phase = around(random, person.couplingRad, 0.5)
    const quarterS = wave.posPeakS - wave.midCrossingS
    const peakS = wave.posPeakS + (quarterS * phase) / (0.5 * PI)
    candidates.push({
      peakS: slow ? wave.negPeakS - between(random, 0.15, 0.3) : peakS,
      wave,
      slow,
    })
  }
  return candidates
}

function freeCandidates(random: Random, stretch: Stretch, stage: 'N2' | 'N3'): Candidate[] {
  const candidates: Candidate[] = []
  const meanS = 60 / FREE_PER_MIN[stage] / 1.5
  const offset = between(random, 0, 2 * PI)
  for (let atS = stretch.startS; ; ) {
    atS += waiting(random, meanS)
    if (atS >= stretch.endS) return candidates
    const swell = 0.5 + 0.5 * sin((2 * PI * atS) / INFRASLOW_S + offset)
    // Kept with a chance of 1/3 to 1: the mean of it undoes the 1.5 above.
    if (random.uniform() < 0.3333 + 0.6667 * swell) {
      candidates.push({ peakS: atS, slow: random.uniform() < SLOW_SHARE })
    }
  }
}

function drawSpindle(random: Random, person: Person, candidate: Candidate): PlannedSpindle {
  const { peakS, wave, slow } = candidate
  const frequencyHz = around(random, slow ? person.slowSpindleHz : person.spindleHz, 0.3)
  const durationS = Math.max(0.5, Math.min(1.9, logNormal(random, 0.95, 0.25)))
  const uv = logNormal(random, CREST_UV, CREST_SPREAD) * person.spindleScale * person.eegScale
  const before = between(random, 0.42, 0.58)
  const drawnS = durationS / LABELLED
  const startS = peakS - before * durationS
  return {
    truth: {
      ...{ kind: 'spindle', startS, durationS, peakS, frequencyHz, amplitudeUv: 2 * uv },
      where: slow ? 'frontal' : 'central',
      ...(wave && { slowWaveS: wave.negPeakS }),
    },
    gesture: {
      ...{ shape: 'spindle', topography: slow ? 'slowSpindle' : 'fastSpindle' },
      ...{ startS: peakS - before * drawnS, endS: peakS + (1 - before) * drawnS, atS: peakS },
      ...{ uv, a: frequencyHz, b: SLOWING_HZ_PER_S },
    },
  }
}
