import { log } from '../../math/elementary.ts'
import { blockArmOf } from './block.ts'
import type { BlockMeasure, NightOutcome } from './trial.ts'

/** A block of an opened trial with its arm. */
export type KnownBlock = BlockMeasure & {
  readonly night: number
  readonly isStim: boolean
}

/** The blocks of a trial's nights with the arms that the opened seed tells, in order. */
export function knownBlocks(nights: readonly NightOutcome[], seed: string): KnownBlock[] {
  return nights.flatMap(({ night, blocks = [] }) =>
    blocks.map((block) => {
      return { ...block, night, isStim: blockArmOf(seed, night, block.block) === 'stim' }
    }),
  )
}

/** Pairs of blocks of which both have an outcome: with sound less muted, and what they weigh. */
export type PairDifference = {
  readonly night: number
  readonly difference: number
  readonly weight: number
}

/** Blocks whose slow-wave power differs by this, log, count half; own value. */
const UNLIKE = 0.8

/**
 * The difference of each pair of neighbouring blocks that both have the outcome. A pair weighs by
 * the markers with sound of its blocks, n m / (n + m), as the spread of a difference of two means
 * does, and less the less alike its blocks were as a whole (half where that is not known): sleep
 * deepens and lightens within minutes by more than a sound could do. A pair whose arms change
 * places keeps its weight, so that without an effect its sign stays a fair coin's.
 */
export function pairDifferences(
  blocks: readonly KnownBlock[],
  of: (block: KnownBlock) => number | undefined,
): PairDifference[] {
  const pairs = new Map<string, { night: number; stim?: KnownBlock; muted?: KnownBlock }>()
  for (const block of blocks) {
    if (of(block) === undefined) continue
    const key = `${block.night} ${Math.floor(block.block / 2)}`
    const both = pairs.get(key) ?? { night: block.night }
    both[block.isStim ? 'stim' : 'muted'] = block
    pairs.set(key, both)
  }
  return [...pairs.values()].flatMap(({ night, stim, muted }) => {
    if (stim === undefined || muted === undefined) return []
    const [n, m] = [1 + (stim.markers ?? 0), 1 + (muted.markers ?? 0)]
    const weight = ((n * m) / (n + m)) * likeness(stim, muted)
    return [{ night, difference: of(stim)! - of(muted)!, weight }]
  })
}

/** 1 for blocks of the same slow-wave power as a whole, and towards 0 the less alike they are. */
function likeness({ wholeUv2: a }: KnownBlock, { wholeUv2: b }: KnownBlock): number {
  if (a === undefined || b === undefined) return 0.5
  const apart = log(a / b) / UNLIKE
  return 1 / (1 + apart * apart)
}

/**
 * One number of each night, in order: the weighted mean of its pairs. What the blocks of a night
 * share is counted once that way, and one long night weighs no more than another.
 */
export function nightDifferences(pairs: readonly PairDifference[]): number[] {
  const nights = new Map<number, { sum: number; weight: number }>()
  for (const { night, difference, weight } of pairs) {
    const { sum, weight: all } = nights.get(night) ?? { sum: 0, weight: 0 }
    nights.set(night, { sum: sum + weight * difference, weight: all + weight })
  }
  return [...nights].sort(([a], [b]) => a - b).map(([, { sum, weight }]) => sum / weight)
}
