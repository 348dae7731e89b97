import { createReadStream } from 'node:fs'
import { strToU8, zipSync } from 'fflate'
import { describe, expect, test } from 'vitest'
import { appleExport, appleNight, appleRecord, bigAppleExport } from '#test/apple-export.ts'
import { hasShared, SHARED_MISSING, sharedPath } from '#test/shared.ts'
import type { EvidenceOptions, PersonalRecord } from '../evidence/personal-record.ts'
import { readPersonalRecord } from './read-personal-record.ts'

const SLEEP = 'HKCategoryTypeIdentifierSleepAnalysis'
const HOUR_MS = 3_600_000
const NIGHT_MS = Date.UTC(2023, 9, 28, 21)

async function read(
  chunks: Iterable<Uint8Array>,
  options: EvidenceOptions = {},
): Promise<PersonalRecord> {
  const result = await readPersonalRecord(chunks, options)
  if (!result.ok) throw new Error(JSON.stringify(result.problem))
  return result.value
}

function sleep(value: string, startH: number, endH: number, source: string, inside?: string) {
  const [start, end] = [NIGHT_MS + startH * HOUR_MS, NIGHT_MS + endH * HOUR_MS]
  const name = `HKCategoryValueSleepAnalysis${value}`
  return appleRecord(SLEEP, name, start, end, { source, ...(inside ? { inside } : {}) })
}

