import { exp } from '../../math/elementary.ts'
import type { Evidence } from './betting.ts'

/** Planned nights of each arm below which no claim is made. */
const FEWEST_OF_EACH = 6

/** What a sentence is about, and how far it reaches. */
type Matter = {
  /** How it begins: what was compared. */
  readonly over: string
  /** What is said after it. */
  readonly limit: string
  /** Where nothing sounded, and evidence of a difference there all the same. */
  readonly silence?: { readonly name: string; readonly evidence: Evidence }
}

const NIGHT_LIMIT = 'This says nothing about deep sleep of the whole night.'
const BLOCK_LIMIT =
  'This compares minutes of the same nights: it says nothing about deep sleep of a whole night, ' +
  'or the day after.'

/** The result of blocks of nights. */
export function nightsSentence(swa: Evidence, nightsOfEach: number): string {
  if (swa.blocks === 0) return 'No block has a night of each arm yet: nothing can be said.'
  const over = `Over ${count(swa.blocks, 'block')} of nights`
  return sentenceOf(swa, nightsOfEach, { over, limit: NIGHT_LIMIT })
}

/** The result of pairs of windows inside nights with sound, held to those of muted nights. */
export function windowsSentence(
  windows: Evidence,
  nightsOfEach: number,
  had: { readonly pairs: number; readonly nights: number },
  muted: Evidence,
): string {
  const over = `Over ${had.pairs} pairs of windows in ${count(had.nights, 'night')}`
  const silence = { name: 'nights without sound', evidence: muted }
  return sentenceOf(windows, nightsOfEach, { over, limit: NIGHT_LIMIT, silence })
}

/** The result of nights of blocks, one difference a night, held to the windows of muted blocks. */
export function blocksSentence(swa: Evidence, pairs: number, muted: Evidence): string {
  if (swa.blocks === 0) return 'No night has a pair of blocks yet: nothing can be said.'
  const over = `Over ${count(pairs, 'pair')} of blocks in ${count(swa.blocks, 'night')}`
  const silence = { name: 'muted blocks', evidence: muted }
  return sentenceOf(swa, swa.blocks, { over, limit: BLOCK_LIMIT, silence })
}

/**
 * A result of slow waves in one sentence or two. A difference is claimed only where the interval
 * excludes none and six nights of each arm are there, and never where silence shows one too.
 */
function sentenceOf(swa: Evidence, nightsOfEach: number, matter: Matter): string {
  const { over, limit } = matter
  const seen = `slow waves in the 4 s after a marker differed by ${percent(swa.estimate)}`
  if (!Number.isFinite(swa.low) || !Number.isFinite(swa.high)) {
    return `${over}, ${seen}; too few to bound it: uncertain. ${limit}`
  }
  const bounds = `${percent(swa.low)} to ${percent(swa.high)}`
  const doubt = doubtOf(swa, nightsOfEach, matter)
  if (doubt !== undefined) {
    return `${over}, ${seen}; values of ${bounds} fit, and ${doubt}: uncertain. ${limit}`
  }
  const way = swa.low > 0 ? 'larger' : 'smaller'
  return `${over}, slow waves in the 4 s after a marker were ${way}, by ${bounds}. ${limit}`
}

function doubtOf(swa: Evidence, nightsOfEach: number, { silence }: Matter): string | undefined {
  if (nightsOfEach < FEWEST_OF_EACH) return 'too few nights'
  if (swa.low <= 0 && swa.high >= 0) return 'no difference is among them'
  if (silence === undefined) return undefined
  const { low, high } = silence.evidence
  return low > 0 || high < 0 ? `${silence.name} show a difference too` : undefined
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`
}

function percent(logRatio: number): string {
  const value = 100 * (exp(logRatio) - 1)
  return `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(0)} %`
}
