import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readLoggerBytes, readLoggerFile } from '../../../../../test/logger-file.ts'
import { hasShared, SHARED_MISSING, sharedJson, sharedPath } from '../../../../../test/shared.ts'
import type { EvidenceOptions, PersonalRecord } from '../evidence/personal-record.ts'

const ZOO = 'data/light-activity/pyactigraphy/data'
const CYEPI = 'data/light-activity/cyepi/acttrust'

function recordOf(path: string, options: EvidenceOptions = {}): PersonalRecord {
  const record = readLoggerFile(sharedPath(path), options)
  if (!record.ok) throw new Error(`${path}: ${JSON.stringify(record.problem)}`)
  return record.value
}

/** `kind epoch samples known mean` of each series. */
function summary({ series }: PersonalRecord): string[] {
  return series.map(({ kind, epochS, values }) => {
    const known = [...values].filter((value) => !Number.isNaN(value))
    const mean = known.reduce((sum, value) => sum + value, 0) / known.length
    return `${kind} ${epochS} s ${values.length}/${known.length} ${mean.toFixed(2)}`
  })
}

const isHere = hasShared(ZOO) && hasShared(CYEPI)

describe.skipIf(!isHere)(`logger files${isHere ? '' : ` (${SHARED_MISSING})`}`, () => {
  it('an AWD holds as many epochs and counts as pyActigraphy reads', () => {
    type Golden = { results: Record<string, { n: number; sum: number }> }
    const golden = sharedJson<Golden>('golden/circadian/actigraphy/pyactigraphy_awd.json')
    for (const [file, { n, sum }] of Object.entries(golden.results)) {
      const [activity] = recordOf(`${ZOO}/${file}`).series
      expect(activity!.values.length).toBe(n)
      expect(activity!.values.reduce((total, value) => total + value, 0)).toBe(sum)
    }
  })

  it('every kind of Actiwatch is read with the epoch and the second column it has', () => {
    const read = (name: string) => summary(recordOf(`${ZOO}/test_sample${name}.AWD`))
    expect(read('_aw4')).toEqual(['activityCounts 60 s 31854/31854 394.45'])
    expect(read('_aw7')).toEqual(['activityCounts 15 s 30623/30623 70.72'])
    expect(read('_awmk2')).toEqual(['activityCounts 30 s 29992/29992 53.79'])
    expect(read('_awi')).toEqual(['activityCounts 60 s 6162/6162 179.20'])
    expect(read('_aws')).toEqual(['activityCounts 60 s 1521/1521 43.64'])
    expect(read('_awl')[1]).toBe('photopicLux 60 s 12774/12774 42.43')
    expect(read('_awlp')[1]).toBe('photopicLux 60 s 10103/10102 234.78')
    expect(read('_awt')[1]).toBe('skinTemperatureC 60 s 3862/3862 36.13')
  })

  it('a year before there were loggers is moved by a century and told', () => {
    const record = recordOf(`${ZOO}/example_01.AWD`)
    expect(new Date(record.series[0]!.timesMs[0]!).toISOString()).toBe('2018-01-23T13:58:00.000Z')
    expect(record.warnings[0]).toContain('1918')
  })

  it('Actiware is read in English, French and German, in the zone it names', () => {
    const english = recordOf(`${ZOO}/test_sample_rpx_eng.csv`)
    expect(english.zone).toBe('Europe/London')
    // 4 July, not 7 April: the days that follow say so.
    expect(new Date(english.series[0]!.timesMs[0]!).toISOString()).toBe('2015-07-04T08:45:00.000Z')
    expect(summary(english)[1]).toBe('photopicLux 30 s 20160/20160 604.98')
    expect(summary(recordOf(`${ZOO}/test_sample_rpx_fr.csv`))).toEqual([
      'activityCounts 60 s 11581/11555 18.25',
      'photopicLux 60 s 11581/11555 61.26',
    ])
    expect(summary(recordOf(`${ZOO}/test_sample_rpx_ger_no_light.csv`))).toEqual([
      'worn 30 s 20160/20160 0.98',
      'activityCounts 30 s 20160/19665 74.09',
    ])
    const german = recordOf(`${ZOO}/test_sample_rpx_ger_with_light.csv`)
    expect(summary(german)[2]).toBe('photopicLux 30 s 20160/19955 165.66')
  })

  it('MotionWatch, Daqtometer, Tempatilumi and ActTrust 1 are read', () => {
    expect(summary(recordOf(`${ZOO}/test_sample.mtn`))).toEqual([
      'activityCounts 5 s 5978/5978 18.24',
    ])
    expect(summary(recordOf(`${ZOO}/test_sample_dqt.csv`))).toEqual([
      'activityCounts 1 s 43200/43200 6.07',
    ])
    const tempatilumi = recordOf(`${ZOO}/test_sample_tal.txt`)
    expect(summary(tempatilumi)[1]).toBe('activityCounts 60 s 10080/10080 78.22')
    expect(tempatilumi.warnings[0]).toContain('no unit')
    expect(summary(recordOf(`${ZOO}/test_sample_atr.txt`))[1]).toBe(
      'activityCounts 60 s 5760/5760 2459.53',
    )
  })

  it('a table of accelerometer classes has activity, its own zone, and no light', () => {
    const record = recordOf(`${ZOO}/sample-timeSeries.csv.gz`)
    expect(summary(record)).toEqual(['activityCounts 30 s 16841/16716 33.03'])
    expect(record.zone).toBe('Europe/London')
    expect(record.series[0]!.timesMs[0]).toBe(Date.parse('2014-05-07T12:29:50.439Z'))
  })

  it('an AGD database is refused with what to do', () => {
    const refused = readLoggerFile(sharedPath(`${ZOO}/test_sample.agd`))
    expect(refused).toMatchObject({ ok: false, problem: { code: 'UNKNOWN_FORMAT' } })
    expect(refused.ok ? '' : refused.problem.expected).toContain('csv')
  })

  it('the fifteen ActTrust weeks of the cyepi people are whole, on the clock of Berlin', () => {
    const files = readdirSync(sharedPath(CYEPI))
    expect(files).toHaveLength(15)
    for (const file of files) {
      const record = recordOf(`${CYEPI}/${file}`, { zone: 'Europe/Berlin' })
      const kinds = record.series.map(({ kind, epochS }) => `${kind} ${epochS}`)
      expect(kinds).toEqual(['skinTemperatureC 60', 'activityCounts 60', 'photopicLux 60'])
      const nDays = record.series[0]!.values.length / 1440
      expect(nDays).toBeGreaterThan(6.8)
      expect(nDays).toBeLessThan(7.4)
    }
  })

  it('a logger an hour ahead of the computer at read-out keeps its times, as the diary has them', () => {
    const file = readdirSync(sharedPath(CYEPI)).find((name) => name.startsWith('219'))
    const record = recordOf(`${CYEPI}/${file}`, { zone: 'Europe/Berlin' })
    expect(record.warnings.join()).toContain('60 min ahead')
    // The file's first row is 09:51:10 of its own clock; its owner woke when it says.
    expect(new Date(record.series[0]!.timesMs[0]!).toISOString()).toBe('2023-10-16T07:51:10.000Z')
  })

  it('an ActLumus keeps photopic lux and melanopic EDI apart', () => {
    const folder = 'data/light-activity/lightlogr/inst/extdata'
    const record = recordOf(`${folder}/205_actlumus_Log_1020_20230904101707532.txt.zip`)
    expect(summary(record)).toEqual([
      'activityCounts 10 s 61016/61016 135.63',
      'photopicLux 10 s 61016/61016 737.98',
      'melanopicEdiLux 10 s 61016/61016 667.83',
    ])
  })
})

