import { readdirSync, readFileSync } from 'node:fs'
import { strToU8 } from 'fflate'
import { describe, expect, test } from 'vitest'
import { hasShared, SHARED_MISSING, sharedPath } from '#test/shared.ts'
import { zonedText } from '../../math/time-zone.ts'
import type { EvidenceOptions, PersonalRecord } from '../evidence/personal-record.ts'
import { readPersonalRecord } from './read-personal-record.ts'

const BERLIN: EvidenceOptions = { zone: 'Europe/Berlin' }

async function record(text: string, options = BERLIN): Promise<PersonalRecord> {
  const read = await readPersonalRecord([strToU8(text)], options)
  if (!read.ok) throw new Error(JSON.stringify(read.problem))
  return read.value
}

async function problem(text: string, options = BERLIN): Promise<string> {
  const read = await readPersonalRecord([strToU8(text)], options)
  return read.ok ? 'none' : `${read.problem.code} ${read.problem.where} ${read.problem.got}`
}

function hours(fromMs: number | undefined, toMs: number | undefined): number {
  return (toMs! - fromMs!) / 3_600_000
}

describe('a plain diary', () => {
  test('is a table of night, bedtime and waketime, either of which may be blank', async () => {
    const read = await record(
      'night,bedtime,waketime\n2023-07-01,2023-07-01 23:10,2023-07-02 07:00\n2023-07-02,2023-07-03 00:20,\n2023-07-03,,2023-07-04 06:45\n',
    )
    expect(read.format).toBe('diary-csv')
    expect(read.zoneFrom).toBe('given')
    expect(read.episodes).toMatchObject([
      { bedMs: Date.UTC(2023, 6, 1, 21, 10), offsetMs: Date.UTC(2023, 6, 2, 5) },
      { bedMs: Date.UTC(2023, 6, 2, 22, 20) },
      { offsetMs: Date.UTC(2023, 6, 4, 4, 45) },
    ])
    expect(read.episodes.every((one) => one.provenance === 'reported')).toBe(true)
    expect(read.episodes[1]!.offsetMs).toBeUndefined()
  })

  test('may have semicolons or tabs, quotes, other names, more columns and times of day', async () => {
    const semicolons = await record(
      'Date;Lights out;Woke up;Got up;Alarm;Work day;Comment\n"2023-07-01";"23:10";"06:50";"07:00";yes;no;"warm; noisy ""street"""\n',
    )
    const tabs = await record('Night\tTime to bed\tWake-up time\n01.07.2023\t1:10\t9:00\n')
    const halves = await record('bedtime,waketime\n2023-07-01 23:10,07:00\n')
    expect(halves.episodes[0]!.offsetMs).toBe(Date.UTC(2023, 6, 2, 5))
    expect(semicolons.episodes[0]).toMatchObject({
      bedMs: Date.UTC(2023, 6, 1, 21, 10),
      offsetMs: Date.UTC(2023, 6, 2, 4, 50),
      riseMs: Date.UTC(2023, 6, 2, 5),
      alarm: true,
      workday: false,
    })
    expect(tabs.episodes[0]).toMatchObject({
      bedMs: Date.UTC(2023, 6, 1, 23, 10),
      offsetMs: Date.UTC(2023, 6, 2, 7),
    })
  })

  test('is refused when its dates may be two days, and read when one of them is plain', async () => {
    const doubtful = 'night,bedtime,waketime\n,03/04/2023 23:00,03/05/2023 07:00\n'
    expect(await problem(doubtful)).toBe(
      'BAD_FIELD line 2 "03/04/2023 23:00", which may be two days',
    )
    const plain = await record(`${doubtful},04/13/2023 11:00 PM,04/14/2023 7:00 AM\n`)
    expect(plain.episodes.map((one) => zonedText('Europe/Berlin', one.bedMs!))).toEqual([
      '2023-03-04T23:00:00',
      '2023-04-13T23:00:00',
    ])
  })

  test('keeps an hour more in the night when the clock goes back, an hour less in spring', async () => {
    const read = await record(
      'night,bedtime,waketime\n,2023-03-25 23:00,2023-03-26 07:00\n,2023-10-28 23:00,2023-10-29 07:00\n',
    )
    const us = await record(
      'night,bedtime,waketime\n,2024-03-09 23:00,2024-03-10 07:00\n,2024-11-02 23:00,2024-11-03 07:00\n',
      { zone: 'America/Chicago' },
    )
    for (const { episodes } of [read, us]) {
      expect(episodes.map((one) => hours(one.bedMs, one.offsetMs))).toEqual([7, 9])
    }
  })

  test('tells the two hours of that night apart by the order of what happened', async () => {
    const read = await record(
      'night,bedtime,sleep onset,waketime\n,2023-10-29 02:50,2023-10-29 02:10,2023-10-29 08:00\n',
    )
    const { bedMs, onsetMs, offsetMs } = read.episodes[0]!
    expect(hours(bedMs, onsetMs)).toBeCloseTo(1 / 3, 9)
    expect(hours(onsetMs, offsetMs)).toBeCloseTo(5 + 5 / 6, 9)
  })

  test('may be JSON that names its zone, or bear the offset in each time', async () => {
    const json = await record(
      '{"zone": "Asia/Tokyo", "nights": [{"night": "2023-07-01", "bedtime": "2023-07-01 23:00", "waketime": "2023-07-02T07:00:00+09:00", "alarm": true}]}',
      {},
    )
    expect(json).toMatchObject({ format: 'diary-json', zone: 'Asia/Tokyo', zoneFrom: 'file' })
    expect(json.episodes[0]).toMatchObject({
      bedMs: Date.UTC(2023, 6, 1, 14),
      offsetMs: Date.UTC(2023, 6, 1, 22),
      alarm: true,
    })
  })

  test('leaves out a row that is no time with a warning, and refuses a file of such rows', async () => {
    const rows = ['2023-07-01 23:10,2023-07-02 07:00', 'late,2023-07-03 07:00', '2023-07-03 23:00,']
    const read = await record(`bedtime,waketime\n${rows.join('\n')}\n`)
    expect(read.episodes).toHaveLength(2)
    expect(read.warnings).toEqual(['line 3: bed "late" is no time; the row was left out'])
    expect(await problem('bedtime,waketime\nlate,early\n')).toBe('BAD_FIELD line 2 bed "late"')
    expect(await problem('bedtime,waketime\n')).toMatch(/^EMPTY/)
  })

  test('may be UTF-16 or Windows-1252, and come in chunks of one byte', async () => {
    const text = 'Schläft;bedtime;waketime\nä;2023-07-01 23:10;2023-07-02 07:00\n'
    const utf16 = Uint8Array.from([0xff, 0xfe, ...[...text].flatMap((c) => [c.charCodeAt(0), 0])])
    const latin = Uint8Array.from(text, (c) => c.charCodeAt(0))
    for (const bytes of [utf16, latin, strToU8(`\ufeff${text}`)]) {
      const chunks = Array.from(bytes, (byte) => Uint8Array.of(byte))
      const read = await readPersonalRecord(chunks, BERLIN)
      expect(read.ok && read.value.episodes).toMatchObject([
        { bedMs: Date.UTC(2023, 6, 1, 21, 10) },
      ])
    }
  })
})

