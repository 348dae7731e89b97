import type { NightStory, ToldTrial } from './morning-messages.ts'
import { explain, moment, ranAgain, runAgain, trial, working } from './morning-state.ts'

/** What stands beside the night: happenings, why nothing was done, whether the box is whole. */
export function StoryCards({ story }: { story: NightStory }) {
  return (
    <div class="cards">
      <HappeningsCard story={story} />
      <div class="stack">
        <ReasonsCard story={story} />
        <BoxCard story={story} />
        <TrialCard story={story} />
      </div>
    </div>
  )
}

/** How a trial stands, as far as it may be seen. */
export function TrialLine({ trial: known }: { trial: ToldTrial }) {
  const { name, noted, planned, sentence } = known
  return (
    <p>
      Trial {name}: {noted} of {planned} nights are noted.{' '}
      {sentence ?? 'It is sealed: nobody can say yet which nights had sound.'}
    </p>
  )
}

function HappeningsCard({ story: { happenings, untold } }: { story: NightStory }) {
  return (
    <section class="card" aria-labelledby="happenings-title">
      <h2 id="happenings-title">What happened, and why</h2>
      {happenings.length === 0 && <p class="note">Nothing but recording.</p>}
      <ol class="happenings">
        {happenings.map(({ atMs, at, kind, text }, k) => (
          <li key={`${atMs} ${k}`} class={kind}>
            <button
              type="button"
              aria-label={`Why, at ${at}: ${text}`}
              aria-pressed={moment.value?.atMs === atMs}
              onClick={() => explain(atMs)}
            >
              {at}
            </button>
            <span>{text}</span>
          </li>
        ))}
      </ol>
      {untold > 0 && <p class="note">{untold} more are in the box.</p>}
    </section>
  )
}

function ReasonsCard({ story: { reasons, allowed } }: { story: NightStory }) {
  return (
    <section class="card" aria-labelledby="reasons-title">
      <h2 id="reasons-title">Why nothing was done, when it was not</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">reason</th>
            <th scope="col">rule</th>
            <th scope="col">times</th>
          </tr>
        </thead>
        <tbody>
          {reasons.map(({ code, says, rule, count }) => (
            <tr key={code}>
              <th scope="row">{says}</th>
              <td>{rule}</td>
              <td class="value">{count}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="note">
        {allowed} moments were allowed. N rules are the device’s safety rules; the others are
        settings of the release.
      </p>
    </section>
  )
}

function BoxCard({ story: { summary, release } }: { story: NightStory }) {
  const { ok, damages, records, counts, ended, chain, bytes } = summary
  const again = ranAgain.value
  return (
    <section class="card" aria-labelledby="box-title">
      <h2 id="box-title">Is this the whole truth?</h2>
      <p class={ok ? 'good' : 'bad'}>
        {ok ? 'Every byte is as it was written.' : `Damaged in ${damages.length} places.`}
      </p>
      {damages.length > 0 && (
        <ul class="warnings">
          {damages.slice(0, 5).map(({ what, offset, bytes: length, record }) => (
            <li key={offset}>
              {DAMAGE_WORDS[what]} at byte {offset} ({length} bytes, record {record})
            </li>
          ))}
        </ul>
      )}
      <p class="note">
        {records} records, {counts.decisions} decisions, {(bytes / 1e6).toFixed(1)} MB; release{' '}
        {release}; {ended ? 'closed in good order' : 'not closed in good order'}. Chain{' '}
        <code title={chain}>{chain.slice(0, 12)}…</code>
      </p>
      <button type="button" disabled={working.value !== undefined} onClick={runAgain}>
        Run the night again
      </button>
      <p class="replayed" role="status">
        {again &&
          (again.identical
            ? `Identical: all ${again.decisions} decisions came again, to the last bit.`
            : `Not identical: ${again.difference}.`)}
        {again?.incomplete && ' Only as far as the box could be followed.'}
      </p>
    </section>
  )
}

const DAMAGE_WORDS = {
  byte: 'One wrong byte, found and set right',
  block: 'Wrong bytes',
  altered: 'Altered by someone',
  order: 'A part that does not follow the one before',
  torn: 'The end is missing',
} as const

function TrialCard({ story: { summary } }: { story: NightStory }) {
  const known = trial.value
  return (
    <section class="card" aria-labelledby="trial-title">
      <h2 id="trial-title">The trial</h2>
      <p>
        {summary.sealed
          ? 'This night may belong to a trial. What it was, with sound or silent, is sealed in the box and stays hidden until the trial is opened.'
          : 'This night belongs to no trial.'}
      </p>
      {known ? (
        <TrialLine trial={known} />
      ) : (
        <p class="note">Drop a trial’s file (.json) to see how it stands.</p>
      )}
    </section>
  )
}
