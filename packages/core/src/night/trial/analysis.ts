import { assert } from '../../math/assert.ts'
import { log } from '../../math/elementary.ts'
import { excessProbability } from './attribution.ts'
import { type Evidence, evidenceOf } from './betting.ts'
import { type Blinding, blindingOf } from './blinding.ts'
import { knownBlocks, nightDifferences, pairDifferences } from './block-analysis.ts'
import { armOf } from './design.ts'
import { signFlipP } from './permutation.ts'
import { blocksSentence, nightsSentence, windowsSentence } from './sentence.ts'
import type { MarkerMeasure, NightOutcome, Trial } from './trial.ts'

/** What an opened trial says. */
export type Analysis = {
  /** Nights that have an outcome, of either arm; a night of blocks counts for both. */
  readonly stimNights: number
  readonly controlNights: number
  /**
   * Natural log of slow-wave power after a marker, stimulation less control; of nights of blocks,
   * one difference a night.
   */
  readonly swa: Evidence
  /** Only of nights of blocks. */
  readonly blocks?: BlocksSeen
  /** Two-sided p of a sign-flip test; for a trial that ran to its planned end. */
  readonly swaP: number
  /**
   * The same inside the nights (or blocks) with stimulation: windows with sound less those without,
   * in means of eight pairs. The seed draws each pair's order, so each is a trial of its own.
   */
  readonly windows: Evidence
  /** As `windows`, of muted nights or blocks: a difference here is no effect of sound. */
  readonly mutedWindows: Evidence
  /** Depth of the evoked trough, uV, and log power of spindles: stimulation less control. */
  readonly evoked: Evidence
  readonly spindle: Evidence
  /**
   * Morning sleepiness, points of the Karolinska scale, stimulation less control; nothing of
   * nights of blocks, each of which has both.
   */
  readonly kss: Evidence
  /** P(sounds bring over 2 % more arousals than silent markers). */
  readonly soundWakes: number
  readonly blinding: Blinding
  /** The result in words that claim no more than the interval. */
  readonly sentence: string
}

/** What blocks within nights were had. */
export type BlocksSeen = {
  readonly blockMin: number
  /** Pairs of which both blocks had a marker, in all nights. */
  readonly pairs: number
  /**
   * Natural log of the slow-wave power of a block as a whole, with sound less muted, one difference
   * a night, where both had markers: what sounds only move from second to second is not in it.
   */
  readonly whole: Evidence
}

/** Typical differences of a block, fixed before any trial: log power, points, uV. */
export const SWA_SCALE = 0.15
const KSS_SCALE = 1
const EVOKED_SCALE = 10
/** Pairs of windows to a bet. */
export const PAIRS_TO_A_BET = 8
/** Scale of the bets on them, log power. */
export const WINDOWS_SCALE = 1

/** Analyses an opened trial; a trial that is still sealed is the caller's mistake. */
export function analysisOf(trial: Trial): Analysis {
  const { opened, design, nights } = trial
  assert(opened !== undefined, 'a sealed trial is not analysed')
  const compared =
    design.blockMin === undefined
      ? comparedNights(trial, opened.seed)
      : comparedBlocks(nights, opened.seed, design.blockMin)
  const { stim, control, differences, sounded, kss } = compared
  const ratios = differences(logSwa)
  const swa = evidenceOf(ratios, SWA_SCALE)
  const guessed = nights.flatMap(({ night, guess }) =>
    guess === undefined ? [] : [{ sound: sounded(night), guess }],
  )
  const windows = evidenceOf(betsOf(stim), WINDOWS_SCALE)
  const silent = design.control === 'random-phase' ? [] : control
  const mutedWindows = evidenceOf(betsOf(silent), WINDOWS_SCALE)
  const { stimNights, controlNights, blocks } = compared
  return {
    ...{ stimNights, controlNights, swa },
    ...(blocks === undefined ? {} : { blocks }),
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
    kss: evidenceOf(kss, KSS_SCALE),
    soundWakes: excessProbability(counts(stim), silenceOf(stim, control)),
    blinding: blindingOf(guessed),
    sentence:
      blocks !== undefined
        ? blocksSentence(swa, blocks.pairs, mutedWindows)
        : windows.blocks === 0
          ? nightsSentence(swa, Math.min(stimNights, controlNights))
          : windowsSentence(windows, Math.min(stimNights, controlNights), had(stim), mutedWindows),
  }
}

