/**
 * Every reason for which the governor lets nothing happen, or lets go: its rule in SPEC.md and what
 * a person is told. Closed: a code that is not here does not type-check.
 */
export const REASONS = {
  PROPOSAL_SHAPE: row('N23', 'The wish made no sense, so nothing was done.'),
  PROPOSAL_STALE: row('N28', 'The wish was older than two seconds.'),
  PROPOSAL_EARLY: row('N28', 'The wish was for a moment more than two seconds ahead, or past.'),
  STOPPED: row('N55', 'You stopped the device; it rests for the night.'),
  LAMPS_STOPPED: row('N56', 'A lamp was changed by hand; the lamps rest for the night.'),
  THREE_AROUSALS: row('N62', 'You stirred three times in half an hour; it rests for the night.'),
  NOT_IN_CONTROL: row('N17', 'The device was not in control: it only recorded or suggested.'),
  SIGNAL_LOST: row(
    'N46',
    'The signal was lost, flat or clipped; it must be good for five minutes.',
  ),
  SIGNAL_UNKNOWN: row('N49', 'It was not known whether the signal was fit to act on.'),
  RIVAL: row('N27', 'Another controller was seen at the same actuator.'),
  NO_CONSENT: row('N10', 'There was no consent whose signature was found good.'),
  CONSENT_TOO_LONG: row('N11', 'The consent was for more than 30 nights.'),
  CONSENT_EXPIRED: row('N11', 'The consent was outside its dates, or the date was not known.'),
  CONSENT_CEILINGS: row('N14', 'A ceiling of the consent was outside what is allowed at all.'),
  CONSENT_REVOKED: row('N15', 'The consent was taken back.'),
  OUT_OF_HOURS: row('N12', 'It was outside the hours that were consented to.'),
  ACTUATOR_NOT_CONSENTED: row('N13', 'There was no consent for this actuator.'),
  CONDITION: row('N16', 'A condition that you named speaks against it.'),
  CLOCK_STEP: row('N48', 'The clock jumped.'),
  LOOP_LATE: row('N50', 'The loop had fallen silent for more than three seconds.'),
  ACTUATOR_SILENT: row('N51', 'The actuator had given no sign of life for three seconds.'),
  EFFECT_UNCONFIRMED: row('N52', 'What was commanded was not seen to happen.'),
  SIGNAL_GAP: row('N45', 'The signal had a gap of more than a second.'),
  RATE_ERROR: row('N45', 'The sampling rate was off by more than two percent.'),
  STAGE_STALE: row('N47', 'The stage of sleep was unknown or more than ten seconds old.'),
  AROUSAL_UNKNOWN: row('N49', 'It was not known whether you stirred.'),
  AROUSAL: row('N60', 'You stirred; a minute of silence follows at least.'),
  NOT_SETTLED: row('N61', 'You had not yet slept deeply for two minutes since you stirred.'),
  SOUND_WAKES: row('N63', 'The record does not rule out that sounds wake you.'),
  NOT_ASLEEP: row('N66', 'You were not known to be in non-REM sleep.'),
  TOO_EARLY_IN_SLEEP: row('N66', 'Non-REM sleep had lasted less than four minutes.'),
  NEAR_WAKING: row('N67', 'It was within half an hour of the time to wake.'),
  SILENT_NIGHT_DUE: row('N68', 'One night in seven must be silent, and this one is due.'),
  REST_NIGHTS_DUE: row('N69', 'After fourteen nights two without are due.'),
  NIGHT_USED_UP: row('N65', 'The time of stimulation for this night was used up.'),
  UNCALIBRATED: row('N33', 'The loudness at the ear was not known.'),
  LATENCY: row('N38', 'The delay to the ear was not measured, or not steady to 20 ms.'),
  SOUND_TOO_LONG: row('N36', 'The sound was longer than allowed.'),
  SOUND_TOO_SOON: row('N35', 'The pause since the last sound was too short.'),
  TOO_LOUD: row('N30', 'The sound was louder than the lowest of the ceilings.'),
  TOO_STEEP: row('N34', 'The sound was more than a step louder than the one before.'),
  DOSE_SHORT: row('N32', 'A third of the hour’s sound was used up within ten minutes.'),
  DOSE_NIGHT: row('N31', 'The sound dose of the night was used up.'),
  NOT_IN_REM: row('N70', 'REM sleep had not been stable for two minutes.'),
  CUE_DISTRESS: row('N71', 'A morning of distress or nightmares within 14 nights bars cues.'),
  CUES_USED_UP: row('N72', 'The cues of this night were used up, or the last was too recent.'),
  FADE_WINDOW: row('N73', 'A fade belongs to bedtime only and never grows louder.'),
  TOO_BRIGHT: row('N40', 'The light was brighter than the lowest of the ceilings.'),
  FLASHING: row('N41', 'The light flashed faster than allowed, or in sleep.'),
  TOO_WARM: row('N43', 'The warmth was above the lowest of the ceilings.'),
  NO_WAKE_TIME: row('N75', 'No time to wake was set.'),
  WAKE_TOO_EARLY: row('N75', 'Waking begins half an hour before the time to wake at most.'),
  DEEP_SLEEP: row('N75', 'Before the time to wake nobody is woken from deep or unknown sleep.'),
  WAKE_OVER: row('N77', 'The alarm was stopped, or had rung for fifteen minutes.'),
  ALARM_TOO_LOUD: row('N77', 'The alarm was louder, or brighter, than an alarm may be.'),
  INCIDENT_STILL: row('N58', 'Nothing was confirmed to be well for minutes while in control.'),
  MODE_ASLEEP: row('N19', 'The mode rises only for a sleeper who is awake and asks.'),
  MODE_ASKED_BEFORE: row('N19', 'An old wish for a mode came again and raised nothing.'),
  MODE_NOT_CONSENTED: row('N19', 'The consent does not go as far as that mode.'),
  MODE_NOT_EARNED: row('N20', 'Control comes after two clean nights without it.'),
  LIMITS_LOWERED: row('N21', 'A ceiling was lowered below what was going on.'),
  LIMITS_LATER: row('N21', 'Ceilings that rise do so from the next night.'),
  FACILITY: row('N22', 'The monitoring centre asked for silence.'),
  ASKED: row('N19', 'You asked for it.'),
} as const satisfies Readonly<Record<string, { readonly rule: string; readonly says: string }>>

/** Why something was not done, or was ended. */
export type ReasonCode = keyof typeof REASONS

/** One sentence for a person. */
export function describeReason(code: ReasonCode): string {
  return REASONS[code].says
}

function row<const Rule extends string>(rule: Rule, says: string): { rule: Rule; says: string } {
  return { rule, says }
}
