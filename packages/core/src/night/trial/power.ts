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

/**
 * A sleeper as assumed unless said otherwise: gain and habituation by the closed-loop reference
 * (8.2), night to night by guess. Of pairs: .93 is the middle of four excerpts of DREAMS in N2 and
 * N3, 1.1 that of the synthetic sleeper, which had 161 pairs in three hours.
 */
export const USUAL_SLEEPER: Assumptions = {
  ...{ gain: 0.1, nightSd: 0.12, habituationNights: 5 },
  ...{ pairs: 200, pairSd: 0.95 },
}

/** What is bet on: blocks of nights, or pairs of windows inside the nights with sound. */
export type PowerBy = 'nights' | 'windows'

/**
 * Power of a trial in blocks of two nights that is looked at after every block, by `trials`
 * simulated ones of `mostNights` nights. Stimulation moves slow waves into the time after a sound
 * and leaves the night's total as it is; habituation h follows the nights with sound, and the gain
 * is g (1 - h / 2). With gain 0 the shares are the type I error under continuous peeking.
 */
export function trialPower(
  assumed: Assumptions,
  by: PowerBy,
  mostNights: number,
  trials: number,
  seed: number,
): Power {
  const { gain, nightSd, habituationNights, pairSd } = assumed
  assert(gain > -0.9 && nightSd > 0 && pairSd > 0 && habituationNights > 0, 'a sleeper that can be')
  const blocks = Math.floor(mostNights / 2)
  const claimedBy = new Float64Array(blocks + 1)
  const random = seededRandom(seed)
  for (let trial = 0; trial < trials; trial++) {
    const block = claimingBlock(assumed, by, blocks, random)
    if (block !== undefined) claimedBy[block]!++
  }
  let claimed = 0
  const byNights = Array.from({ length: blocks }, (_, k) => {
    claimed += claimedBy[k + 1]!
    return { nights: 2 * (k + 1), share: claimed / trials }
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
