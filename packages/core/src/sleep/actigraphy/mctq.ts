/** Sleep as a chronotype questionnaire asks for it, on work days or on free days of a kind. */
export type AskedSleep = {
  /**
   * Fell asleep: clock in decimal hours, 0 to 24. (MCTQ: lights out + latency; see `askedOnset`.)
   */
  readonly onsetH: number
  /** Woke: clock in decimal hours, 0 to 24. */
  readonly endH: number
  /** Woken by an alarm clock; undefined = not asked (the micro form). */
  readonly alarm?: boolean | undefined
}

/** Work days and free days, of the week or around one shift. */
export type AskedDays = {
  readonly work: AskedSleep
  readonly free: AskedSleep
  /** Work days, and free days after them: 5 and 2 for most; a shift's own counts. */
  readonly workDays: number
  readonly freeDays: number
}

/** Chronotype and social jet lag. Clocks in decimal hours, 0 to 24; durations in hours. */
export type Mctq = {
  /** Sleep duration on work days and on free days (SDw, SDf). */
  readonly workDurationH: number
  readonly freeDurationH: number
  /** Duration of the average day (SDweek; of a shift the weighted mean). */
  readonly averageDurationH: number
  /** Mid-sleep on work days and on free days (MSW, MSF). */
  readonly workMidH: number
  readonly freeMidH: number
  /**
   * Mid-sleep on free days corrected for catching up (MSFsc), the chronotype: MSF where free sleep
   * is no longer than work sleep, else MSF - (SDf - SDweek) / 2. Undefined with an alarm on free
   * days: such sleep says nothing of the clock.
   */
  readonly chronotypeH: number | undefined
  /** MSF - MSW the short way round the clock (relative social jet lag), -12 to 12. */
  readonly socialJetLagH: number
  /** Hours of sleep lost in a week (or a shift's turn) of days. */
  readonly sleepLossH: number
}

/**
 * Munich ChronoType Questionnaire: standard (Roenneberg et al. 2003, J Biol Rhythms 18:80; 2012,
 * Curr Biol 22:939), micro (Ghotbi et al. 2020, J Biol Rhythms 35:98; onset is asked directly) and,
 * one call a shift, the shift form (Juda et al. 2013, J Biol Rhythms 28:130). Undefined where a
 * clock is no clock, a sleep has no length, or there are no work or no free days.
 */
export function mctq({ work, free, workDays, freeDays }: AskedDays): Mctq | undefined {
  if (!(workDays > 0) || !(freeDays > 0)) return undefined
  if (![work, free].every(isSleep)) return undefined
  const [workDurationH, freeDurationH] = [durationH(work), durationH(free)]
  const days = workDays + freeDays
  const averageDurationH = (workDurationH * workDays + freeDurationH * freeDays) / days
  const freeMidH = clock(free.onsetH + freeDurationH / 2)
  const workMidH = clock(work.onsetH + workDurationH / 2)
  const caughtUp = Math.max(0, freeDurationH - averageDurationH) / 2
  const corrected = freeDurationH <= workDurationH ? freeMidH : clock(freeMidH - caughtUp)
  const short = averageDurationH - Math.min(workDurationH, freeDurationH)
  return {
    workDurationH,
    freeDurationH,
    averageDurationH,
    workMidH,
    freeMidH,
    chronotypeH: free.alarm === true ? undefined : corrected,
    socialJetLagH: clock(freeMidH - workMidH + 12) - 12,
    sleepLossH: short * (workDurationH < freeDurationH ? workDays : freeDays),
  }
}

/**
 * Social jet lag over shifts, h: the mean of its size on each, weighted by work days (Juda 2013).
 */
export function shiftJetLagH(shifts: readonly (AskedDays & { readonly result: Mctq })[]): number {
  let weight = 0
  let sum = 0
  for (const { workDays, result } of shifts) {
    weight += workDays
    sum += workDays * Math.abs(result.socialJetLagH)
  }
  return sum / weight
}

/** Sleep onset of the standard form: ready to sleep, and the minutes it takes; 0 to 24. */
export function askedOnset(readyH: number, latencyMin: number): number {
  return clock(readyH + latencyMin / 60)
}

function isSleep({ onsetH, endH }: AskedSleep): boolean {
  const isClock = (h: number): boolean => h >= 0 && h <= 24
  return isClock(onsetH) && isClock(endH) && durationH({ onsetH, endH }) > 0
}

function durationH({ onsetH, endH }: AskedSleep): number {
  return clock(endH - onsetH)
}

function clock(h: number): number {
  return h - Math.floor(h / 24) * 24
}
