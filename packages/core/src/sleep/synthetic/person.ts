import { around, chanceOf, logNormal } from './chance.ts'

/** Who sleeps: the traits in which one sleeper's nights differ from another's. */
export type Person = {
  readonly ageYears: number
  /** Peak of the alpha rhythm, Hz. */
  readonly alphaHz: number
  /** Centro-parietal (fast) and frontal (slow) spindle frequency, Hz. */
  readonly spindleHz: number
  readonly slowSpindleHz: number
  /** Slow-wave phase at which coupled fast spindles peak, radians, 0 = peak of the up-state. */
  readonly couplingRad: number
  /** Amplitudes relative to a young adult's: whole EEG, slow waves, spindles, alpha. */
  readonly eegScale: number
  readonly slowWaveScale: number
  readonly spindleScale: number
  readonly alphaScale: number
  /** Time in N3 and REM, and number of interruptions, relative to the mean night. */
  readonly deepScale: number
  readonly remScale: number
  readonly restlessness: number
  /** Minutes from the start of the recording to the first sleep. */
  readonly latencyMin: number
  /** Heart rate in N2, beats a minute, and breaths a minute. */
  readonly heartBpm: number
  readonly breathsPerMin: number
}

/**
 * Draws a sleeper: healthy, 22 to 45 years unless `given` says otherwise; traits in `given` are
 * taken as they are. Slow waves, N3 and spindles shrink and interruptions grow with age (Ohayon et
 * al., Sleep 27, 2004; Carrier et al., Eur J Neurosci 33, 2011). The same seed gives the same
 * person.
 */
export function drawPerson(seed: number, given: Partial<Person> = {}): Person {
  const random = chanceOf(seed, 'person')
  const ageDrawn = 22 + 23 * random.uniform()
  const ageYears = given.ageYears ?? ageDrawn
  const older = Math.max(-0.5, (ageYears - 30) / 40)
  const spindleHz = around(random, 13.4 + 0.2 * older, 0.35)
  return {
    ageYears,
    alphaHz: around(random, 10.2 - 0.5 * older, 0.5),
    spindleHz,
    slowSpindleHz: spindleHz - around(random, 1.9, 0.2),
    couplingRad: around(random, -0.2, 0.2),
    eegScale: logNormal(random, 1, 0.13),
    slowWaveScale: logNormal(random, Math.max(0.4, 1 - 0.35 * older), 0.12),
    spindleScale: logNormal(random, Math.max(0.4, 1 - 0.25 * older), 0.1),
    alphaScale: logNormal(random, 1, 0.2),
    deepScale: logNormal(random, Math.max(0.2, 1 - 0.4 * older), 0.14),
    remScale: logNormal(random, 1 - 0.1 * older, 0.1),
    restlessness: logNormal(random, 1 + 0.5 * Math.max(0, older), 0.14),
    latencyMin: Math.max(4, Math.min(45, logNormal(random, 15, 0.45))),
    heartBpm: around(random, 56, 5),
    breathsPerMin: around(random, 14.5, 1.1),
    ...given,
  }
}
