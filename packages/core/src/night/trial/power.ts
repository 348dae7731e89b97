import { assert } from '../../math/assert.ts'
import { log } from '../../math/elementary.ts'
import { type Random, seededRandom } from '../../math/random.ts'
import { PAIRS_TO_A_BET, SWA_SCALE, WINDOWS_SCALE } from './analysis.ts'
import { Capital } from './betting.ts'

/** What a simulated sleeper is assumed to be. None of it is known of a real one beforehand. */
export type Assumptions = {
  /** Gain of slow-wave power in the 4 s after a sound on the first night: .1 is +10 %. */
  readonly gain: number
  /** Spread from night to night of the log of that power, as standard deviation. */
  readonly nightSd: number
  /** Nights after which habituation has grown to 63 %; it takes at most half of the gain. */
  readonly habituationNights: number
  /** Pairs of windows that are measured in a night with sound. */
  readonly pairs: number
  /** Spread of a pair's difference of the log of that power, as standard deviation. */
  readonly pairSd: number
  /** Minutes of a night in which markers come; pairs of blocks share them. */
  readonly markedMin: number
  /** Spread of a pair of blocks' difference of the log of that power, as standard deviation. */
  readonly blockSd: number
}

/** Of a trial: how many nights a simulated sleeper needs. */
export type Power = {
  /** Share of trials that claimed a difference by the given number of nights. */
  readonly byNights: readonly { readonly nights: number; readonly share: number }[]
  /** Fewest nights by which four of five trials claimed one; undefined when none given did. */
  readonly nightsFor80?: number
}

const ALPHA = 0.05
const FEWEST_NIGHTS = 12
const FEWEST_OF_BLOCKS = 6

/**
 * A sleeper as assumed unless said otherwise: gain and habituation by the closed-loop reference
 * (8.2), night to night by guess. Of pairs: .93 is the middle of four excerpts of DREAMS in N2 and
 * N3, 1.1 that of the synthetic sleeper, which had 161 pairs in three hours. Of blocks: ten nights
 * of the synthetic sleeper had markers in some 116 min, 11 pairs of blocks of 5 min, 6 of 10 or 3
 * of 20, and as pairs are weighed one spread by .52, .42 and .64: .47 stands for 5 to 15 min.
 */
export const USUAL_SLEEPER: Assumptions = {
  ...{ gain: 0.1, nightSd: 0.12, habituationNights: 5 },
  ...{ pairs: 200, pairSd: 0.95, markedMin: 116, blockSd: 0.47 },
}

/**
 * What is bet on: blocks of nights, pairs of windows inside the nights or blocks with sound, or of
 * nights of blocks one difference each.
 */
export type PowerBy = 'nights' | 'windows' | 'blocks'

/** How many pairs of blocks of a length (min) a night is assumed to have, 1 at least. */
export function blockPairs({ markedMin }: Assumptions, blockMin: number): number {
  return Math.max(1, Math.round(markedMin / (2 * blockMin)))
}

/**
 * Power of a trial in blocks of two nights that is looked at after every block, by `trials`
 * simulated ones of `mostNights` nights; with `blockMin` each night has both arms, in blocks of so
 * many minutes, and is looked at. Stimulation moves slow waves into the time after a sound
 * and leaves the night's total as it is; habituation h follows the nights with sound, and the gain
 * is g (1 - h / 2). With gain 0 the shares are the type I error under continuous peeking.
 */
export function trialPower(
  assumed: Assumptions,
  by: PowerBy,
  mostNights: number,
  trials: number,
  seed: number,
  blockMin?: number,
): Power {
  const { gain, nightSd, habituationNights, pairSd, blockSd } = assumed
  const isOne = gain > -0.9 && Math.min(nightSd, pairSd, blockSd, habituationNights) > 0
  assert(isOne, 'a sleeper that can be')
  assert(by === 'windows' || (by === 'blocks') === (blockMin !== undefined), 'blocks have a length')
  const nights = blockMin === undefined ? 2 : 1
  const looks = Math.floor(mostNights / nights)
  const claimedBy = new Float64Array(looks + 1)
  const random = seededRandom(seed)
  for (let trial = 0; trial < trials; trial++) {
    const look =
      blockMin === undefined
        ? claimingBlock(assumed, by, looks, random)
        : claimingNight(assumed, by, blockMin, looks, random)
    if (look !== undefined) claimedBy[look]!++
  }
  let claimed = 0
  const byNights = Array.from({ length: looks }, (_, k) => {
    claimed += claimedBy[k + 1]!
    return { nights: nights * (k + 1), share: claimed / trials }
  })
  const enough = byNights.find(({ share }) => share >= 0.8)
  return enough === undefined ? { byNights } : { byNights, nightsFor80: enough.nights }
}

/** The block after which one simulated trial claims a difference. */
function claimingBlock(
  { gain, nightSd, habituationNights, pairs, pairSd }: Assumptions,
  by: PowerBy,
  blocks: number,
  random: Random,
): number | undefined {
  const capital = new Capital(by === 'nights' ? SWA_SCALE : WINDOWS_SCALE)
  const betSd = pairSd / Math.sqrt(PAIRS_TO_A_BET)
  let habituation = 0
  for (let block = 1; block <= blocks; block++) {
    const stimFirst = random.uniform() < 0.5
    let difference = 0
    for (const sound of stimFirst ? [1, 0] : [0, 1]) {
      const effect = sound * log(1 + gain * (1 - habituation / 2))
      habituation += (sound - habituation) / habituationNights
      if (by === 'nights') {
        difference += (sound === 1 ? 1 : -1) * (effect + nightSd * random.normal())
      } else if (sound === 1) {
        for (let k = 0; k < pairs; k += PAIRS_TO_A_BET)
          capital.bet(effect + betSd * random.normal())
      }
    }
    if (by === 'nights') capital.bet(difference)
    if (2 * block >= FEWEST_NIGHTS && capital.e >= 1 / ALPHA) return block
  }
  return undefined
}

/** The same of nights of blocks: each has half of its markers with sound, and half the dose. */
function claimingNight(
  assumed: Assumptions,
  by: PowerBy,
  blockMin: number,
  nights: number,
  random: Random,
): number | undefined {
  const { gain, habituationNights, pairs, pairSd, blockSd } = assumed
  const capital = new Capital(by === 'blocks' ? SWA_SCALE : WINDOWS_SCALE)
  const betSd = pairSd / Math.sqrt(PAIRS_TO_A_BET)
  const differenceSd = blockSd / Math.sqrt(blockPairs(assumed, blockMin))
  let habituation = 0
  for (let night = 1; night <= nights; night++) {
    const effect = log(1 + gain * (1 - habituation / 2))
    habituation += (0.5 - habituation) / habituationNights
    if (by === 'blocks') capital.bet(effect + differenceSd * random.normal())
    else {
      for (let k = 0; k < pairs / 2; k += PAIRS_TO_A_BET)
        capital.bet(effect + betSd * random.normal())
    }
    if (night >= FEWEST_OF_BLOCKS && capital.e >= 1 / ALPHA) return night
  }
  return undefined
}
