import { durationText } from '@nocturne/core/figure'
import type { Night } from '@nocturne/core/sleep'

/** The night in a sentence and six numbers. */
export function Summary({ night, example }: { night: Night; example: boolean }) {
  const { statistics, recording } = night
  const share = (minutes: number) =>
    statistics.tstMin > 0 ? `${Math.round((100 * minutes) / statistics.tstMin)} % of sleep` : ''
  return (
    <section class="summary" data-example={example} aria-labelledby="title">
      <p class="eyebrow">
        {example ? 'Example night, made by the simulator' : recording.file}
        {recording.startTime && ` · ${recording.startTime.slice(0, 16).replace('T', ' ')}`}
      </p>
      <h1 id="title">
        {statistics.tstMin > 0
          ? `${durationText(statistics.tstMin)} asleep`
          : 'No sleep was found in this recording'}
      </h1>
      <dl class="numbers">
        <Figure name="of the time in bed" value={percent(statistics.efficiencyPct)} />
        <Figure name="to fall asleep" value={minutes(statistics.solMin)} />
        <Figure name="awake in between" value={minutes(statistics.wasoMin)} />
        <Figure name="deep (N3)" value={minutes(statistics.n3Min)} note={share(statistics.n3Min)} />
        <Figure name="REM" value={minutes(statistics.remMin)} note={share(statistics.remMin)} />
        <Figure name="awakenings" value={String(statistics.awakenings)} />
      </dl>
    </section>
  )
}

function Figure({ name, value, note }: { name: string; value: string; note?: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd class="value">{value}</dd>
      {note && <dd class="share">{note}</dd>}
    </div>
  )
}

function minutes(value: number | undefined): string {
  return value === undefined || !Number.isFinite(value) ? 'not known' : durationText(value)
}

function percent(value: number | undefined): string {
  return value === undefined || !Number.isFinite(value) ? 'not known' : `${Math.round(value)} %`
}
