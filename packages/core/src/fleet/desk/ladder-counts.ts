/** Counts of the way back: those in control again, and those who consented again and are not. */
export type LadderCounts = {
  canaryEvents: number
  baselineEvents: number
  /** Nights slept. */
  canaryExposure: number
  baselineExposure: number
}

/** Nobody counted. */
export function noLadderCounts(): LadderCounts {
  return { canaryEvents: 0, baselineEvents: 0, canaryExposure: 0, baselineExposure: 0 }
}
