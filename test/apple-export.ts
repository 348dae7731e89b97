import { seededRandom } from '../packages/core/src/math/random.ts'

const MINUTE_MS = 60_000
const DAY_MS = 1440 * MINUTE_MS
const FIRST_DAY_MS = Date.UTC(2015, 0, 1)

const HEAD = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE HealthData [
<!-- HealthKit Export Version: 13, made up: <Record> and ]> in a comment are none -->
<!ELEMENT HealthData (ExportDate,Me,(Record|Correlation|Workout|ActivitySummary)*)>
<!ATTLIST HealthData
  locale CDATA #REQUIRED
>
<!ENTITY lol "<Record type='HKCategoryTypeIdentifierSleepAnalysis'/>">
]>
<HealthData locale="en_GB">
 <ExportDate value="2024-01-10 10:00:00 +0100"/>
 <Me HKCharacteristicTypeIdentifierDateOfBirth="1990-02-02" HKCharacteristicTypeIdentifierBiologicalSex="HKBiologicalSexNotSet"/>
`

/** `2023-10-29 02:30:00 +0200` of a moment, in a clock so far ahead of UTC. */
export function appleText(ms: number, aheadH = 1): string {
  const wall = new Date(ms + aheadH * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')
  const hours = String(Math.floor(Math.abs(aheadH))).padStart(2, '0')
  return `${wall} ${aheadH < 0 ? '-' : '+'}${hours}00`
}

/** A whole export with these records inside. */
export function appleExport(records: readonly string[]): string {
  return `${HEAD}${records.join('\n')}\n</HealthData>\n`
}

/** One record's element; `inside` are its metadata. */
export function appleRecord(
  type: string,
  value: string,
  startMs: number,
  endMs: number,
  more: { aheadH?: number; source?: string; unit?: string; inside?: string } = {},
): string {
  const { aheadH = 1, source = 'Anna&#8217;s Apple&#160;Watch', unit, inside } = more
  const tag = `<Record type="${type}" sourceName="${source}" sourceVersion="10.2" device="&lt;&lt;HKDevice: 0x28&gt;, name:Apple Watch, manufacturer:Apple Inc., model:Watch, hardware:Watch6,2, software:10.2&gt;"${unit === undefined ? '' : ` unit="${unit}"`} creationDate="${appleText(endMs, aheadH)}" startDate="${appleText(startMs, aheadH)}" endDate="${appleText(endMs, aheadH)}" value="${value}"`
  return inside === undefined ? ` ${tag}/>` : ` ${tag}>\n  ${inside}\n </Record>`
}

/** One night's sleep samples as a watch writes them: stages that follow each other. */
export function appleNight(onsetMs: number, hours: number, aheadH = 1): string[] {
  const values = ['AsleepCore', 'AsleepDeep', 'AsleepCore', 'AsleepREM', 'Awake']
  const records: string[] = []
  let at = onsetMs
  for (let i = 0; at < onsetMs + hours * 3_600_000; i++) {
    const last = at + (i % 5 === 4 ? 3 : 20) * MINUTE_MS >= onsetMs + hours * 3_600_000
    const end = last ? onsetMs + hours * 3_600_000 : at + (i % 5 === 4 ? 3 : 20) * MINUTE_MS
    const value = last ? 'AsleepREM' : values[i % 5]!
    records.push(
      appleRecord(
        'HKCategoryTypeIdentifierSleepAnalysis',
        `HKCategoryValueSleepAnalysis${value}`,
        at,
        end,
        { aheadH, inside: '<MetadataEntry key="HKTimeZone" value="Europe/Berlin"/>' },
      ),
    )
    at = end
  }
  return records
}

/**
 * The pieces of a made-up export of about `bytes` bytes: ordered by type as Apple does, so that
 * heart rates come first and the nights last. Also says how many nights it will have.
 */
export function bigAppleExport(
  bytes: number,
  seed = 1,
): { readonly nights: number; pieces(): Generator<Uint8Array> } {
  // A day costs some 105 kB: a heart rate every 5 min, steps every 10, energy, and a night.
  const nights = Math.max(1, Math.min(3200, Math.floor(bytes / 160_000)))
  const perDay = Math.max(10, Math.floor((bytes / nights - 14_000) / 415 / 2))
  return { nights, pieces: () => pieces(nights, perDay, seed) }
}

function* pieces(nights: number, perDay: number, seed: number): Generator<Uint8Array> {
  const random = seededRandom(seed)
  const encoder = new TextEncoder()
  yield encoder.encode(HEAD)
  const stepMs = DAY_MS / perDay
  for (const type of ['HeartRate', 'StepCount'] as const) {
    for (let day = 0; day < nights; day++) {
      const lines: string[] = []
      for (let i = 0; i < perDay; i++) {
        const at = FIRST_DAY_MS + day * DAY_MS + i * stepMs
        const isHeart = type === 'HeartRate'
        const value = isHeart ? 50 + random.integer(60) : random.integer(400)
        lines.push(
          appleRecord(
            `HKQuantityTypeIdentifier${type}`,
            String(value),
            at,
            at + (isHeart ? 0 : stepMs),
            {
              unit: isHeart ? 'count/min' : 'count',
              ...(isHeart
                ? { inside: '<MetadataEntry key="HKMetadataKeyHeartRateMotionContext" value="0"/>' }
                : {}),
            },
          ),
        )
      }
      yield encoder.encode(`${lines.join('\n')}\n`)
    }
  }
  for (let day = 0; day < nights; day++) {
    const onset = FIRST_DAY_MS + day * DAY_MS + (22 + random.integer(3)) * 3_600_000
    yield encoder.encode(`${appleNight(onset, 7).join('\n')}\n`)
  }
  yield encoder.encode('</HealthData>\n')
}
