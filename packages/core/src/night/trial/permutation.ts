import { seededRandom } from '../../math/random.ts'

/** Up to so many blocks every way of swapping the arms is counted. */
const MOST_EXACT = 14
const DRAWS = 9999

/**
 * Two-sided p of the mean of paired differences when each sign was a fair coin: every assignment up
 * to 14 blocks, else 9,999 drawn from the seed (the observed one counts as one more). Valid at the
 * planned end only, not at every look. 1 without differences. Source: Fisher 1935.
 */
export function signFlipP(differences: readonly number[], seed: number): number {
  const n = differences.length
  const size = (sum: number): number => Math.abs(sum) * (1 + 1e-12)
  const seen = Math.abs(differences.reduce((a, b) => a + b, 0))
  if (n <= MOST_EXACT) {
    let asLarge = 0
    const ways = 1 << n
    for (let way = 0; way < ways; way++) {
      let sum = 0
      for (let k = 0; k < n; k++) sum += (way >> k) & 1 ? -differences[k]! : differences[k]!
      if (size(sum) >= seen) asLarge++
    }
    return asLarge / ways
  }
  const random = seededRandom(seed)
  let asLarge = 1
  for (let draw = 0; draw < DRAWS; draw++) {
    let sum = 0
    for (const d of differences) sum += random.uniform() < 0.5 ? -d : d
    if (size(sum) >= seen) asLarge++
  }
  return asLarge / (DRAWS + 1)
}