describe.skipIf(!hasShared('data/light-activity/cyepi'))(
  `the cyepi diaries (${SHARED_MISSING})`,
  () => {
    test('are read night by night, with onset after the latency and working days', async () => {
      const folder = 'data/light-activity/cyepi/sleepdiary'
      let [nNights, nWhole] = [0, 0]
      for (const name of readdirSync(sharedPath(folder))) {
        const bytes = readFileSync(sharedPath(`${folder}/${name}`))
        const read = await readPersonalRecord([bytes], { ...BERLIN, name })
        const episodes = read.ok ? read.value.episodes : []
        nNights += episodes.length
        for (const { bedMs, onsetMs, offsetMs, workday } of episodes) {
          // One person left the last night unfinished.
          if (offsetMs === undefined) continue
          nWhole++
          expect(hours(onsetMs ?? bedMs, offsetMs), name).toBeGreaterThan(2)
          expect(hours(onsetMs ?? bedMs, offsetMs), name).toBeLessThan(14)
          expect(workday).toBeTypeOf('boolean')
        }
        if (name.startsWith('201')) {
          expect(zonedText('Europe/Berlin', episodes[0]!.onsetMs!)).toBe('2023-08-14T23:10:00')
        }
      }
      expect([nNights, nWhole]).toEqual([105, 104])
    })
  },
)
