/**
 * Every reason for which the loop itself wants nothing, before the governor is asked: the parameter
 * of the release or the rule that decides, and what a person is told. The governor's reasons are
 * REASONS.
 */
const ROWS = {
  NO_AIM: ['aim', 'Nothing was aimed at tonight.'],
  NOT_DEEP: ['leastN3', 'Deep sleep was not likely enough.'],
  NOT_STABLE: ['stableNremS', 'Sleep had not been without a break for long enough.'],
  DEEP_TOO_SHORT: ['deepS', 'Slow waves had not been strong for long enough.'],
  SHALLOW: ['least30sDeltaUv', 'The slow waves of the last half minute were small.'],
  TENSE: ['most30sMuscleUv', 'The muscles were not at rest.'],
  SMALL_WAVE: ['leastAmplitudeUv', 'This wave was too small to be worth a sound.'],
  UNSURE_PHASE: ['mostPhaseSdDeg', 'The moment of the peak was not foretold surely enough.'],
  OFF_WINDOW: ['offMs', 'It was a silent window, to compare with.'],
  PAUSE: ['pauseMs', 'The pause after a train was not over.'],
  TOO_SOON: ['interStimulusMs', 'The last click was too recent.'],
  NO_LEVEL: ['startLevelDb', 'The level had been turned down to nothing.'],
  NO_LAMP: ['N54', 'No lamp was joined to the device, so no light was wished for.'],
  FADE_MISSED: ['N78', 'It was too late to begin a bedtime fade, or you slept already.'],
  FADE_OVER: ['fadeMin', 'The bedtime fade had come to its end.'],
  FADE_ASLEEP: ['fadeAsleepS', 'You slept: the bedtime fade ends, and will not begin again.'],
  FADE_ENDED: ['N79', 'The bedtime fade was ended, and will not begin again tonight.'],
} as const

/** Why the loop itself wanted nothing. */
export type GateCode = keyof typeof ROWS

/** The parameter or rule behind each reason of the loop, and what a person is told. */
export const GATE_REASONS: Readonly<
  Record<GateCode, { readonly rule: string; readonly says: string }>
> = Object.fromEntries(
  Object.entries(ROWS).map(([code, [rule, says]]) => [code, { rule, says }]),
) as never
