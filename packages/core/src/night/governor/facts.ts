/**
 * Everything the rules need to know at one moment, as the loop sees it. Every one may be unknown:
 * `undefined` or NaN. Unknown never allows anything (rule N49). The object is read at once and not
 * kept, so that the loop may fill the same one each time.
 */
export type Facts = {
  /** P(W) + P(N1), P(N2) + P(N3), P(N3) and P(R) of the causal stager. */
  readonly wake?: number | undefined
  readonly nrem?: number | undefined
  readonly deep?: number | undefined
  readonly rem?: number | undefined
  /** Age of those four, ms. */
  readonly stageAgeMs?: number | undefined
  /** An arousal or movement is going on. */
  readonly aroused?: boolean | undefined
  /** The evidence of this sleeper says that sounds wake: more arousals after sound than sham. */
  readonly soundWakes?: boolean | undefined
  /** Since the last usable sample of the channel that is acted on, ms. */
  readonly gapMs?: number | undefined
  /** Measured against nominal sampling rate, percent, either sign. */
  readonly rateErrorPct?: number | undefined
  /** The signal stands still as no head does; is at the end of its range, or not a number. */
  readonly flat?: boolean | undefined
  readonly clipped?: boolean | undefined
  /** Full-scale output at the ear, dB(A): measured, or the loudest that the device class gives. */
  readonly fullScaleDbA?: number | undefined
  /** Measured spread of the delay from command to ear, ms (standard deviation). */
  readonly latencySdMs?: number | undefined
  /** Wall clock, ms since the epoch, and the minute of the sleeper's local day, 0 to 1439. */
  readonly wallMs?: number | undefined
  readonly localMin?: number | undefined
  /** Personal bedtime, device time in ms; may be negative. */
  readonly bedtimeAtMs?: number | undefined
  /** Latest moment to wake, device time in ms; unknown when no alarm is set. */
  readonly wakeAtMs?: number | undefined
  /** Nights in a row in control before this one; see `earlierNights`. */
  readonly nightsInRow?: number | undefined
  /** Nights since the last one without stimulation or with sham, before this one. */
  readonly sinceSilent?: number | undefined
  /** Nights without incident on this device in natural or guidance, since it was set up. */
  readonly cleanNights?: number | undefined
  /** Nights since one that bars cues; Infinity when there was none. */
  readonly sinceDistress?: number | undefined
}
