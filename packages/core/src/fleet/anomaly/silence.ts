/** Frames that a device may owe before it counts as silent. */
export const SILENT_FRAMES = 3

/** Share of a district's devices that fall silent together, and below which it is over. */
const BLACKOUT_SHARE = 0.2
const OVER_SHARE = 0.1

/** A district with fewer devices is not told from two people who got up. */
const LEAST_DEVICES = 5

/** How a district's devices are heard; counts. A device that said goodbye is not expected. */
export type DistrictPresence = {
  readonly district: string
  readonly expected: number
  /** Of those, silent for more than 3 frames, and of these, fallen silent within the last 60 s. */
  readonly silent: number
  readonly fellSilent: number
}

/** Districts that are dark. */
export type SilenceWatch = { readonly dark: readonly string[] }

/** Nobody is silent. */
export function beginSilenceWatch(): SilenceWatch {
  return { dark: [] }
}

/**
 * Blackouts: a district is dark when a fifth of its devices fell silent within 60 s of each other,
 * which people who get up one by one do not, and is not any more when fewer than a tenth are
 * silent: missing data is a sign by itself.
 */
export function silenceStep(
  state: SilenceWatch,
  districts: readonly DistrictPresence[],
): { readonly state: SilenceWatch; readonly begun: string[]; readonly ended: string[] } {
  const dark = new Set(state.dark)
  const [begun, ended]: [string[], string[]] = [[], []]
  for (const { district, expected, silent, fellSilent } of districts) {
    if (dark.has(district)) {
      if (silent < OVER_SHARE * expected) ended.push(district)
    } else if (expected >= LEAST_DEVICES && fellSilent >= BLACKOUT_SHARE * expected) {
      begun.push(district)
    }
  }
  for (const district of ended) dark.delete(district)
  return { state: { dark: [...dark, ...begun] }, begun, ended }
}