describe('a plain table', () => {
  const rows = (header: string, row: (i: number) => string): string =>
    [header, ...Array.from({ length: 60 }, (_, i) => row(i))].join('\n')

  it('is read by the names of its columns, with decimal commas where cells are cut by semicolons', () => {
    const text = rows('Datum;Zeit;Aktivität;Melanopic EDI', (i) => {
      return `24.01.2020;10:${String(i).padStart(2, '0')};${i};${i},5`
    })
    const record = readLoggerBytes(text, { zone: 'Europe/Berlin' })
    expect(record.ok && summary(record.value)).toEqual([
      'activityCounts 60 s 60/60 29.50',
      'melanopicEdiLux 60 s 60/60 30.00',
    ])
  })

  it('puts an epoch that is missing in as a gap', () => {
    const text = rows('timestamp,lux', (i) => `2020-01-24T${10 + (i >> 5)}:${20 + (i & 31)}:00Z,5`)
    const record = readLoggerBytes(text)
    // 32 minutes, 28 without a row, 28 minutes.
    expect(record.ok && summary(record.value)).toEqual(['photopicLux 60 s 88/60 5.00'])
  })

  it('keeps off-wrist time as missing, and says when it was worn', () => {
    const text = rows('timestamp,activity,off wrist', (i) => {
      return `2020-01-24 10:${String(i).padStart(2, '0')}:00,7,${i < 20 ? 1 : 0}`
    })
    const record = readLoggerBytes(text)
    expect(record.ok && summary(record.value)).toEqual([
      'activityCounts 60 s 60/40 7.00',
      'worn 60 s 60/60 0.67',
    ])
  })

  it('of anything else than a log is not taken', () => {
    for (const header of ['date,steps,calories', 'start,end,stage', 'time,heart rate']) {
      const refused = readLoggerBytes(rows(header, (i) => `2020-01-${i},1,2`))
      expect(refused).toMatchObject({ ok: false, problem: { code: 'UNKNOWN_FORMAT' } })
    }
  })

  it('whose readings are mostly unreadable is refused', () => {
    const text = rows('timestamp,activity', (i) => {
      return `2020-01-24 10:${String(i).padStart(2, '0')}:00,${i < 40 ? 7 : 'x'}`
    })
    const refused = readLoggerBytes(text)
    expect(refused).toMatchObject({ ok: false, problem: { code: 'BAD_FIELD' } })
  })
})

describe('an ActiGraph epoch file', () => {
  const report = [
    '------------ Data File Created By ActiGraph GT3X+ ActiLife v6.13 date format M/d/yyyy -----',
    'Serial Number: MOS2A00000000',
    'Start Time 10:54:00',
    'Start Date 6/27/2012',
    'Epoch Period (hh:mm:ss) 00:00:10',
    '--------------------------------------------------',
  ]
  it('has its start and epoch from the report', () => {
    for (const header of [[], ['Axis1,Axis2,Axis3,Steps']]) {
      const text = [...report, ...header, '377,397,413,2', '465,816,1225,4'].join('\r\n')
      const record = readLoggerBytes(text)
      if (!record.ok) throw new Error(JSON.stringify(record.problem))
      const [activity] = record.value.series
      expect(activity).toMatchObject({ epochS: 10, source: 'ActiGraph MOS2A00000000 axis 1' })
      expect([...activity!.values]).toEqual([377, 465])
      expect(activity!.timesMs[1]).toBe(Date.parse('2012-06-27T10:54:10Z'))
    }
  })
})
