const BISECTIONS = 60

/**
 * First place in (0, h] where the cubic with values `y0` < 0 and `y1` and slopes `d0` and `d1` at 0
 * and h reaches 0 from below, or undefined. A cubic that rises above 0 and falls back within the
 * interval counts: its first crossing is found.
 */
export function hermiteRoot(
  y0: number,
  d0: number,
  y1: number,
  d1: number,
  h: number,
): number | undefined {
  const b = d0 * h
  const c = 3 * (y1 - y0) - h * (2 * d0 + d1)
  const d = h * (d0 + d1) - 2 * (y1 - y0)
  const at = (s: number): number => y0 + s * (b + s * (c + s * d))
  let top = 1
  if (!(y1 >= 0)) {
    if (!(d0 > 0 && d1 < 0)) return undefined
    top = summit(b, c, d)
    if (!(at(top) >= 0)) return undefined
  }
  let low = 0
  let high = top
  for (let i = 0; i < BISECTIONS; i++) {
    const middle = 0.5 * (low + high)
    if (at(middle) < 0) low = middle
    else high = middle
  }
  return high * h
}

/** Where b + 2 c s + 3 d s^2 falls through 0, for b > 0 and a negative slope at 1. */
function summit(b: number, c: number, d: number): number {
  return b / (-c + Math.sqrt(Math.max(c * c - 3 * b * d, 0)))
}
