/**
 * Every reason for which the loop itself wants nothing, before the governor is asked: the parameter
 * of the release that decides, and what a person is told. The governor's reasons are REASONS.
 */
export const GATE_REASONS = {
  NO_AIM: row('aim', 'Nothing was aimed at tonight.'),
  NOT_DEEP: row('leastN3', 'Deep sleep was not likely enough.'),
  NOT_STABLE: row('stableNremS', 'Sleep had not been without a break for long enough.'),
  DEEP_TOO_SHORT: row('deepS', 'Slow waves had not been strong for long enough.'),
  SHALLOW: row('least30sDeltaUv', 'The slow waves of the last half minute were small.'),
  TENSE: row('most30sMuscleUv', 'The muscles were not at rest.'),
  SMALL_WAVE: row('leastAmplitudeUv', 'This wave was too small to be worth a sound.'),
  UNSURE_PHASE: row('mostPhaseSdDeg', 'The moment of the peak was not foretold surely enough.'),
  OFF_WINDOW: row('offMs', 'It was a silent window, to compare with.'),
  PAUSE: row('pauseMs', 'The pause after a train was not over.'),
  TOO_SOON: row('interStimulusMs', 'The last click was too recent.'),
  NO_LEVEL: row('startLevelDb', 'The level had been turned down to nothing.'),
} as const satisfies Readonly<Record<string, { readonly rule: string; readonly says: string }>>

/** Why the loop itself wanted nothing. */
export type GateCode = keyof typeof GATE_REASONS

function row(rule: string, says: string): { rule: string; says: string } {
  return { rule, says }
}
