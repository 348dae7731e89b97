import { seededRandom, zonedText } from '@nocturne/core/math'

const DAY_MS = 86_400_000
const NIGHTS = 21
const SEED = 7

/**
 * Three weeks of a made-up sleeper's diary, ending yesterday: alarm at 06:45 on working days, later
 * nights and free mornings at the weekend. The same every time but for the dates.
 */
export function exampleDiary(nowMs: number, zone: string): string {
  const random = seededRandom(SEED)
  const lines = ['night,bedtime,waketime,alarm,workday']
  for (let back = NIGHTS; back >= 1; back--) {
    const noonMs = Math.floor(nowMs / DAY_MS) * DAY_MS - back * DAY_MS + DAY_MS / 2
    const date = zonedText(zone, noonMs).slice(0, 10)
    const weekday = new Date(`${date}T12:00:00Z`).getUTCDay()
    const isFreeMorning = weekday === 5 || weekday === 6
    const bedH = (isFreeMorning ? 24.75 : 23.6) + 0.45 * random.normal()
    const wakeH = isFreeMorning ? 32.9 + 0.5 * random.normal() : 30.75 + 0.05 * random.normal()
    const bed = wallText(date, bedH)
    const wake = wallText(date, wakeH)
    lines.push(
      `${date},${bed},${wake},${isFreeMorning ? 'no' : 'yes'},${isFreeMorning ? 'no' : 'yes'}`,
    )
  }
  return `${lines.join('\n')}\n`
}

/** `YYYY-MM-DD HH:MM` of hours after the midnight that begins a date. */
function wallText(date: string, hours: number): string {
  const ms = Date.parse(`${date}T00:00:00Z`) + Math.round(hours * 60) * 60_000
  return new Date(ms).toISOString().slice(0, 16).replace('T', ' ')
}
