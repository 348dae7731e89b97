import { assert } from '../../math/assert.ts'
import { exp, log } from '../../math/elementary.ts'
import { excessProbability } from './attribution.ts'
import { type Evidence, evidenceOf } from './betting.ts'
import { type Blinding, blindingOf } from './blinding.ts'
import { armOf } from './design.ts'
import { signFlipP } from './permutation.ts'
import type { NightOutcome, Trial } from './trial.ts'

/** What an opened trial says. */
export type Analysis = {
  /** Nights that have an outcome, of either arm. */
  readonly stimNights: number
  readonly controlNights: number
  /** Natural log of slow-wave power after a marker, stimulation less control. */
  readonly swa: Evidence
  /** Two-sided p of a sign-flip test; for a trial that ran to its planned end. */
  readonly swaP: number
  /**
   * The same inside the nights with stimulation: windows with sound less those without, in means
   * of eight pairs. The seed draws each pair's order, so each is a trial of its own.
   */
  readonly windows: Evidence
  /** As `windows`, of muted nights: a difference here is no effect of sound. */
  readonly mutedWindows: Evidence
  /** Depth of the evoked trough, uV, and log power of spindles: stimulation less control. */
  readonly evoked: Evidence
  readonly spindle: Evidence
  /** Morning sleepiness, points of the Karolinska scale, stimulation less control. */
  readonly kss: Evidence
  /** P(sounds bring over 2 % more arousals than silent markers). */
  readonly soundWakes: number
  readonly blinding: Blinding
  /** The result in words that claim no more than the interval. */
  readonly sentence: string
}

/** Typical differences of a block, fixed before any trial: log power, points, uV. */
export const SWA_SCALE = 0.15
const KSS_SCALE = 1
const EVOKED_SCALE = 10
/** Pairs of windows to a bet. */
export const PAIRS_TO_A_BET = 8
/** Scale of the bets on them, log power. */
export const WINDOWS_SCALE = 1
/** Planned nights of each arm below which no claim is made. */
const FEWEST_OF_EACH = 6

/** Analyses an opened trial; a trial that is still sealed is the caller's mistake. */
export function analysisOf(trial: Trial): Analysis {
  const { opened, design, nights } = trial
  assert(opened !== undefined, 'a sealed trial is not analysed')
  const isStim = (night: number): boolean => armOf(design, opened.seed, night) === 'stim'
  const differences = (of: (night: NightOutcome) => number | undefined): number[] =>
    blockDifferences(nights, 2 * design.perBlock, isStim, of)
  const ratios = differences(({ swaUv2 }) => (swaUv2 === undefined ? undefined : log(swaUv2)))
  const swa = evidenceOf(ratios, SWA_SCALE)
  const stim = nights.filter(({ night }) => isStim(night))
  const control = nights.filter(({ night }) => !isStim(night))
  const sounds = design.control === 'random-phase'
  const guessed = nights.flatMap(({ night, guess }) =>
    guess === undefined ? [] : [{ sound: sounds || isStim(night), guess }],
  )
  const windows = evidenceOf(betsOf(stim), WINDOWS_SCALE)
  const mutedWindows = evidenceOf(sounds ? [] : betsOf(control), WINDOWS_SCALE)
  const ofEach = Math.min(stim.length, control.length)
  return {
    stimNights: stim.length,
    controlNights: control.length,
    swa,
    swaP: signFlipP(ratios, 1),
    ...{ windows, mutedWindows },
    evoked: evidenceOf(
      differences(({ evokedUv }) => evokedUv),
      EVOKED_SCALE,
    ),
    spindle: evidenceOf(
      differences(({ spindleLog }) => spindleLog),
      SWA_SCALE,
    ),
    kss: evidenceOf(
      differences(({ kss }) => kss),
      KSS_SCALE,
    ),
    soundWakes: excessProbability(counts(stim), silenceOf(stim, control)),
    blinding: blindingOf(guessed),
    sentence:
      windows.blocks === 0
        ? sentenceOf(swa, ofEach)
        : sentenceOf(windows, ofEach, windowsText(stim), mutedWindows),
  }
}

