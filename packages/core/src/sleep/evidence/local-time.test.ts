import { describe, expect, test } from 'vitest'
import {
  dateOrderOf,
  isAmbiguousDate,
  localDateS,
  localTime,
  momentOf,
  timeOfDayS,
} from './local-time.ts'

const AT_S = Date.UTC(2023, 9, 29, 2, 30) / 1000

describe('a local time', () => {
  test.each([
    '2023-10-29 02:30',
    '2023-10-29T02:30:00.000',
    '2023/10/29 2:30',
    '29.10.2023 02:30',
    '29. 10. 2023 2:30',
    '29/10/2023 02:30',
    '10/29/2023 2:30 AM',
    '10-29-2023 2:30AM',
    '2023-10-29 02.30',
  ])('may be written %s', (text) => {
    expect(localTime(text)).toEqual({ wallS: AT_S })
  })

  test('may bear its offset from UTC', () => {
    for (const text of ['2023-10-29T02:30:00+02:00', '2023-10-29 02:30+0200']) {
      expect(localTime(text)).toEqual({ wallS: AT_S, offsetMs: 7_200_000 })
    }
    expect(momentOf(localTime('2023-10-29T02:30:00Z')!, 'Asia/Tokyo')).toBe(AT_S * 1000)
  })

  test.each(['', 'late', '2023-13-01 10:00', '2023-02-30 10:00', '2023-10-29', '2023-10-29 25:00'])(
    '"%s" is none',
    (text) => expect(localTime(text)).toBeUndefined(),
  )

  test('with slashes and both numbers below 13 is read when the order is known', () => {
    expect(localTime('03/04/2023 10:00')).toBeUndefined()
    expect(isAmbiguousDate('03/04/2023 10:00')).toBe(true)
    expect(isAmbiguousDate('04/04/2023')).toBe(false)
    expect(dateOrderOf('13/04/2023')).toBe('dayFirst')
    expect(localDateS('03/04/2023', 'dayFirst')).toBe(Date.UTC(2023, 3, 3) / 1000)
    expect(localDateS('03/04/2023', 'monthFirst')).toBe(Date.UTC(2023, 2, 4) / 1000)
  })

  test('in an hour that comes twice is the first, or the second after a moment between', () => {
    const time = localTime('2023-10-29 02:30')!
    expect(momentOf(time, 'Europe/Berlin')).toBe(Date.UTC(2023, 9, 29, 0, 30))
    const between = Date.UTC(2023, 9, 29, 0, 40)
    expect(momentOf(time, 'Europe/Berlin', between)).toBe(Date.UTC(2023, 9, 29, 1, 30))
    expect(momentOf(time, 'Europe/Berlin', Date.UTC(2023, 9, 29, 5))).toBe(
      Date.UTC(2023, 9, 29, 0, 30),
    )
  })

  test('of day may have seconds and halves of the day', () => {
    expect(['23:10', '7.30', '12:00 AM', '12:05:30 pm', '24:00'].map(timeOfDayS)).toEqual([
      83_400, 27_000, 0, 43_530, 86_400,
    ])
    expect(['x', '13:00 PM', '10:61'].map(timeOfDayS)).toEqual([undefined, undefined, undefined])
  })
})
