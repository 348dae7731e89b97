import type { Night } from '@nocturne/core/sleep'
import { isExample } from './state.ts'
import { headline, minutesText, percentText, startText } from './words.ts'

/** The night in a sentence and six numbers. */
export function Summary({ night }: { night: Night }) {
  const { statistics: s, recording } = night
  const none = !(s.tstMin > 0)
  const share = (minutes: number) =>
    none ? '' : `${percentText((100 * minutes) / s.tstMin)} of sleep`
  const name = isExample.value ? 'Example night, made by the simulator' : recording.file
  return (
    <section class="summary" data-example={isExample.value} aria-labelledby="title">
      <p class="eyebrow">{[name, startText(night)].filter(Boolean).join(' · ')}</p>
      <h1 id="title">{headline(night)}</h1>
      <dl class="numbers">
        <Figure name="of the time recorded" value={percentText(s.efficiencyPct)} />
        <Figure name="to fall asleep" value={minutesText(s.solMin)} />
        <Figure
          name="awake in between"
          value={minutesText(s.wasoMin)}
          note={none ? '' : `in ${s.awakenings} ${s.awakenings === 1 ? 'stretch' : 'stretches'}`}
        />
        <Figure name="deep sleep" value={minutesText(s.n3Min)} note={share(s.n3Min)} />
        <Figure name="REM sleep" value={minutesText(s.remMin)} note={share(s.remMin)} />
        <Figure
          name="light sleep"
          value={minutesText(s.n1Min + s.n2Min)}
          note={share(s.n1Min + s.n2Min)}
        />
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
