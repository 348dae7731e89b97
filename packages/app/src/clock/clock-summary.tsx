import { durationText } from '@nocturne/core/figure'
import { dateWords } from '@nocturne/core/plan'
import type { ClockAnswer } from './clock-messages.ts'
import { clockRange, giveOrTake, modelList } from './clock-words.ts'
import { Picture } from './picture.tsx'

/** Where the body clock is and how sure that is: a sentence, six numbers, a picture. */
export function ClockSummary({ answer }: { answer: ClockAnswer }) {
  const { document, isExample, pictures, regularity } = answer
  const { phase, sleepNeedH, tauH, habit, nights } = document
  const index = regularity.find(({ name }) => name.startsWith('SRI'))
  const who = isExample ? 'Example sleeper, simulated' : `Your ${nights} nights`
  return (
    <section class="summary clock" data-example={isExample} aria-labelledby="clock-title">
      <p class="eyebrow">
        {who} · up to {dateWords(document.at.slice(0, 10))}, {document.zone}
      </p>
      <h1 id="clock-title">
        {isExample ? 'This' : 'Your'} body’s night is deepest at {phase.cbtmin.median.text}, give or
        take {giveOrTake(phase.cbtmin)}
      </h1>
      <dl class="numbers">
        <Figure
          name="melatonin starts"
          value={phase.dlmo.median.text}
          note={clockRange(phase.dlmo)}
        />
        <Figure
          name="usual sleep"
          value={`${textOfHours(habit.onsetH)}–${textOfHours(habit.offsetH)}`}
        />
        <Figure
          name="sleep needed"
          value={durationText(sleepNeedH.median * 60)}
          note={`${durationText(sleepNeedH.lo80 * 60)} to ${durationText(sleepNeedH.hi80 * 60)}`}
        />
        <Figure
          name="inner day without light"
          value={`${tauH.median.toFixed(2)} h`}
          note={`${tauH.lo80.toFixed(2)} to ${tauH.hi80.toFixed(2)} h`}
        />
        {index && <Figure name="of 100 for regularity" value={index.value} note={index.name} />}
      </dl>
      <figure class="timeline">
        <Picture pictures={pictures} />
        <figcaption class="note">
          Ranges hold four chances in five. The low point by model: {modelList(document)}. Models
          and people differ: hence a range and not one number.
        </figcaption>
      </figure>
    </section>
  )
}

function textOfHours(hours: number): string {
  const minute = ((Math.round(hours * 60) % 1440) + 1440) % 1440
  const pad = (value: number): string => String(value).padStart(2, '0')
  return `${pad(Math.floor(minute / 60))}:${pad(minute % 60)}`
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
