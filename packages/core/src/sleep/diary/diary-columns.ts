import { columnKey } from '../evidence/csv-cells.ts'

/** What a column of a diary tells. */
export type DiaryColumn =
  /** The date of the evening. */
  | 'night'
  /** Into bed. */
  | 'bed'
  /** Lights out, tried to sleep. */
  | 'attempt'
  /** Fell asleep. */
  | 'onset'
  /** Woke for good. */
  | 'offset'
  /** Out of bed. */
  | 'rise'
  /** Minutes from lights out to sleep. */
  | 'latencyMin'
  /** Minutes asleep. */
  | 'asleepMin'
  | 'alarm'
  | 'workday'
  /** Main sleep or nap. */
  | 'kind'
  /** The zone of the row's clocks. */
  | 'zone'

/** One night as it was written: the cells by what they tell, blank ones left out. */
export type DiaryRow = Readonly<Partial<Record<DiaryColumn, string>>>

const NAMES: Readonly<Record<DiaryColumn, string>> = {
  night: 'night date day datum nacht eveningdate sleepdate',
  bed: 'bed bedtime timeinbed inbed tobed gotobed wenttobed intobed bedtimestart bedstart timetobed bettzeit',
  attempt: 'lightsout lightsoff trysleep triedtosleep trytosleep attempt sleepattempt',
  onset:
    'sleep onset sleeponset asleep fellasleep fallasleep sleepstart sleeptime starttime start einschlafzeit',
  offset:
    'wake waketime wakeup wokeup wakeuptime awake offset sleepoffset finalawakening finalwake sleepend waking endtime end stop aufwachzeit',
  rise: 'rise risetime rising getup getuptime gotup outofbed leftbed bedtimeend bedend timeoutofbed aufstehzeit',
  latencyMin: 'latency latencymin sleeplatency sleeplatencymin sleepdelay sol sleeponsetlatency',
  asleepMin: 'asleepmin minutesasleep totalsleepmin sleepminutes tst tstmin',
  alarm: 'alarm alarmused wokenbyalarm alarmclock byalarm',
  workday: 'workday work working workingday isworkday workdayafter daytype22 arbeitstag',
  kind: 'nap isnap kind sleepkind sleeptype type',
  zone: 'zone timezone tz timezonename',
}

/** Names that any table may have: they tell of sleep beside a column whose name does. */
const OF_ANYTHING = new Set(['start', 'end', 'stop', 'starttime', 'endtime', 'offset', 'onset'])
const OF_SLEEP = /sleep|bed|wake|woke|awak|asleep|nap|lights(out|off)|night|schlaf/

const BY_KEY: ReadonlyMap<string, DiaryColumn> = new Map(
  Object.entries(NAMES).flatMap(([column, keys]) =>
    keys.split(' ').map((key) => [key, column as DiaryColumn] as const),
  ),
)

/**
 * The columns of a header, in its order; undefined for one that a diary has no use for, and for the
 * second of two that tell the same. `start` and `end` count beside a name that has to do with sleep
 * only: a table of workouts has them too. In a table that has `sleepdelay` beside `sleep`, `sleep`
 * is when the person tried to (the consensus sleep diary, doi:10.5665/sleep.1642).
 */
export function diaryColumns(names: readonly string[]): (DiaryColumn | undefined)[] {
  const seen = new Set<DiaryColumn>()
  const keys = names.map(columnKey)
  const isConsensus = keys.includes('sleepdelay')
  const isOfSleep = keys.some((key) => OF_SLEEP.test(key))
  return keys.map((key) => {
    const column = isConsensus && key === 'sleep' ? 'attempt' : BY_KEY.get(key)
    const isDoubtful = !isOfSleep && OF_ANYTHING.has(key)
    if (column === undefined || isDoubtful || seen.has(column)) return undefined
    seen.add(column)
    return column
  })
}

/** Whether these columns make a diary: a time of going to sleep and a time of waking or a night. */
export function isDiary(columns: readonly (DiaryColumn | undefined)[]): boolean {
  const has = (...wanted: DiaryColumn[]): boolean => wanted.some((one) => columns.includes(one))
  const [goes, wakes] = [has('bed', 'attempt', 'onset'), has('offset', 'rise')]
  return goes && wakes
}

/** A row's cells under the columns of its header. */
export function diaryRow(
  columns: readonly (DiaryColumn | undefined)[],
  cells: readonly string[],
): DiaryRow {
  const row: Partial<Record<DiaryColumn, string>> = {}
  for (const [i, column] of columns.entries()) {
    const cell = cells[i]
    if (column !== undefined && cell !== undefined && !isBlank(cell)) row[column] = cell
  }
  return row
}

function isBlank(cell: string): boolean {
  return /^(|-+|n\/?a|nan|null|none|\?)$/i.test(cell)
}