describe('an Apple Health export', () => {
  test('has its stage samples put together into sleeps, with the zone their metadata name', async () => {
    const record = await read([strToU8(appleExport(appleNight(NIGHT_MS, 7.5)))])
    expect(record).toMatchObject({
      format: 'apple-health',
      zone: 'Europe/Berlin',
      zoneFrom: 'file',
    })
    expect(record.episodes).toHaveLength(1)
    expect(record.episodes[0]).toMatchObject({
      onsetMs: NIGHT_MS,
      offsetMs: NIGHT_MS + 7.5 * HOUR_MS,
      kind: 'main',
      provenance: 'measured',
      source: 'Anna’s Apple\u00a0Watch',
    })
    expect(record.episodes[0]!.stages![1]).toEqual({
      startMs: NIGHT_MS + 20 * 60_000,
      endMs: NIGHT_MS + 40 * 60_000,
      stage: 'deep',
    })
    expect(record.episodes[0]!.zone).toBeUndefined()
  })

  test('may have values of before iOS 16, or numbers, and time in bed around them', async () => {
    const record = await read([
      strToU8(
        appleExport([
          sleep('InBed', 0, 8, 'Pillow').replace(/device="[^"]*"/, 'device="iPhone"'),
          sleep('Asleep', 0.5, 4, 'Pillow'),
          sleep('Asleep', 4.25, 7.5, 'Pillow'),
          sleep('Asleep', 4.25, 7.5, 'Pillow'),
        ]),
      ),
    ])
    expect(record.episodes).toMatchObject([
      {
        bedMs: NIGHT_MS,
        onsetMs: NIGHT_MS + 0.5 * HOUR_MS,
        offsetMs: NIGHT_MS + 7.5 * HOUR_MS,
        riseMs: NIGHT_MS + 8 * HOUR_MS,
        asleepMin: 405,
      },
    ])
    const numbers = appleRecord(SLEEP, '5', NIGHT_MS, NIGHT_MS + HOUR_MS)
    expect((await read([strToU8(appleExport([numbers]))])).episodes[0]!.stages![0]!.stage).toBe(
      'rem',
    )
  })

  test('with several sources is told night by night by one of them, never by a mixture', async () => {
    const phone = 'device="iPhone"'
    const inBed = sleep('InBed', -1, 9, 'iPhone').replace(/device="[^"]*"/, phone)
    const next = sleep('InBed', 24, 32, 'iPhone').replace(/device="[^"]*"/, phone)
    const typed = sleep(
      'Asleep',
      48,
      55,
      'Health',
      '<MetadataEntry key="HKWasUserEntered" value="1"/>',
    )
    const record = await read([
      strToU8(appleExport([inBed, next, typed, ...appleNight(NIGHT_MS, 7)])),
    ])
    expect(record.episodes.map((one) => [one.source, one.provenance, one.bedMs])).toEqual([
      ['Anna’s Apple\u00a0Watch', 'measured', undefined],
      ['iPhone', 'inferred', NIGHT_MS + 24 * HOUR_MS],
      ['Health', 'reported', undefined],
    ])
    expect(record.warnings).toEqual(['1 sleeps are told by another source too, and were set aside'])
  })

  test('has moments by the offset of each record, which may change in flight', async () => {
    const fly = [
      appleRecord(
        SLEEP,
        'HKCategoryValueSleepAnalysisAsleepCore',
        NIGHT_MS,
        NIGHT_MS + 3 * HOUR_MS,
        {
          aheadH: 2,
        },
      ),
      appleRecord(
        SLEEP,
        'HKCategoryValueSleepAnalysisAsleepREM',
        NIGHT_MS + 3 * HOUR_MS,
        NIGHT_MS + 6 * HOUR_MS,
        { aheadH: -5 },
      ),
      ...appleNight(NIGHT_MS + 24 * HOUR_MS, 7, 1),
    ]
    const record = await read([strToU8(appleExport(fly))], { zone: 'America/New_York' })
    expect(record.episodes).toMatchObject([
      { onsetMs: NIGHT_MS, offsetMs: NIGHT_MS + 6 * HOUR_MS, zone: '+02:00' },
      { onsetMs: NIGHT_MS + 24 * HOUR_MS, zone: 'Europe/Berlin' },
    ])
  })

  test('is read whatever the order of attributes, quotes, comments, CDATA and nesting', async () => {
    const plain = sleep('AsleepDeep', 0, 2, 'Watch')
    const odd = `<!-- <Record type="${SLEEP}"/> --><![CDATA[<Record type="${SLEEP}"/>]]>
      <Correlation type="x" startDate="2023-10-29 00:00:00 +0200"><Record
        endDate = '2023-10-29 01:00:00 +0200' value='HKCategoryValueSleepAnalysisAsleepDeep'
        sourceName='a &quot;b&quot; &gt; c' startDate='2023-10-28 23:30:00 +0200' type='${SLEEP}'/></Correlation>`
    const record = await read([strToU8(appleExport([plain, plain, odd]))])
    expect(record.episodes.map((one) => one.source).sort()).toEqual(['Watch'])
    const alone = await read([strToU8(appleExport([odd]))])
    expect(alone.episodes).toMatchObject([
      { source: 'a "b" > c', onsetMs: NIGHT_MS + HOUR_MS / 2, asleepMin: 90 },
    ])
    expect(record.episodes[0]!.stages).toHaveLength(1)
  })

  test('gives heart rate, steps and variability by the minute, each source by itself', async () => {
    const at = (minutes: number): number => NIGHT_MS + minutes * 60_000
    const quantity = (type: string, value: string, from: number, to: number, unit: string) =>
      appleRecord(`HKQuantityTypeIdentifier${type}`, value, at(from), at(to), { unit, source: 'W' })
    const record = await read([
      strToU8(
        appleExport([
          quantity('HeartRate', '60', 0.1, 0.1, 'count/min'),
          quantity('HeartRate', '70', 0.5, 0.5, 'count/min'),
          quantity('HeartRate', '1.5', 3, 3, 'count/s'),
          quantity('HeartRate', '-4', 4, 4, 'count/min'),
          quantity('StepCount', '30', 10, 13, 'count'),
          quantity('HeartRateVariabilitySDNN', '45.5', 20, 21, 'ms'),
          quantity('BodyMass', '80', 20, 21, 'kg'),
        ]),
      ),
    ])
    const columns = record.series.map(({ kind, timesMs, values }) => [
      kind,
      Array.from(timesMs, (ms) => (ms - NIGHT_MS) / 60_000),
      [...values],
    ])
    expect(columns).toEqual([
      ['heartRateBpm', [0, 3], [65, 90]],
      ['steps', [10, 11, 12], [10, 10, 10]],
      ['heartRateVariabilityMs', [20], [45.5]],
    ])
  })

  test('reads the same from a zip, and in pieces of any size', async () => {
    const text = appleExport(appleNight(NIGHT_MS, 7))
    const whole = await read([strToU8(text)])
    const zip = zipSync({
      'apple_health_export/export_cda.xml': strToU8('<ClinicalDocument/>'),
      'apple_health_export/export.xml': strToU8(text),
    })
    expect((await read([zip])).episodes).toEqual(whole.episodes)
    for (const size of [1, 7, 1000]) {
      const bytes = strToU8(text)
      const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
        bytes.subarray(i * size, (i + 1) * size),
      )
      expect((await read(pieces)).episodes).toEqual(whole.episodes)
    }
  })

  test('is refused when it ends in the middle, bare or zipped', async () => {
    const bytes = strToU8(appleExport(appleNight(NIGHT_MS, 7)))
    const zip = zipSync({ 'export.xml': bytes })
    for (const cut of [bytes.subarray(0, bytes.length - 40), zip.subarray(0, zip.length - 200)]) {
      const result = await readPersonalRecord([cut])
      expect(!result.ok && result.problem.code).toBe('TRUNCATED')
    }
  })

  test('keeps no more than nights and minutes of a large one', async () => {
    const { nights, pieces } = bigAppleExport(6_000_000)
    let nBytes = 0
    const record = await read(pieces(), { onBytes: (read) => (nBytes = read) })
    expect(nBytes).toBeGreaterThan(6_000_000)
    expect(record.episodes).toHaveLength(nights)
    for (const { timesMs } of record.series)
      expect(timesMs.length).toBeLessThanOrEqual(nights * 1441)
  })

  test('may be stopped', async () => {
    let asked = 0
    const { pieces } = bigAppleExport(3_000_000)
    const result = await readPersonalRecord(pieces(), { cancelled: () => ++asked > 3 })
    expect(!result.ok && result.problem.code).toBe('CANCELLED')
  })
})

describe.skipIf(!hasShared('data/wearables/apple-health'))(
  `Apple Health samples (${SHARED_MISSING})`,
  () => {
    const folder = 'data/wearables/apple-health'
    test.each([
      ['tagbug/tests/fixtures/export.xml', 1, ['heartRateBpm', 'heartRateVariabilityMs']],
      ['tagbug/tests/fixtures/example.xml', 1, ['heartRateBpm', 'steps']],
      ['dogsheep/tests/export.xml', 0, ['heartRateBpm']],
      ['tdda/testdata/export6s3sample.xml', 0, ['steps']],
    ])('%s gives %i sleeps', async (name, nights, kinds) => {
      const stream = createReadStream(sharedPath(`${folder}/${name}`))
      const result = await readPersonalRecord(stream)
      if (!result.ok) throw new Error(JSON.stringify(result.problem))
      expect(result.value.episodes).toHaveLength(nights)
      expect(result.value.series.map(({ kind }) => kind)).toEqual(kinds)
    })
  },
)
