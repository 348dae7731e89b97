import { sealedDraws } from './seal.ts'

/** What a block within a night is: with sound, or with as many zeros. */
export type BlockArm = 'stim' | 'muted'

/** Shortest block within a night, min. */
export const LEAST_BLOCK_MIN = 5
/** Longest block within a night, min. */
export const MOST_BLOCK_MIN = 30

const MINUTE_MS = 60_000
/**
 * Markers so soon after a block began are not counted for it: what the block before it set going
 * (the answer to its last train, some waves after it) is over by then. Own value, ms.
 */
const LEAD_IN_MS = 30_000
/** Nor are those so late in it that an arousal within 10 s could lie in the next one, ms. */
const LEAD_OUT_MS = 10_000

/** Which block of a night a moment lies in, 0 is the first; ms of device time, blocks in min. */
export function blockOf(atMs: number, blockMin: number): number {
  return Math.max(0, Math.floor(atMs / (blockMin * MINUTE_MS)))
}

/**
 * The arm of a block of a night: of blocks 2k and 2k + 1 one has sound and one is muted, in an
 * order that the sealed seed draws for each pair anew (rule N81).
 */
export function blockArmOf(seed: string, night: number, block: number): BlockArm {
  const first = sealedDraws(seed, `pair ${night} ${Math.floor(block / 2)}`)(2)
  return block % 2 === first ? 'stim' : 'muted'
}

/**
 * The block for which a marker at a moment of device time (ms) is counted, or undefined near a
 * border. A sound belongs to the block in which it is heard, so a train may be cut at a border;
 * what surrounds a border is left out by the clock alone, in both arms alike. Blocks of whole
 * trains would begin when the sleeper's waves let them, and the box could not tell it afterwards.
 */
export function countedBlock(atMs: number, blockMin: number): number | undefined {
  const block = blockOf(atMs, blockMin)
  const intoMs = atMs - block * blockMin * MINUTE_MS
  const isClear = intoMs >= LEAD_IN_MS && intoMs < blockMin * MINUTE_MS - LEAD_OUT_MS
  return isClear ? block : undefined
}
