/** A level of light advice: avoid, none, seek. */
export type Level = -1 | 0 | 1

/**
 * The schedule of least total price in which every run of a level is at least `shortest` steps
 * long: an exact dynamic program over (level, length of its run). `prices` are the costs of avoid,
 * none and seek at every step (Infinity = not allowed). Where `closed` is 1 (asleep) the level is
 * none at no price, and a run of none that touches it may be of any length.
 */
export function cheapestBlocks(
  prices: readonly [Float64Array, Float64Array, Float64Array],
  closed: Uint8Array,
  shortest: number,
): Int8Array {
  const steps = closed.length
  const states = 3 * shortest // state = 3 * (run - 1) + level + 1, the last run meaning "or more"
  const full = 3 * (shortest - 1)
  const from = new Uint8Array(steps * states)
  let cost = new Float64Array(states).fill(Infinity)
  let next = new Float64Array(states)
  cost.fill(0, full) // before the grid every level may have lasted long enough
  for (let i = 0; i < steps; i++) {
    goOn(i, prices, closed, shortest, cost, next, from)
    const spare = cost
    cost = next
    next = spare
  }
  return trace(from, cheapestEnd(cost, states, full), states, steps)
}

/** What the states before step `i` cost after it, into `next`; `from` gets where each came from. */
function goOn(
  i: number,
  prices: readonly [Float64Array, Float64Array, Float64Array],
  closed: Uint8Array,
  shortest: number,
  cost: Float64Array,
  next: Float64Array,
  from: Uint8Array,
): void {
  const states = cost.length
  const full = states - 3
  for (let state = 0; state < states; state++) next[state] = Infinity
  const back = i * states
  if (closed[i]) {
    const best = cheapestEnd(cost, states, full)
    next[full + 1] = cost[best]!
    from[back + full + 1] = best
  } else {
    for (let level = 0; level < 3; level++) {
      const price = prices[level]![i]!
      if (price === Infinity) continue
      const first = cheapestOf(cost, states, full, level)
      next[level] = cost[first]! + price
      from[back + level] = first
      for (let run = 1; run < shortest; run++) {
        const state = 3 * run + level
        next[state] = cost[state - 3]! + price
        from[back + state] = state - 3
      }
      const stay = full + level
      if (cost[stay]! + price <= next[stay]!) {
        next[stay] = cost[stay]! + price
        from[back + stay] = stay
      }
    }
  }
}

/** The cheapest state whose run may end here and whose level is another one. */
function cheapestOf(cost: Float64Array, states: number, full: number, notLevel: number): number {
  let best = full + (notLevel === 0 ? 1 : 0)
  for (let state = full; state < states; state++) {
    if (state - full !== notLevel && cost[state]! < cost[best]!) best = state
  }
  return best
}

/** The cheapest state that may end at sleep or at the grid's end: none may end at any length. */
function cheapestEnd(cost: Float64Array, states: number, full: number): number {
  let best = full
  for (let state = 0; state < states; state++) {
    if ((state >= full || state % 3 === 1) && cost[state]! < cost[best]!) best = state
  }
  return best
}

function trace(from: Uint8Array, last: number, states: number, steps: number): Int8Array {
  const levels = new Int8Array(steps)
  let state = last
  for (let i = steps - 1; i >= 0; i--) {
    levels[i] = (state % 3) - 1
    state = from[i * states + state]!
  }
  return levels
}
