import { type TimeZone, wallClockAt, zoneOffsetMs } from '../../math/time-zone.ts'
import type { PersonalRecord } from '../../sleep/evidence/personal-record.ts'
import type { Provenance, SleepEpisode } from '../../sleep/evidence/sleep-episode.ts'
import { MAX_FIT_DAYS, MAX_FIT_NIGHTS } from './clock-evidence.ts'

/** The main sleep of one local date, in hours of that place's wall clock. */
export type FitNight = {
  /** Days since 1970-01-01 of the local date of waking. */
  readonly day: number
  /** Hours the local clock was ahead of UTC at waking. */
  readonly zoneH: number
  /** Lights out, hours from the midnight before waking (22:30 is -1.5); undefined = not known. */
  readonly bedH?: number | undefined
  /** Sleep onset on the same scale; undefined = not known. */
  readonly onsetH?: number | undefined
  /** Waking on the same scale; undefined = not known. */
  readonly offsetH?: number | undefined
  /** Woken by an alarm; undefined = not said. */
  readonly alarm?: boolean | undefined
  /** The day of waking is a working day; undefined = not said. */
  readonly workday?: boolean | undefined
  /** Monday to Friday by the calendar. */
  readonly weekday: boolean
  readonly provenance: Provenance
}

/** A sleep of any kind, hours since 1970 UTC: the eyes are closed. */
export type DarkSpan = { readonly fromH: number; readonly toH: number }

/** Time from lights out to sleep where only one is known, h: an ordinary 15 minutes. */
const LATENCY_H = 0.25
/** Time from waking to rising where only rising is known, h. */
const RISING_H = 0.15
/** A sleep shorter than this is a nap when nothing else is said, h. */
const LEAST_NIGHT_H = 3
const LONGEST_NIGHT_H = 16
/** Two pieces of one night are no further apart, h. */
const ONE_NIGHT_GAP_H = 1.5
const HOUR_MS = 3_600_000
const PREFERENCE: readonly Provenance[] = ['measured', 'reported', 'inferred']

/**
 * The main sleep of each local date of waking, earliest first, the latest `MAX_FIT_NIGHTS` within
 * `MAX_FIT_DAYS`. Where several sources tell of one night the measured one is taken, then the
 * reported, then the inferred, never a mixture. A sleep with only one end known keeps it; one
 * longer than 16 h or turned round is left out.
 */
export function fitNights(records: readonly PersonalRecord[], zone?: TimeZone): FitNight[] {
  const best = new Map<number, { night: FitNight; lengthH: number }>()
  for (const record of records) {
    for (const episode of joined(record.episodes)) {
      const night = nightOf(episode, episode.zone ?? zone ?? record.zone)
      if (night === undefined) continue
      const lengthH = (night.offsetH ?? LEAST_NIGHT_H) - (night.onsetH ?? 0)
      const rival = best.get(night.day)
      if (rival === undefined || preferred(night, lengthH, rival)) {
        best.set(night.day, { night, lengthH })
      }
    }
  }
  const nights = [...best.values()].map(({ night }) => night).sort((a, b) => a.day - b.day)
  const lastDay = nights.at(-1)?.day ?? 0
  return nights.filter(({ day }) => lastDay - day <= MAX_FIT_DAYS).slice(-MAX_FIT_NIGHTS)
}

/** Naps with both ends known as times of darkness, hours since 1970 UTC. */
export function napSpans(records: readonly PersonalRecord[]): DarkSpan[] {
  return records.flatMap((record) =>
    record.episodes.flatMap((episode) => {
      const [from, to] = [onsetMs(episode), offsetMs(episode)]
      if (from === undefined || to === undefined || to <= from) return []
      const short = to - from < LEAST_NIGHT_H * HOUR_MS
      if (episode.kind !== 'nap' && !(episode.kind === 'unknown' && short)) return []
      return [{ fromH: from / HOUR_MS, toH: to / HOUR_MS }]
    }),
  )
}

/** One episode as a night; undefined when it is a nap or cannot be. */
export function nightOf(episode: SleepEpisode, zone: TimeZone): FitNight | undefined {
  const [bed, onset, offset] = [episode.bedMs, onsetMs(episode), offsetMs(episode)]
  const last = offset ?? onset
  if (last === undefined || episode.kind === 'nap') return undefined
  const lengthH = offset !== undefined && onset !== undefined ? (offset - onset) / HOUR_MS : 8
  if (lengthH < (episode.kind === 'main' ? 1 : LEAST_NIGHT_H)) return undefined
  if (lengthH > LONGEST_NIGHT_H) return undefined
  // A night whose end is not known is counted on the date its eighth hour falls on.
  const endMs = offset ?? onset! + 8 * HOUR_MS
  const day = Math.floor(wallClockAt(zone, endMs) / 86_400)
  const known = zoneOffsetMs(zone, endMs)
  const zoneH = known.ok ? known.value / HOUR_MS : 0
  const local = (ms: number | undefined): number | undefined =>
    ms === undefined ? undefined : ms / HOUR_MS + zoneH - day * 24
  const weekday = (day + 3) % 7 < 5 // 1970-01-01 was a Thursday
  return {
    day,
    zoneH,
    bedH: local(bed ?? (onset === undefined ? undefined : onset - LATENCY_H * HOUR_MS)),
    onsetH: local(onset),
    offsetH: local(offset),
    alarm: episode.alarm,
    workday: episode.workday,
    weekday,
    provenance: episode.provenance,
  }
}

function preferred(
  night: FitNight,
  lengthH: number,
  rival: { readonly night: FitNight; readonly lengthH: number },
): boolean {
  const rank = (n: FitNight): number => PREFERENCE.indexOf(n.provenance)
  const better = rank(rival.night) - rank(night)
  return better !== 0 ? better > 0 : lengthH > rival.lengthH
}

/** Pieces of one night (a watch that lost the wrist, a bottle at three) put together again. */
function joined(episodes: readonly SleepEpisode[]): SleepEpisode[] {
  const whole: SleepEpisode[] = []
  for (const episode of episodes) {
    const before = whole.at(-1)
    if (before === undefined || !continues(before, episode)) {
      whole.push(episode)
      continue
    }
    whole[whole.length - 1] = {
      ...before,
      offsetMs: episode.offsetMs ?? episode.riseMs,
      riseMs: episode.riseMs,
      alarm: episode.alarm ?? before.alarm,
      workday: episode.workday ?? before.workday,
    }
  }
  return whole
}

function continues(before: SleepEpisode, next: SleepEpisode): boolean {
  const [end, start, finish] = [offsetMs(before), next.bedMs ?? next.onsetMs, offsetMs(next)]
  const begin = onsetMs(before)
  if (end === undefined || start === undefined || finish === undefined || begin === undefined) {
    return false
  }
  if (before.kind === 'nap' || next.kind === 'nap' || before.source !== next.source) return false
  const gapH = (start - end) / HOUR_MS
  return gapH >= 0 && gapH <= ONE_NIGHT_GAP_H && finish - begin <= 14 * HOUR_MS
}

function onsetMs(episode: SleepEpisode): number | undefined {
  if (episode.onsetMs !== undefined) return episode.onsetMs
  return episode.bedMs === undefined ? undefined : episode.bedMs + LATENCY_H * HOUR_MS
}

function offsetMs(episode: SleepEpisode): number | undefined {
  if (episode.offsetMs !== undefined) return episode.offsetMs
  return episode.riseMs === undefined ? undefined : episode.riseMs - RISING_H * HOUR_MS
}
