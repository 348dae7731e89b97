import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../math/random.ts'
import { cheapestBlocks } from './block-schedule.ts'

const STEPS = 9

describe('the cheapest blocks', () => {
  it('are those that trying every schedule finds, twenty times over', () => {
    const random = seededRandom(11)
    for (let round = 0; round < 20; round++) {
      const row = (): Float64Array => Float64Array.from({ length: STEPS }, () => random.normal())
      const prices: [Float64Array, Float64Array, Float64Array] = [row(), row(), row()]
      const closed = Uint8Array.from({ length: STEPS }, () => (random.uniform() < 0.2 ? 1 : 0))
      const found = cheapestBlocks(prices, closed, 2)
      expect(isLawful(found, closed)).toBe(true)
      expect(priceOf(found, prices, closed)).toBeCloseTo(bestByTrying(prices, closed), 10)
    }
  })

  it('never stand where they are not allowed', () => {
    const free = (): Float64Array => new Float64Array(STEPS)
    const seek = free().fill(-1)
    seek.fill(Infinity, 3, 6)
    const levels = cheapestBlocks([free().fill(0.1), free(), seek], new Uint8Array(STEPS), 2)
    expect([...levels]).toEqual([1, 1, 1, 0, 0, 0, 1, 1, 1])
  })
})

function priceOf(levels: Int8Array, prices: readonly Float64Array[], closed: Uint8Array): number {
  return levels.reduce((sum, level, i) => sum + (closed[i] ? 0 : prices[level + 1]![i]!), 0)
}

/** Runs inside the grid last two steps; a run of none that touches a closed step may be shorter. */
function isLawful(levels: Int8Array, closed: Uint8Array): boolean {
  for (let from = 0; from < levels.length; ) {
    let to = from + 1
    while (to < levels.length && levels[to] === levels[from]) to++
    for (let i = from; i < to; i++) if (closed[i] && levels[i] !== 0) return false
    const touches = levels[from] === 0 && closed.subarray(from, to).some((c) => c === 1)
    const atEdge = from === 0 || (to === levels.length && levels[from] === 0)
    if (to - from < 2 && !touches && !atEdge) return false
    from = to
  }
  return true
}

function bestByTrying(prices: readonly Float64Array[], closed: Uint8Array): number {
  let best = Infinity
  const levels = new Int8Array(STEPS)
  for (let code = 0; code < 3 ** STEPS; code++) {
    let rest = code
    for (let i = 0; i < STEPS; i++) {
      levels[i] = (rest % 3) - 1
      rest = Math.floor(rest / 3)
    }
    if (isLawful(levels, closed)) best = Math.min(best, priceOf(levels, prices, closed))
  }
  return best
}
