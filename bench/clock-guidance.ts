import { type ClockEvidence, fitClock } from '@nocturne/core/clock'
import { formerPlan, makePlan } from '@nocturne/core/plan'
import type { SleepEpisode } from '@nocturne/core/sleep'
import { madeUpPlan, madeUpRequest } from '../test/made-up-plan.ts'
import { middle } from './measure.ts'

const RUNS = 3
const NIGHTS = 21
const HOUR_MS = 3_600_000
const FIRST_NIGHT_MS = Date.UTC(2026, 8, 1, 22)
const GOAL = 'shift +12h by 2026-12-10'

/** CPU-seconds of a fit of 21 nights, a first plan of a 12 h shift, and a plan made again a day on. */
export function benchGuidance(): void {
  const evidence = threeWeeks()
  const first = madeUpRequest(GOAL, { start: '2026-11-27 08:00', effort: 'whole' })
  const previous = formerPlan(madeUpPlan(GOAL, { start: '2026-11-27 08:00', effort: 'whole' }))
  const again = madeUpRequest(GOAL, { start: '2026-11-28 08:00', effort: 'whole', previous })
  console.log('\n| guidance | CPU-s, middle of 3 |')
  console.log('|---|---|')
  row(`fit of ${NIGHTS} nights`, () => fitClock(evidence).ok)
  row('first plan of a 12 h shift', () => makePlan(first).ok)
  row('the plan made again the next day', () => makePlan(again).ok)
}

function row(name: string, work: () => boolean): void {
  const seconds: number[] = []
  for (let run = 0; run < RUNS; run++) {
    const before = process.cpuUsage()
    if (!work()) throw new Error(`${name}: no result`)
    const { user, system } = process.cpuUsage(before)
    seconds.push((user + system) / 1e6)
  }
  console.log(`| ${name} | ${middle(seconds).toFixed(2)} |`)
}

/** Three weeks of a diary: bed at 23, an hour later at weekends, up at 7 or 8:30. */
function threeWeeks(): ClockEvidence {
  const episodes = Array.from({ length: NIGHTS }, (_, night): SleepEpisode => {
    const late = night % 7 >= 4 && night % 7 <= 5
    const onsetMs = FIRST_NIGHT_MS + (24 * night + (late ? 1 : 0) + 0.1 * (night % 3)) * HOUR_MS
    const offsetMs = FIRST_NIGHT_MS + (24 * night + (late ? 9.5 : 8)) * HOUR_MS
    const alarm = !late
    return { onsetMs, offsetMs, kind: 'main', provenance: 'reported', source: 'diary', alarm }
  })
  const record = { format: 'diary-csv', zone: 'UTC', zoneFrom: 'given' as const }
  return { records: [{ ...record, episodes, series: [], warnings: [] }] }
}
