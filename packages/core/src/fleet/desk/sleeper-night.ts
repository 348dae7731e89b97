/** What is counted of one night, and what is usual; plain data that is written in place. */
export type SleeperNight = {
  /** Centre time of the sleep onset, ms; -1 = no night goes on. */
  sinceMs: number
  /** That of the last night, or of the one that goes on; left out before the first. */
  onsetMs?: number
  /** The rest of the last night, which was counted when its device said goodbye in it. */
  isRest?: boolean
  /** When the sleeper was last heard to sleep, ms. */
  asleepMs: number
  awakenings: number
  acts: number
  /** The number of a frame that departed from what is usual for the sleeper; '' = none. */
  drift: string
  isRestless: boolean
  /** The device was in control in this night. */
  hadControl: boolean
  /** The consent under which it last was, and the nights in a row of that before this one. */
  controlledBy: string
  controlNights: number
  /** Nights before, at most 30, and the awakenings in a usual one. */
  nights: number
  usualAwakenings: number
}

/** A night is over when nobody was heard to sleep for so long, ms. */
const NIGHT_OVER_MS = 7_200_000
/** No other night begins so soon after the onset of the last, ms. */
const SAME_NIGHT_MS = 14_400_000

/** Nights before it is known how many awakenings are usual. */
const LEAST_NIGHTS = 3
/** Nights over which that is a mean. */
const MOST_NIGHTS = 30

/** Nothing is known. */
export function noNight(): SleeperNight {
  return {
    ...{ sinceMs: -1, asleepMs: -1, awakenings: 0, acts: 0, drift: '' },
    ...{ isRestless: false, nights: 0, usualAwakenings: 0 },
    ...{ hadControl: false, controlledBy: '', controlNights: 0 },
  }
}

/**
 * The sleeper is heard to sleep; true when that begins a night. Within four hours of the last onset
 * it is the rest of that night: its device had said goodbye in it, and came back.
 */
export function hearSleep(night: SleeperNight, atMs: number): boolean {
  night.asleepMs = atMs
  if (night.sinceMs >= 0) return false
  const { onsetMs = -1 } = night
  night.isRest = onsetMs >= 0 && atMs >= onsetMs && atMs - onsetMs < SAME_NIGHT_MS
  night.sinceMs = night.isRest ? onsetMs : atMs
  night.onsetMs = night.sinceMs
  if (night.isRest) return true
  Object.assign(night, { awakenings: 0, acts: 0 })
  Object.assign(night, { drift: '', isRestless: false, hadControl: false })
  return true
}

/** The device is in control in the night that goes on, under a consent; another begins the count. */
export function hearControl(night: SleeperNight, consentId: string): void {
  if (night.sinceMs < 0) return
  night.hadControl = true
  if (night.controlledBy === consentId) return
  night.controlledBy = consentId
  night.controlNights = 0
}

/** The sleeper woke; true when by this the night is restless beyond what is usual, once a night. */
export function hearAwakening(night: SleeperNight): boolean {
  if (night.sinceMs < 0) return false
  night.awakenings++
  const { usualAwakenings, nights, isRestless } = night
  // Awakenings are counts: two deviations above the mean, and one for small means.
  const most = usualAwakenings + 2 * Math.sqrt(usualAwakenings) + 1
  if (isRestless || nights < LEAST_NIGHTS || night.awakenings <= most) return false
  night.isRestless = true
  return true
}

/** Whether a night ends by `atMs`; it is over then, and what was usual is known better. */
export function nightEnds(night: SleeperNight, atMs: number): boolean {
  if (night.sinceMs < 0 || atMs - night.asleepMs < NIGHT_OVER_MS) return false
  night.sinceMs = -1
  if (night.isRest === true) {
    if (night.hadControl) night.controlNights = Math.max(1, night.controlNights)
    return true
  }
  night.controlNights = night.hadControl ? Math.min(MOST_NIGHTS, night.controlNights + 1) : 0
  night.nights = Math.min(MOST_NIGHTS, night.nights + 1)
  night.usualAwakenings += (night.awakenings - night.usualAwakenings) / night.nights
  return true
}
