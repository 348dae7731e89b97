import { clockText, durationText } from '@nocturne/core/figure'
import type { Night, Stage } from '@nocturne/core/sleep'

/** A stage in both languages, the sleeper's and the scorer's. */
export const STAGE_WORDS: Readonly<Record<Stage, string>> = {
  W: 'Awake',
  N1: 'Drowsy · N1',
  N2: 'Light · N2',
  N3: 'Deep · N3',
  R: 'REM',
  '?': 'Not scored',
}

/** The class that gives an element a stage's colour as `--stage`. */
export function stageClass(stage: Stage): string {
  return stage === '?' ? 'stage-unscored' : `stage-${stage.toLowerCase()}`
}

/** Clock time of an epoch, `23:35:30`; time since the start where the clock is unknown. */
export function epochTime(night: Night, index: number): string {
  const [, hours, minutes, seconds] =
    /T(\d\d):(\d\d):(\d\d)/.exec(night.recording.startTime ?? '') ?? []
  const start = hours ? Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds) : 0
  const at = start + index * night.epochS
  const clock = `${clockText(at)}:${String(Math.floor(at % 60)).padStart(2, '0')}`
  return hours ? clock : `${clock} from the start`
}

/** When the recording began, `1 Jan 2026, 23:00`; empty where the file hides it. */
export function startText({ recording }: Night): string {
  const { startTime } = recording
  if (startTime === undefined) return ''
  const day = new Date(`${startTime.slice(0, 10)}T12:00:00Z`)
  const date = day.toLocaleDateString('en-GB', {
    ...{ day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' },
  })
  return unbroken(`${date}, ${startTime.slice(11, 16)}`)
}

/** Minutes in words, `not known` where there are none. */
export function minutesText(value: number | undefined): string {
  return value === undefined || !Number.isFinite(value) ? 'not known' : durationText(value)
}

/** Percent, whole, `not known` where there is none. */
export function percentText(value: number | undefined): string {
  return value === undefined || !Number.isFinite(value) ? 'not known' : `${Math.round(value)} %`
}

/** A text that stays on one line: its spaces do not break. */
export function unbroken(text: string): string {
  return text.replaceAll(' ', '\u00a0')
}

/** A count and its noun: `1 spindle`, `3 spindles`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

/** The night in a few words, for a title: `6 h 57 min asleep`. */
export function headline({ statistics }: Night): string {
  return statistics.tstMin > 0
    ? `${durationText(statistics.tstMin)} asleep`
    : 'No sleep was found in this recording'
}
