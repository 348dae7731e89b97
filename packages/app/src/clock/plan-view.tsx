import {
  type Advice,
  adviceTitle,
  clockWords,
  dateWords,
  intervalWords,
  type PlanDay,
} from '@nocturne/core/plan'
import { saveText } from '../save-blob.ts'
import type { ShownPlan } from './clock-messages.ts'
import { Picture } from './picture.tsx'

/** Days whose advice is open at first. */
const OPEN_DAYS = 2

/** The coming days: a picture, and what to do when, why, and what skipping it costs. */
export function PlanView({ shown }: { shown: ShownPlan }) {
  const { plan, pictures, calendar } = shown
  return (
    <section class="card plan" aria-labelledby="plan-title">
      <header>
        <h2 id="plan-title">{plan.headline}</h2>
        <button
          type="button"
          onClick={() => saveText('nocturne-plan.ics', calendar, 'text/calendar')}
        >
          Calendar (.ics)
        </button>
      </header>
      {plan.warnings.length > 0 && (
        <ul class="warnings">
          {plan.warnings.map((warning) => (
            <li key={warning}>{warning}</li>
          ))}
        </ul>
      )}
      <figure>
        <Picture pictures={pictures} />
      </figure>
      {plan.days.map((day, index) => (
        <Day key={day.date} day={day} isOpen={index < OPEN_DAYS} />
      ))}
      <ul class="warnings note">
        {plan.notes.map((note) => (
          <li key={note}>{note}</li>
        ))}
      </ul>
    </section>
  )
}

function Day({ day, isOpen }: { day: PlanDay; isOpen: boolean }) {
  const { date, zone, advice, predicted } = day
  return (
    <details class="day" open={isOpen}>
      <summary>
        <strong>{dateWords(date)}</strong>
        <span class="note"> low point {intervalWords(predicted.cbtmin, zone)}</span>
      </summary>
      <ol>
        {advice.map((one) => (
          <Item key={`${one.kind}${one.fromMs}`} advice={one} zone={zone} />
        ))}
      </ol>
    </details>
  )
}

function Item({ advice, zone }: { advice: Advice; zone: string }) {
  const { kind, fromMs, toMs, level, reason, skipCost, first } = advice
  const from = clockWords(zone, fromMs)
  const lasts = toMs > fromMs && kind !== 'caffeine' && kind !== 'melatonin'
  return (
    <li class={`advice ${kind}`}>
      <span class="value when">{lasts ? `${from} – ${clockWords(zone, toMs)}` : from}</span>
      <span>
        <strong>{adviceTitle(kind, level)}</strong>
        {first && <span class="chip first">if you do one thing</span>}
        <span class="reason">{reason}</span>
        {kind !== 'sleep' && <span class="reason">{skipWords(skipCost)}</span>}
      </span>
    </li>
  )
}

/** What skipping costs, said as such. */
function skipWords(cost: string): string {
  return /^skipping/i.test(cost)
    ? cost
    : `Skipping it: ${cost.charAt(0).toLowerCase()}${cost.slice(1)}`
}
