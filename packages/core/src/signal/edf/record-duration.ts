/**
 * Record durations tried first, seconds: what players expect. The standard wants 1 s where it can
 * be.
 */
const USUAL_S = [1, 2, 4, 5, 10, 20, 30, 60, 0.5, 0.25, 0.2, 0.1, 0.125, 0.05, 0.04, 0.02, 0.01]

/**
 * How far samples per record may be from a whole number, relative: a clock error of 1 s in 11 days.
 */
const TOLERANCE = 1e-6

/** Sample periods of the first rate tried as a record duration when no usual one fits. */
const MOST_PERIODS = 20_000

/** A record's duration and the whole number of samples that each rate has in it. */
export type RecordPlan = {
  readonly durationS: number
  /** The duration as the header has it, at most 8 characters. */
  readonly text: string
  readonly samples: readonly number[]
}

/**
 * The record duration in which each rate (Hz, > 0) has a whole number of samples: the wanted one, a
 * usual one, else a multiple of the first rate's sample period. Undefined when no duration of up to
 * 8 characters fits all rates to a millionth.
 */
export function planRecords(
  ratesHz: readonly number[],
  wantedS: number | undefined,
): RecordPlan | undefined {
  const usual = wantedS === undefined ? USUAL_S : [wantedS, ...USUAL_S]
  for (const durationS of usual) {
    const plan = planFor(ratesHz, durationS)
    if (plan) return plan
  }
  const least = Math.ceil((ratesHz[0] ?? 1) / 100)
  for (let periods = least; periods < least + MOST_PERIODS; periods++) {
    const plan = planFor(ratesHz, periods / ratesHz[0]!)
    if (plan) return plan
  }
  return undefined
}

function planFor(ratesHz: readonly number[], wantedS: number): RecordPlan | undefined {
  const text = shortest(wantedS)
  const durationS = Number(text)
  const samples = ratesHz.map((rate) => Math.round(rate * durationS))
  const fits = ratesHz.every((rate, i) => {
    return samples[i]! >= 1 && Math.abs(samples[i]! / (rate * durationS) - 1) <= TOLERANCE
  })
  return fits ? { durationS, text, samples } : undefined
}

function shortest(value: number): string {
  for (let decimals = 6; decimals > 0; decimals--) {
    const text = value.toFixed(decimals).replace(/\.?0+$/, '')
    if (text.length <= 8) return text
  }
  return value.toFixed(0).slice(0, 8)
}
