import { atMost, type Case, type Check, hoursEndMs, must } from './case.ts'
import type { Action } from './lease.ts'
import { isGood, isStageFresh } from './passage.ts'
import { nightEnergy, soundEnergy } from './sound-energy.ts'

/** Arousals (rules N60, N61), ms. */
const SILENT_AFTER_MS = 60_000
const SETTLED_AFTER_MS = 120_000
/** Where in the night (rules N66, N67, N70), ms. */
const ASLEEP_FOR_MS = 240_000
const REM_FOR_MS = 120_000
const BEFORE_WAKING_MS = 1_800_000
/** Sound (rules N30 to N38). */
const BETWEEN_SOUNDS_MS = 900
const TRAIN = 5
/** After a train; a sound that comes sooner belongs to it. */
export const PAUSE_MS = 2400
const FIRST_DBA = 45
const STEP_DB = 1
const STEP_AFTER_MS = 60_000
/** A third of an eighth of the night in ten minutes (rule N32). */
const PARTS_OF_NIGHT = 24
/** Cues (rule N72) and fades (rule N74). */
const MOST_CUES = 60
const BETWEEN_CUES_MS = 20_000
const FADE_DBA = 45
const FADE_BEFORE_MS = 10_800_000
const FADE_AFTER_MS = 3_600_000
/** Light (rules N40, N41). */
const DIM_BEFORE_MS = 10_800_000
const DAWN_MS = 2_700_000
const DAWN_LUX = 250
const BETWEEN_LAMPS_MS = 1000
/** The alarm (rules N75 to N77). */
export const WAKE_LASTS_MS = 900_000
const ALARM = { sound: 75, light: 1000, cue: 0, warmth: 0 } as const
const DEEP_BELOW = 0.3

const SOUND: readonly Action[] = ['click', 'cue']
const CLICK: readonly Action[] = ['click']
const CUE: readonly Action[] = ['cue']
const FADE: readonly Action[] = ['fade']
const WAKE: readonly Action[] = ['wake']
const HEARD: readonly Action[] = ['click', 'cue', 'fade']

/** What each kind of action is held to beyond the standing checks. */
export const ACTION_CHECKS: readonly Check[] = [
  must('AROUSAL_UNKNOWN', SOUND, ({ facts }) => typeof facts.aroused === 'boolean'),
  must('AROUSAL', SOUND, isQuiet),
  must('NOT_SETTLED', SOUND, isSettled),
  must('SOUND_WAKES', SOUND, ({ facts }) => facts.soundWakes === false),
  must('NOT_ASLEEP', CLICK, ({ state }) => !Number.isNaN(state.sleep.nremSinceMs)),
  must('TOO_EARLY_IN_SLEEP', CLICK, isWellAsleep),
  must('NOT_IN_REM', CUE, ({ state, atMs }) => atMs - state.sleep.remSinceMs >= REM_FOR_MS),
  atMost('NEAR_WAKING', SOUND, ({ wish }) => wish.startsAtMs + wish.durationMs, lastSoundMs),
  atMost('SILENT_NIGHT_DUE', SOUND, ({ facts }) => facts.sinceSilent, 5),
  atMost('REST_NIGHTS_DUE', SOUND, ({ facts }) => facts.nightsInRow, 13),
  atMost('NIGHT_USED_UP', SOUND, stimulatedMin, ({ limits }) => limits.stimulationMin),
  atMost('UNCALIBRATED', HEARD, ({ facts }) => facts.fullScaleDbA, 85),
  atMost('LATENCY', CLICK, ({ facts }) => facts.latencySdMs, 20),
  atMost('SOUND_TOO_LONG', CLICK, ({ wish }) => wish.durationMs, 100),
  atMost('SOUND_TOO_LONG', CUE, ({ wish }) => wish.durationMs, 10_000),
  atMost('SOUND_TOO_LONG', FADE, ({ wish }) => wish.durationMs, 60_000),
  must('SOUND_TOO_SOON', SOUND, hasPaused),
  atMost('TOO_LOUD', HEARD, levelOf, loudest),
  atMost('TOO_STEEP', SOUND, levelOf, highestStep),
  atMost('DOSE_SHORT', SOUND, recentEnergy, (of) => budget(of) / PARTS_OF_NIGHT),
  atMost('DOSE_NIGHT', HEARD, allEnergy, budget),
  must('CUE_DISTRESS', CUE, ({ facts: { sinceDistress = 0 } }) => sinceDistress >= 14),
  must('CUES_USED_UP', CUE, hasCueLeft),
  must('FADE_WINDOW', FADE, isBedtime),
  atMost('FADE_WINDOW', FADE, levelOf, ({ state }) => Math.min(FADE_DBA, state.fadeDbA)),
  atMost('TOO_BRIGHT', ['lamp'], levelOf, brightest),
  must('FLASHING', ['lamp', 'wake'], isSteady),
  atMost('TOO_WARM', ['warmth'], levelOf, ({ limits }) => limits.warmthC),
  must('NO_WAKE_TIME', WAKE, ({ wakeAtMs }) => Number.isFinite(wakeAtMs)),
  must('WAKE_TOO_EARLY', WAKE, ({ atMs, wakeAtMs }) => atMs >= wakeAtMs - BEFORE_WAKING_MS),
  must('DEEP_SLEEP', WAKE, isLightSleep),
  must('WAKE_OVER', WAKE, isRinging),
  atMost('ALARM_TOO_LOUD', WAKE, levelOf, ({ wish }) => ALARM[wish.actuator]),
]

