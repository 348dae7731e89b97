import { durationText } from '@nocturne/core/figure'
import { type Night, STAGES } from '@nocturne/core/sleep'
import { isExample } from './state.ts'
import { headline, minutesText, percentText, startText } from './words.ts'

/** Under this many stages of 100 expected to be right, a night is read with care. */
const UNSURE = 70

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
      <p class="trust">{trustText(night)}</p>
    </section>
  )
}

/** How far the stages can be trusted, by the model's own calibrated probabilities. */
function trustText({ stages, probabilities, statistics }: Night): string {
  let sum = 0
  let scored = 0
  for (const [index, stage] of stages.entries()) {
    if (stage === '?') continue
    sum += probabilities[index * STAGES.length + STAGES.indexOf(stage)] ?? 0
    scored++
  }
  if (scored === 0) return 'Nowhere was the signal good enough to say anything.'
  const right = Math.round((100 * sum) / scored)
  const care = right < UNSURE ? ' That is few: please read this night with care.' : ''
  const gaps =
    statistics.unscoredMin > 0
      ? ` For ${durationText(statistics.unscoredMin)} the signal was not good enough to say anything.`
      : ''
  return `These are estimates. The model expects about ${right} of 100 of its stages to be right; where the picture is pale, experts would disagree too.${care}${gaps}`
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
