import { describe, expect, it } from 'vitest'
import { eveningOf, historyOf, type LoggedNight, readNightLog, withNight } from './night-log.ts'

function night(day: number, changes: Partial<LoggedNight> = {}): LoggedNight {
  const date = `2026-11-${String(day).padStart(2, '0')}`
  return { date, hours: 7.5, control: false, silent: true, incident: false, ...changes }
}

const COUNTS = {
  atClicks: { markers: 400, arousals: 8 },
  atSilence: { markers: 400, arousals: 8 },
}
const heard = (day: number, changes: Partial<LoggedNight> = {}): LoggedNight =>
  night(day, { control: true, silent: false, ...COUNTS, ...changes })
const days = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, k) => from + k)

describe('the log of nights', () => {
  it('earns control by two clean nights of three hours since the last incident (N20)', () => {
    const clean = (log: LoggedNight[]): number | undefined =>
      historyOf(log, '2026-11-20').cleanNights
    expect(clean([])).toBe(0)
    expect(clean([night(1), night(2, { hours: 2.9 })])).toBe(1)
    expect(clean([night(1), night(2)])).toBe(2)
    expect(clean([night(1), night(2), heard(3)])).toBe(2)
    expect(clean([night(1), night(2), heard(3, { incident: true })])).toBe(0)
    expect(clean([night(1), night(2), heard(3, { incident: true }), night(4), night(5)])).toBe(2)
  })

  it('counts nights with sound, and days without an entry as silent (N68, N69)', () => {
    const six = days(1, 6).map((day) => heard(day))
    expect(historyOf(six, '2026-11-07')).toMatchObject({ sinceSilent: 6, nightsInRow: 6 })
    expect(historyOf(six, '2026-11-08')).toMatchObject({ sinceSilent: 0, nightsInRow: 6 })
    expect(historyOf(six, '2026-11-09')).toMatchObject({ sinceSilent: 0, nightsInRow: 0 })
    const { silent: _sealed, ...sealed } = heard(7)
    expect(historyOf([...six, sealed], '2026-11-08').sinceSilent).toBe(7)
    expect(historyOf([...six, heard(7, { silent: true })], '2026-11-08')).toMatchObject({
      ...{ sinceSilent: 0, nightsInRow: 7 },
    })
  })

  it('keeps a morning of distress for cues (N71), and says 1000 for never', () => {
    expect(historyOf([], '2026-11-20').sinceDistress).toBe(1000)
    expect(historyOf([night(18, { distress: 8 })], '2026-11-20').sinceDistress).toBe(1)
    const nightmares = [night(15, { nightmare: true }), night(19, { nightmare: true })]
    expect(historyOf(nightmares, '2026-11-20').sinceDistress).toBe(0)
  })

  it('does not know whether sounds wake where a night that sounded was not counted (N63)', () => {
    expect(historyOf([], '2026-11-20').soundWakes).toBe(false)
    expect(historyOf([heard(1)], '2026-11-20').soundWakes).toBe(false)
    const { atClicks: _lost, ...uncounted } = heard(2)
    expect(historyOf([heard(1), uncounted], '2026-11-20').soundWakes).toBeUndefined()
    const woken = heard(3, { atClicks: { markers: 400, arousals: 60 } })
    expect(historyOf([woken], '2026-11-20').soundWakes).toBe(true)
    // The same counts of a silent night speak of silence.
    expect(historyOf([{ ...woken, silent: true }], '2026-11-20').soundWakes).toBe(false)
  })

  it('knows nothing where tonight sounded before or was broken off, or lies before the last (N53)', () => {
    const two = [night(1), night(2)]
    expect(historyOf([...two, heard(3)], '2026-11-03')).toEqual({})
    expect(historyOf([...two, night(3, { incident: true })], '2026-11-03')).toEqual({})
    expect(historyOf([...two, night(3)], '2026-11-03').cleanNights).toBe(2)
    expect(historyOf([...two, night(4)], '2026-11-03')).toEqual({})
  })

  it('holds a stop for the night, whatever begins anew in it (N55)', () => {
    const stopped = [night(1), night(2, { stopped: true })]
    expect(historyOf(stopped, '2026-11-02')).toEqual({})
    expect(historyOf(stopped, '2026-11-03').cleanNights).toBe(2)
    expect(historyOf(withNight(stopped, night(2)), '2026-11-02')).toEqual({})
  })

  it('makes one entry of two parts of an evening, the worse of each', () => {
    const log = withNight(withNight([night(1)], heard(2, { hours: 3 })), night(2, { hours: 2 }))
    expect(log.length).toBe(2)
    expect(log[1]).toMatchObject({ hours: 5, control: true, silent: false, incident: false })
    expect(log[1]!.atClicks).toEqual(COUNTS.atClicks)
    expect(withNight([heard(2)], heard(2))[0]!.atClicks).toEqual({ markers: 800, arousals: 16 })
  })

  it('is read whole or not at all', () => {
    const log = [night(1), heard(2, { distress: 3, nightmare: false })]
    expect(readNightLog(JSON.stringify(log))).toEqual({ ok: true, value: log })
    for (const text of [
      ...['', '{}', '[3]', '[null]', JSON.stringify([night(2), night(1)])],
      JSON.stringify([night(1), night(1)]),
      JSON.stringify([{ ...night(1), hours: -1 }]),
      JSON.stringify([{ ...night(1), silent: 'yes' }]),
      JSON.stringify([{ ...night(1), stopped: 'yes' }]),
      JSON.stringify([heard(1, { atClicks: { markers: 3, arousals: 4 } })]),
    ]) {
      expect(readNightLog(text).ok).toBe(false)
    }
  })

  it('counts a night to the evening it began in, on the clocks of the zone', () => {
    expect(eveningOf('UTC', Date.UTC(2026, 10, 27, 22))).toBe('2026-11-27')
    expect(eveningOf('UTC', Date.UTC(2026, 10, 28, 3))).toBe('2026-11-27')
    expect(eveningOf('Asia/Tokyo', Date.UTC(2026, 10, 27, 13))).toBe('2026-11-27')
    expect(eveningOf('UTC', Date.UTC(2026, 10, 28, 13))).toBe('2026-11-28')
  })
})
