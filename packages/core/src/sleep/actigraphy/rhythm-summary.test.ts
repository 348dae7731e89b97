import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readLoggerFile } from '../../../../../test/logger-file.ts'
import { hasShared, SHARED_MISSING, sharedPath } from '../../../../../test/shared.ts'
import type { PersonalRecord } from '../evidence/personal-record.ts'
import { rhythmSummary } from './rhythm-summary.ts'

const FOLDER = 'data/light-activity/cyepi/acttrust'
const isHere = hasShared(FOLDER)

describe.skipIf(!isHere)(`a summary of the rhythm${isHere ? '' : ` (${SHARED_MISSING})`}`, () => {
  const measuresOf = (id: string) => {
    const file = readdirSync(sharedPath(FOLDER)).find((name) => name.startsWith(id))
    const record = readLoggerFile(sharedPath(`${FOLDER}/${file}`), { zone: 'Europe/Berlin' })
    if (!record.ok) throw new Error(record.problem.got)
    return rhythmSummary(record.value)
  }

  it('of a week names every measure, its unit and the days it rests on', () => {
    const measures = measuresOf('201')
    expect(measures.map(({ name }) => name)).toEqual([
      'IS (hours)',
      'IV (hours)',
      'RA',
      'L5',
      'L5 onset',
      'M10',
      'M10 onset',
      'cosinor mesor',
      'cosinor amplitude',
      'cosinor acrophase',
      'SRI (inferred windows, 60 s)',
      'SRI (Cole-Kripke, personal scale, 60 s)',
      'LRI (> 50 photopic lux, 60 s)',
      'time > 250 photopic lux',
      'mean time > 250 photopic lux',
    ])
    for (const { nDays, value } of measures) {
      expect(nDays).toBeGreaterThan(5)
      expect(nDays).toBeLessThan(7.5)
      expect(Number.isFinite(value)).toBe(true)
    }
  })

  it('puts rest in the night and activity in the day', () => {
    const value = (name: string) => measuresOf('216').find((one) => one.name === name)!.value
    expect((value('L5 onset') + 12) % 24).toBeGreaterThan(9)
    expect(value('cosinor acrophase')).toBeGreaterThan(11)
    expect(value('cosinor acrophase')).toBeLessThan(20)
    expect(value('SRI (inferred windows, 60 s)')).toBeGreaterThan(50)
  })

  it('of quarter hours has what they can tell: no score of minutes', () => {
    const n = 7 * 96
    const timesMs = Float64Array.from({ length: n }, (_, i) => 1.7e12 + i * 900_000)
    const values = Float32Array.from({ length: n }, (_, i) => (i % 96 < 30 ? 1 : 90 + (i % 7)))
    const series = { kind: 'activityCounts', source: 'wrist', provenance: 'measured' } as const
    const record: PersonalRecord = {
      format: 'x',
      zone: 'UTC',
      zoneFrom: 'assumed',
      episodes: [],
      series: [{ ...series, epochS: 900, timesMs, values }],
      warnings: [],
    }
    const names = rhythmSummary(record).map(({ name }) => name)
    expect(names).toContain('IS (hours)')
    expect(names).toContain('M10 onset')
    expect(names.join()).not.toContain('SRI')
  })

  it('of a record that holds nothing is empty', () => {
    const nothing = { format: 'x', zone: 'UTC', zoneFrom: 'assumed', episodes: [] } as const
    expect(rhythmSummary({ ...nothing, series: [], warnings: [] })).toEqual([])
  })
})