/** Stretches that are compared, nights or blocks, and how differences of theirs are taken. */
type Compared = {
  readonly stim: readonly MarkerMeasure[]
  readonly control: readonly MarkerMeasure[]
  readonly stimNights: number
  readonly controlNights: number
  readonly blocks?: BlocksSeen
  /** Of sleepiness in the morning. */
  readonly kss: readonly number[]
  /** Stimulation less control, of each block of nights or each night of blocks. */
  differences(of: (stretch: MarkerMeasure) => number | undefined): number[]
  /** Whether a night had any sound. */
  sounded(night: number): boolean
}

function comparedNights({ nights, design }: Trial, seed: string): Compared {
  const isStim = (night: number): boolean => armOf(design, seed, night) === 'stim'
  const differences = (of: (night: NightOutcome) => number | undefined): number[] =>
    blockDifferences(nights, 2 * design.perBlock, isStim, of)
  const stim = nights.filter(({ night }) => isStim(night))
  const control = nights.filter(({ night }) => !isStim(night))
  return {
    ...{ stim, control, stimNights: stim.length, controlNights: control.length, differences },
    kss: differences(({ kss }) => kss),
    sounded: (night) => design.control === 'random-phase' || isStim(night),
  }
}

/** Every night of blocks has both arms: it sounds, and its morning has nothing beside it. */
function comparedBlocks(nights: readonly NightOutcome[], seed: string, blockMin: number): Compared {
  const known = knownBlocks(nights, seed)
  // Of blocks in which nothing could sound none can have done anything.
  const whole = pairDifferences(known, ({ wholeUv2, markers = 0 }) =>
    wholeUv2 === undefined || markers === 0 ? undefined : log(wholeUv2),
  )
  const count = nights.filter(({ blocks = [] }) => blocks.length > 0).length
  return {
    ...{ stim: known.filter(({ isStim }) => isStim), stimNights: count, controlNights: count },
    control: known.filter(({ isStim }) => !isStim),
    blocks: {
      ...{ blockMin, pairs: pairDifferences(known, logSwa).length },
      whole: evidenceOf(nightDifferences(whole), SWA_SCALE),
    },
    kss: [],
    differences: (of) => nightDifferences(pairDifferences(known, of)),
    sounded: () => true,
  }
}

function logSwa({ swaUv2 }: MarkerMeasure): number | undefined {
  return swaUv2 === undefined ? undefined : log(swaUv2)
}

/** Differences of a night's pairs of windows as they are bet on: means of eight, in order. */
function betsOf(stretches: readonly MarkerMeasure[]): number[] {
  return stretches.flatMap(({ windows = [] }) => {
    const bets: number[] = []
    for (let k = 0; k < windows.length; k += PAIRS_TO_A_BET) {
      bets.push(meanOf(windows.slice(k, k + PAIRS_TO_A_BET)))
    }
    return bets
  })
}

/** Pairs of windows, and nights that had one. */
function had(nights: readonly MarkerMeasure[]): {
  readonly pairs: number
  readonly nights: number
} {
  const some = nights.filter(({ windows = [] }) => windows.length > 0)
  const pairs = some.reduce((sum, { windows = [] }) => sum + windows.length, 0)
  return { pairs, nights: some.length }
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

type Count = { readonly markers: number; readonly arousals: number }

/** Markers at which nothing sounded: of silent windows, and all of stretches without sound. */
function silenceOf(stim: readonly MarkerMeasure[], control: readonly MarkerMeasure[]): Count {
  const silent = [...stim, ...control].map(({ silentMarkers = 0, silentArousals = 0 }) => {
    return { markers: silentMarkers, arousals: silentArousals }
  })
  return counts([...control, ...silent])
}

function counts(stretches: readonly MarkerMeasure[]): Count {
  const sum = (of: (stretch: MarkerMeasure) => number | undefined): number =>
    stretches.reduce((total, stretch) => total + (of(stretch) ?? 0), 0)
  return { markers: sum((n) => n.markers), arousals: sum((n) => n.arousals) }
}

function meanOf(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length
}
