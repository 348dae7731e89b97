import { fail, type Problem } from '../../math/result.ts'
import { momentOfWallClock } from '../../math/time-zone.ts'
import type { EvidenceReader } from '../evidence/evidence-reader.ts'
import type { EvidenceCode } from '../evidence/personal-record.ts'
import { recordBuilder } from '../evidence/record-builder.ts'
import { guessedKind } from './sleep-kind.ts'

const RECORD_BYTES = 12
const DAY_S = 86_400
/** Day 0 of its clock, 1999-12-31, in days since 1970. */
const DAY_ZERO = 10_956
/** Days from 2000 to 2100. */
const MAX_DAY = 36_525
/** Sleeps of one file. */
const MAX_SLEEPS = 100_000
/** Sleeps looked at to recognise the format, which has no mark of its own. */
const LOOKED_AT = 100

/**
 * SleepChart 1.0's .tim: twelve bytes a sleep, start and end as 32-bit floats in days of the local
 * clock since 1999-12-31 (to 42 s), then whether the sleep ended naturally. A forced awakening is
 * an alarm's.
 */
export const sleepChart: EvidenceReader = {
  format: 'sleepchart',
  title: 'SleepChart .tim',
  takes: 'bytes',
  recognises: ({ bytes, isWhole }) => isSleepChart(bytes, isWhole),
  open: (options) => {
    const record = recordBuilder('sleepchart', options)
    const held = new Uint8Array(RECORD_BYTES)
    let [nHeld, n] = [0, 0]
    const take = (view: DataView): void => {
      n++
      const [start, end] = [view.getFloat32(0, true), view.getFloat32(4, true)]
      const zone = record.zone()
      const bedMs = momentOfDay(start, zone)
      const moments = { bedMs, riseMs: momentOfDay(end, zone) }
      record.addEpisode(
        {
          ...moments,
          kind: guessedKind(moments, zone),
          provenance: 'reported',
          source: 'SleepChart',
          ...(view.getUint8(8) === 0 ? { alarm: true } : {}),
        },
        `sleep ${n}`,
      )
    }
    return {
      push(bytes): Problem<EvidenceCode> | undefined {
        for (const byte of bytes) {
          held[nHeld++] = byte
          if (nHeld < RECORD_BYTES) continue
          take(new DataView(held.buffer))
          nHeld = 0
        }
        if (n <= MAX_SLEEPS) return undefined
        return fail('TOO_LARGE', 'sleeps', `more than ${MAX_SLEEPS}`, 'fewer').problem
      },
      end() {
        if (nHeld === 0) return record.finish()
        return fail('TRUNCATED', `sleep ${n + 1}`, `${nHeld} bytes`, `${RECORD_BYTES} bytes`)
      },
    }
  },
}

function momentOfDay(day: number, zone: string): number {
  const wallS = Math.round((DAY_ZERO + day) * DAY_S)
  return Number.isFinite(wallS) ? momentOfWallClock(zone, wallS).ms : Number.NaN
}

/** Floats in the century, each sleep after the one before it and of at most a day and a half. */
function isSleepChart(bytes: Uint8Array, isWhole: boolean): boolean {
  if (bytes.length < RECORD_BYTES || (isWhole && bytes.length % RECORD_BYTES !== 0)) return false
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const n = Math.min(LOOKED_AT, Math.floor(bytes.length / RECORD_BYTES))
  let before = 1
  for (let i = 0; i < n; i++) {
    const start = view.getFloat32(i * RECORD_BYTES, true)
    const end = view.getFloat32(i * RECORD_BYTES + 4, true)
    if (!(start >= before && end > start && end - start <= 1.5 && end < MAX_DAY)) return false
    before = end
  }
  return true
}
