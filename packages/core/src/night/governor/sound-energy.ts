/** Ten to the hundredths 0 to .99 and to the whole numbers 0 to 14, by multiplication alone. */
const HUNDREDTHS: readonly number[] = powers(1.0232929922807541, 100)
const TENS: readonly number[] = powers(10, 15)

/** Time constant of the sound level meter's "fast" (IEC 61672-1), and eight hours, ms. */
const FAST_MS = 125
const EIGHT_HOURS_MS = 28_800_000

/**
 * 10^(level / 10) by table, the level rounded up to a tenth of a decibel: never less than exact,
 * at most 2.4 % more. Below 0 dB as 0 dB; above 140 dB, and NaN, Infinity: no budget holds it.
 */
export function energyOfDb(level: number): number {
  if (!(level <= 140)) return Number.POSITIVE_INFINITY
  const tenths = Math.max(0, Math.ceil(level * 10 - 1e-9))
  const whole = Math.floor(tenths / 100)
  return TENS[whole]! * HUNDREDTHS[tenths - 100 * whole]!
}

/**
 * Sound energy of a steady burst with this LAFmax, dB(A), and length, ms: in ms at 0 dB(A). A short
 * burst shows less than its level L on a meter, LAFmax = L + 10 lg(1 - e^-x), x its length in 125
 * ms; of x / (1 - e^-x) the lower of two bounds from above is taken: never less than exact.
 */
export function soundEnergy(lafMaxDb: number, durationMs: number): number {
  const x = durationMs / FAST_MS
  const stretch = Math.min(1 + x / 2 + (x * x) / 12, 1 + x)
  return energyOfDb(lafMaxDb) * FAST_MS * stretch
}

/** The energy that a night of this LAeq over 8 h may hold, ms at 0 dB(A); NaN holds nothing. */
export function nightEnergy(laeqDb: number): number {
  return laeqDb >= 0 ? energyOfDb(Math.floor(laeqDb * 10) / 10) * EIGHT_HOURS_MS : 0
}

function powers(base: number, count: number): number[] {
  const list = [1]
  for (let n = 1; n < count; n++) list.push(list[n - 1]! * base)
  return list
}