/** Differences of a night's pairs of windows as they are bet on: means of eight, in order. */
function betsOf(nights: readonly NightOutcome[]): number[] {
  return nights.flatMap(({ windows = [] }) => {
    const bets: number[] = []
    for (let k = 0; k < windows.length; k += PAIRS_TO_A_BET) {
      bets.push(meanOf(windows.slice(k, k + PAIRS_TO_A_BET)))
    }
    return bets
  })
}

function windowsText(stim: readonly NightOutcome[]): string {
  const had = stim.filter(({ windows = [] }) => windows.length > 0)
  const pairs = had.reduce((sum, { windows = [] }) => sum + windows.length, 0)
  return `Over ${pairs} pairs of windows in ${had.length} night${had.length === 1 ? '' : 's'}`
}

/**
 * Mean under stimulation less mean under control of each block that has both, in order. Nights
 * without the outcome are passed over; that is fair only when what is missing does not depend on
 * the arm.
 */
export function blockDifferences(
  nights: readonly NightOutcome[],
  blockNights: number,
  isStim: (night: number) => boolean,
  of: (night: NightOutcome) => number | undefined,
): number[] {
  const blocks = new Map<number, { stim: number[]; control: number[] }>()
  for (const night of nights) {
    const value = of(night)
    if (value === undefined) continue
    const block = Math.floor(night.night / blockNights)
    const both = blocks.get(block) ?? { stim: [], control: [] }
    both[isStim(night.night) ? 'stim' : 'control'].push(value)
    blocks.set(block, both)
  }
  return [...blocks]
    .sort(([a], [b]) => a - b)
    .filter(([, { stim, control }]) => stim.length > 0 && control.length > 0)
    .map(([, { stim, control }]) => meanOf(stim) - meanOf(control))
}

/**
 * The result of slow waves in one sentence or two. A difference is claimed only where the interval
 * excludes none and six nights of each arm are there, and never where muted nights show one too.
 */
export function sentenceOf(
  swa: Evidence,
  nightsOfEach: number,
  over = `Over ${swa.blocks} block${swa.blocks === 1 ? '' : 's'} of nights`,
  muted?: Evidence,
): string {
  if (swa.blocks === 0) return 'No block has a night of each arm yet: nothing can be said.'
  const seen = `slow waves in the 4 s after a marker differed by ${percent(swa.estimate)}`
  const noWhole = 'This says nothing about deep sleep of the whole night.'
  if (!Number.isFinite(swa.low) || !Number.isFinite(swa.high)) {
    return `${over}, ${seen}; too few to bound it: uncertain. ${noWhole}`
  }
  const bounds = `${percent(swa.low)} to ${percent(swa.high)}`
  const doubt = doubtOf(swa, nightsOfEach, muted)
  if (doubt !== undefined) {
    return `${over}, ${seen}; values of ${bounds} fit, and ${doubt}: uncertain. ${noWhole}`
  }
  const way = swa.low > 0 ? 'larger' : 'smaller'
  return `${over}, slow waves in the 4 s after a marker were ${way}, by ${bounds}. ${noWhole}`
}

function doubtOf(swa: Evidence, nightsOfEach: number, muted?: Evidence): string | undefined {
  if (nightsOfEach < FEWEST_OF_EACH) return 'too few nights'
  if (swa.low <= 0 && swa.high >= 0) return 'no difference is among them'
  const isOdd = muted !== undefined && (muted.low > 0 || muted.high < 0)
  return isOdd ? 'nights without sound show a difference too' : undefined
}

function percent(logRatio: number): string {
  const value = 100 * (exp(logRatio) - 1)
  return `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(0)} %`
}

/** Markers at which nothing sounded: of silent windows, and all of nights without sound. */
function silenceOf(
  stim: readonly NightOutcome[],
  control: readonly NightOutcome[],
): { markers: number; arousals: number } {
  const silent = [...stim, ...control].map(({ night, silentMarkers = 0, silentArousals = 0 }) => {
    return { night, markers: silentMarkers, arousals: silentArousals }
  })
  return counts([...control, ...silent])
}

function counts(nights: readonly NightOutcome[]): { markers: number; arousals: number } {
  const sum = (of: (night: NightOutcome) => number | undefined): number =>
    nights.reduce((total, night) => total + (of(night) ?? 0), 0)
  return { markers: sum((n) => n.markers), arousals: sum((n) => n.arousals) }
}

function meanOf(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length
}
