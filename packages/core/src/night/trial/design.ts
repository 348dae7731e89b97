import { fail, ok, type Result } from '../../math/result.ts'
import { ARMS, type Arm, type NightDraw } from './arm.ts'
import { LEAST_BLOCK_MIN, MOST_BLOCK_MIN } from './block.ts'
import { sealedDraws } from './seal.ts'

/** How a trial is laid out; fixed before its first night and part of what is committed to. */
export type Design = {
  /** What `stim` is compared with. */
  readonly control: Exclude<Arm, 'stim'>
  /** Nights of either arm in a block, 1 to 3: each block holds as many of both. */
  readonly perBlock: number
  /** Nights with an arm, a whole number of blocks, 12 at least (six of each arm). */
  readonly nights: number
  /**
   * Where each night has both arms: length of a block within it, 5 to 30 min. Only against
   * `muted`, which alone is concealed; then `perBlock` is 1 and six nights are enough.
   */
  readonly blockMin?: number
}

/** Why a design was not taken. */
export type DesignCode = 'TRIAL_DESIGN'

/** Nights in a row with an arm, and the free nights after them (rule N69). */
const ROW_NIGHTS = 14
const FREE_NIGHTS = 2
const FEWEST_NIGHTS = 12
const FEWEST_OF_BLOCKS = 6
const MOST_NIGHTS = 364
const MOST_PER_BLOCK = 3

/** Checks the numbers of a design. */
export function checkDesign(design: Design): Result<Design, DesignCode> {
  const { control, perBlock, nights, blockMin } = design
  if (!ARMS.includes(control) || (control as Arm) === 'stim') {
    return fail('TRIAL_DESIGN', 'control', JSON.stringify(control), ARMS.slice(1).join(' '))
  }
  if (!Number.isInteger(perBlock) || perBlock < 1 || perBlock > MOST_PER_BLOCK) {
    return fail('TRIAL_DESIGN', 'perBlock', String(perBlock), `1 to ${MOST_PER_BLOCK}`)
  }
  if (blockMin !== undefined) return checkBlocks(design, blockMin)
  const whole = Number.isInteger(nights) && nights % (2 * perBlock) === 0
  if (!whole || nights < FEWEST_NIGHTS || nights > MOST_NIGHTS) {
    const expected = `${FEWEST_NIGHTS} to ${MOST_NIGHTS} in blocks of ${2 * perBlock}`
    return fail('TRIAL_DESIGN', 'nights', String(nights), expected)
  }
  return ok({ control, perBlock, nights })
}

function checkBlocks(
  { control, perBlock, nights }: Design,
  blockMin: number,
): Result<Design, DesignCode> {
  if (control !== 'muted' || perBlock !== 1) {
    const got = `${perBlock} of ${control}`
    return fail('TRIAL_DESIGN', 'control', got, '1 of muted, for blocks within a night')
  }
  const isLength = blockMin >= LEAST_BLOCK_MIN && blockMin <= MOST_BLOCK_MIN
  if (!Number.isInteger(blockMin) || !isLength) {
    const expected = `whole, ${LEAST_BLOCK_MIN} to ${MOST_BLOCK_MIN}`
    return fail('TRIAL_DESIGN', 'blockMin', String(blockMin), expected)
  }
  if (!Number.isInteger(nights) || nights < FEWEST_OF_BLOCKS || nights > MOST_NIGHTS) {
    return fail('TRIAL_DESIGN', 'nights', String(nights), `${FEWEST_OF_BLOCKS} to ${MOST_NIGHTS}`)
  }
  return ok({ control, perBlock, nights, blockMin })
}

/** A design in the words that are committed to; those without blocks in a night as ever. */
export function designText({ control, perBlock, nights, blockMin }: Design): string {
  if (blockMin !== undefined) {
    return `stim against ${control} in blocks of ${blockMin} min within a night, ${nights} nights`
  }
  return `stim against ${control}, ${perBlock} of each to a block, ${nights} nights`
}

/**
 * The arm of a night (0 is the first with an arm), drawn by the sealed seed in permuted blocks: as
 * many of either in each block, in an order that tells nothing about the next block. With blocks of
 * at most three each, six nights in a row with sound are the most that can come (rule N68). A
 * night that has both arms is `blocks`; which is which tells `blockArmOf`.
 */
export function armOf(design: Design, seed: string, night: number): NightDraw {
  if (design.blockMin !== undefined) return 'blocks'
  const size = 2 * design.perBlock
  const block = Math.floor(night / size)
  const order: Arm[] = Array.from({ length: size }, (_, k) =>
    k < design.perBlock ? 'stim' : design.control,
  )
  const draw = sealedDraws(seed, `block ${block}`)
  for (let k = size - 1; k > 0; k--) {
    const other = draw(k + 1)
    const kept = order[k]!
    order[k] = order[other]!
    order[other] = kept
  }
  return order[night - block * size]!
}

/**
 * Which night of the trial a calendar night is (0 is the first), or undefined on a free night: two
 * follow every fourteen (rule N69), for all to see.
 */
export function trialNight(calendarNight: number): number | undefined {
  const cycle = Math.floor(calendarNight / (ROW_NIGHTS + FREE_NIGHTS))
  const into = calendarNight - cycle * (ROW_NIGHTS + FREE_NIGHTS)
  return into < ROW_NIGHTS ? cycle * ROW_NIGHTS + into : undefined
}
