import {
  compareWithNorms,
  isWholeNight,
  type Night,
  type NormComparison,
} from '@nocturne/core/sleep'
import { minutesText, percentText, unbroken } from './words.ts'

type StatisticName = Exclude<
  { [K in keyof Night['statistics']]: K }[keyof Night['statistics']],
  undefined
>

type Row = {
  readonly name: StatisticName
  readonly words: string
  /** The scorers' abbreviation, where there is one. */
  readonly short?: string
}

const ROWS: readonly Row[] = [
  { name: 'tibMin', words: 'Time recorded', short: 'TIB' },
  { name: 'tstMin', words: 'Asleep', short: 'TST' },
  { name: 'efficiencyPct', words: 'Asleep, of the time recorded', short: 'SE' },
  { name: 'maintenancePct', words: 'Asleep, from the first to the last sleep', short: 'SME' },
  { name: 'solMin', words: 'To fall asleep', short: 'SOL' },
  { name: 'wasoMin', words: 'Awake after falling asleep', short: 'WASO' },
  { name: 'awakenings', words: 'Awakenings' },
  { name: 'fragmentationPerH', words: 'Awakenings in an hour of sleep' },
  { name: 'remLatencyMin', words: 'From falling asleep to REM' },
  { name: 'n1Pct', words: 'Drowsy, of sleep', short: 'N1' },
  { name: 'n2Pct', words: 'Light, of sleep', short: 'N2' },
  { name: 'n3Pct', words: 'Deep, of sleep', short: 'N3' },
  { name: 'remPct', words: 'REM, of sleep', short: 'R' },
]

/** The night in numbers beside what is usual among other people, in plain words. */
export function StatisticsCard({ night }: { night: Night }) {
  const norms = isWholeNight(night.statistics) ? compareWithNorms(night.statistics) : []
  const [norm] = norms
  return (
    <section class="card" aria-labelledby="statistics-title">
      <h2 id="statistics-title">The night in numbers</h2>
      <table class="statistics">
        <thead>
          <tr>
            <th scope="col">Measure</th>
            <th scope="col">This night</th>
            <th scope="col">Usual</th>
          </tr>
        </thead>
        <tbody>
          {ROWS.map((row) => (
            <StatisticRow
              key={row.name}
              row={row}
              value={night.statistics[row.name]}
              norm={norms.find(({ statistic }) => statistic === row.name)}
            />
          ))}
        </tbody>
      </table>
      {!norm && (
        <p class="note">
          A recording of less than five hours, or without sleep, is not set beside other people's
          nights.
        </p>
      )}
      {norm && (
        <p class="note">
          Usual is the middle four fifths of {norm.people} ({norm.source}): one healthy person in
          five lies outside each range, so an arrow is not a finding. Age shifts them; where there
          is no range, laboratories differ too much to give one.
        </p>
      )}
    </section>
  )
}

function StatisticRow(props: {
  row: Row
  value: number | undefined
  norm: NormComparison | undefined
}) {
  const { row, value, norm } = props
  return (
    <tr>
      <th scope="row">
        {row.words} {row.short && <small>{row.short}</small>}
      </th>
      <td>{valueText(row.name, value)}</td>
      <td>
        {norm ? (
          <>
            {rangeText(row.name, norm.usual)}{' '}
            {norm.place !== 'within' && <span class="place">{PLACES[norm.place]}</span>}
          </>
        ) : (
          <span class="none">–</span>
        )}
      </td>
    </tr>
  )
}

const PLACES = { above: '↑ above', below: '↓ below' } as const

/** `5 h 26 to 7 h 51 min`, `2 to 7 %`: the unit is said once where it can be. */
function rangeText(name: StatisticName, [low, high]: NormComparison['usual']): string {
  const [from, to] = [valueText(name, low), valueText(name, high)]
  const alike = from.includes(' h ') === to.includes(' h ')
  const short = alike ? from.replace(/ (%|min)$/, '') : from
  return `${unbroken(short)} to ${unbroken(to)}`
}

function valueText(name: StatisticName, value: number | undefined): string {
  if (name.endsWith('Min')) return minutesText(value)
  if (name.endsWith('Pct')) return percentText(value)
  if (value === undefined || !Number.isFinite(value)) return 'not known'
  return name === 'awakenings' ? String(Math.round(value)) : value.toFixed(1)
}
