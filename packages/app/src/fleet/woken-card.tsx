import { useState } from 'preact/hooks'
import { callCentre } from './centre-call.ts'
import type { CallWay } from './fleet-rows.ts'
import { nowMs, person, trouble, ways } from './fleet-state.ts'
import { agoText } from './fleet-words.ts'

/** What became of a test by one way. */
type Outcome = {
  readonly label: string
  readonly isTold: boolean
  readonly why?: string
}

/** Who is woken when something is wrong, and whether each way works. */
export function WokenCard() {
  const [outcomes, setOutcomes] = useState<readonly Outcome[]>()
  const [isTesting, setTesting] = useState(false)
  const all = ways.value
  if (all === undefined) return null
  const test = async (): Promise<void> => {
    setTesting(true)
    const answer = await callCentre<{ outcomes: Outcome[] }>('/v1/pages/test', {})
    setTesting(false)
    if (answer.kind === 'done') setOutcomes(answer.value.outcomes)
    if (answer.kind === 'refused') trouble.value = answer.why
  }
  return (
    <section class="card" aria-labelledby="woken-title">
      <h2 id="woken-title">Who is woken</h2>
      {all.length === 0 && (
        <p class="note">
          Nobody: incidents stay on this page. <code>--page-webhook URL</code> or{' '}
          <code>--page-mail</code> of <code>nocturne facility</code> calls people.
        </p>
      )}
      <ul class="listing">
        {all.map((way) => (
          <li key={way.name}>
            <span>
              {way.kind}: {way.label}
            </span>
            <span class={way.failingSinceMs === undefined ? 'note' : 'chip doubt'}>
              {wayText(way, nowMs.value)}
            </span>
          </li>
        ))}
      </ul>
      {all.length > 0 && person.value?.role !== 'viewer' && (
        <button type="button" disabled={isTesting} onClick={() => void test()}>
          {isTesting ? 'A test is on its way …' : 'Send a test'}
        </button>
      )}
      {outcomes && (
        <p class="note" role="status">
          {outcomes.map(outcomeText).join(' ')}
        </p>
      )}
    </section>
  )
}

/** How a way does, in words. */
function wayText({ waiting, toldMs, failingSinceMs, why }: CallWay, atMs: number): string {
  if (failingSinceMs !== undefined) {
    return `takes nothing (${why ?? ''}), since ${agoText(failingSinceMs, atMs)}; ${waiting} wait`
  }
  return toldMs === undefined ? 'not used since the start' : `last ${agoText(toldMs, atMs)}`
}

function outcomeText({ label, isTold, why }: Outcome): string {
  return `${label}: ${isTold ? 'arrived.' : `did not arrive (${why ?? ''}).`}`
}