/** Energy of the sound that is wished for, ms at 0 dB(A). */
export function energyOf({ wish }: Case): number {
  return soundEnergy(wish.level, wish.durationMs)
}

/** Minute of device time in which it would sound. */
export function minuteOf({ wish }: Case): number {
  return Math.floor(wish.startsAtMs / 60_000)
}

function levelOf({ wish }: Case): number {
  return wish.level
}

/** Minutes with sound in them when this one is one more. */
function stimulatedMin(of: Case): number {
  const { stimulatedMin: before, minute } = of.state.sound
  return minuteOf(of) === minute ? before : before + 1
}

function lastSoundMs(of: Case): number {
  return (Number.isNaN(of.wakeAtMs) ? hoursEndMs(of) : of.wakeAtMs) - BEFORE_WAKING_MS
}

function isWellAsleep({ state, atMs }: Case): boolean {
  return atMs - state.sleep.nremSinceMs >= ASLEEP_FOR_MS
}

function loudest({ limits, facts }: Case): number {
  return Math.min(limits.soundDbA, facts.fullScaleDbA!)
}

function budget({ limits }: Case): number {
  return nightEnergy(limits.soundLaeqDbA)
}

/** The last ten minutes, what is begun of the eleventh, and this one. */
function recentEnergy(of: Case): number {
  const { minutes, minute } = of.state.sound
  const kept = minutes.length - (minuteOf(of) - minute)
  let sum = energyOf(of)
  for (let i = 0; i < kept; i++) sum += minutes[i]!
  return sum
}

/** Of the night, this one with it. */
export function allEnergy(of: Case): number {
  return of.state.sound.energy + energyOf(of)
}

function isQuiet({ state, atMs, facts }: Case): boolean {
  return facts.aroused === false && !(atMs - state.sleep.arousalEndMs < SILENT_AFTER_MS)
}

function isSettled({ state: { sleep }, atMs, wish }: Case): boolean {
  if (Number.isNaN(sleep.arousalEndMs)) return true
  const sinceMs = wish.action === 'cue' ? sleep.remSinceMs : sleep.deepSinceMs
  return atMs - Math.max(sinceMs, sleep.arousalEndMs) >= SETTLED_AFTER_MS
}

function hasPaused({ state: { sound }, wish }: Case): boolean {
  const pauseMs = sound.train >= TRAIN ? PAUSE_MS : BETWEEN_SOUNDS_MS
  return !(wish.startsAtMs - sound.lastStartMs < pauseMs)
}

function highestStep({ state, atMs }: Case): number {
  const { levelDbA, levelSinceMs } = state.sound
  if (Number.isNaN(levelDbA)) return FIRST_DBA
  return levelDbA + (atMs - levelSinceMs >= STEP_AFTER_MS ? STEP_DB : 0)
}

function hasCueLeft({ state: { sound }, wish }: Case): boolean {
  const isTooSoon = wish.startsAtMs - sound.lastStartMs < BETWEEN_CUES_MS
  return sound.cues < MOST_CUES && !isTooSoon
}

function isBedtime({ atMs, facts: { bedtimeAtMs = Number.NaN } }: Case): boolean {
  return atMs >= bedtimeAtMs - FADE_BEFORE_MS && atMs <= bedtimeAtMs + FADE_AFTER_MS
}

/** From three hours before bedtime until 45 min before waking; always when either is unknown. */
function brightest({ atMs, wakeAtMs, limits, facts: { bedtimeAtMs = Number.NaN } }: Case): number {
  const isOpen = atMs < bedtimeAtMs - DIM_BEFORE_MS || atMs >= wakeAtMs - DAWN_MS
  return isOpen ? DAWN_LUX : limits.lightMelanopicLux
}

/** A lamp never flashes, and changes once a second at most. */
function isSteady({ state, atMs, wish: { actuator, flashHz = 0 } }: Case): boolean {
  if (actuator !== 'light') return true
  const lamp = state.granted.find(({ lease }) => lease.actuator === 'light')
  const changedAtMs = lamp === undefined ? Number.NEGATIVE_INFINITY : lamp.lease.issuedAtMs
  return flashHz === 0 && atMs - changedAtMs >= BETWEEN_LAMPS_MS
}

/** Before its time an alarm waits for light sleep that is known; at its time it waits no more. */
function isLightSleep({ atMs, facts, wakeAtMs }: Case): boolean {
  if (atMs >= wakeAtMs) return true
  const { deep = Number.NaN } = facts
  return isGood(facts) && isStageFresh(facts) && deep < DEEP_BELOW
}

function isRinging({ state, atMs, wakeAtMs }: Case): boolean {
  return !state.wakeStopped && atMs < wakeAtMs + WAKE_LASTS_MS
}
