import { linePath } from '@nocturne/core/figure'
import { type Incident, incidentTitle } from '@nocturne/core/fleet'
import { useState } from 'preact/hooks'
import { incidents, nowMs, order } from './fleet-state.ts'
import { actionText, agoText, momentText } from './fleet-words.ts'

const STATUS: Readonly<Record<Incident['status'], string>> = {
  open: 'open: nobody has it yet',
  acked: 'somebody has it',
  mitigating: 'something was done',
  recovering: 'recovering',
  closed: 'closed',
}

/** Incidents: what was seen, what was done by rule, and what people do now. */
export function IncidentsCard() {
  // Whoever was called comes by a link to what it is about.
  const [chosen, setChosen] = useState(() => /^#fleet\/(i-\d+)$/.exec(location.hash)?.[1])
  const all = incidents.value
  const shown = all.find(({ id }) => id === chosen) ?? all.find((each) => each.status !== 'closed')
  return (
    <section class="card" aria-labelledby="incidents-title">
      <h2 id="incidents-title">Incidents</h2>
      {all.length === 0 && <p class="note">None so far.</p>}
      <ul class="listing incidents">
        {all.slice(0, 30).map((each) => (
          <li key={each.id} class={each.status}>
            <button
              {...{ type: 'button', 'aria-pressed': each === shown }}
              onClick={() => setChosen(each.id)}
            >
              {each.id}
            </button>
            <span>{incidentTitle(each)}</span>
            <span class="note">
              {STATUS[each.status]}, {agoText(each.openedMs, nowMs.value)}
            </span>
          </li>
        ))}
      </ul>
      {shown && <IncidentView key={shown.id} incident={shown} />}
    </section>
  )
}

function IncidentView({ incident }: { incident: Incident }) {
  const { id, suspect, timeline, status } = incident
  return (
    <article class="incident" aria-label={`Incident ${id}`} id="incident">
      <h3>
        {id}: {incidentTitle(incident)}
      </h3>
      {suspect && <p>{suspectWords(suspect)}</p>}
      <div class="inside">
        <Evidence incident={incident} />
        <div>
          <Cohorts incident={incident} />
          <Actions incident={incident} />
          <Pieces incident={incident} />
        </div>
      </div>
      {status !== 'closed' && <Deeds incident={incident} />}
      <h4>Timeline</h4>
      <ol class="happenings">
        {[...timeline].reverse().map(({ atMs, what, who, words }, k) => (
          <li key={`${atMs} ${timeline.length - k}`} class={what}>
            <span class="value">{momentText(atMs)}</span>
            <span>
              {what}
              {who !== '' && ` by ${who}`}
              {words !== '' && `: ${words}`}
            </span>
          </li>
        ))}
      </ol>
      <p>
        <a href={`/v1/incidents/${id}/post-mortem`} download={`${id}.md`}>
          Post-mortem as Markdown
        </a>
      </p>
    </article>
  )
}

function suspectWords({ release, lastGood, by }: NonNullable<Incident['suspect']>): string {
  const good = lastGood === undefined ? '' : `; release ${lastGood} does not`
  return `First release that shows it: ${release}${good} (known by ${by}).`
}

function Cohorts({ incident: { cohorts } }: { incident: Incident }) {
  if (cohorts.length === 0) return null
  return (
    <>
      <h4>Where it shows</h4>
      <ul class="listing">
        {cohorts.slice(0, 6).map(({ cohort, logE }) => (
          <li key={cohort}>
            <span>{cohort}</span>
            <span class="value">{logE.toFixed(1)}</span>
          </li>
        ))}
      </ul>
    </>
  )
}

function Actions({ incident: { actions } }: { incident: Incident }) {
  if (actions.length === 0) return null
  return (
    <>
      <h4>Done by rule</h4>
      <ul class="paper">
        {actions.map(({ atMs, action }, k) => (
          <li key={`${atMs} ${k}`}>{actionText(action)}</li>
        ))}
      </ul>
    </>
  )
}

function Pieces({ incident: { id, pieces } }: { incident: Incident }) {
  if (pieces.length === 0) return null
  return (
    <>
      <h4>Pieces of black boxes</h4>
      <ul class="listing">
        {pieces.map(({ device, fromMs, status, digest }) => (
          <li key={`${device} ${fromMs}`}>
            <span>{device}</span>
            <span>
              {status}{' '}
              {digest !== undefined && (
                <a href={`/v1/incidents/${id}/pieces/${digest}`} download>
                  take it
                </a>
              )}
            </span>
          </li>
        ))}
      </ul>
    </>
  )
}

/** What a person may do about it. */
function Deeds({ incident: { id, status } }: { incident: Incident }) {
  const [words, setWords] = useState('')
  const say = (body: object) =>
    void order(`/v1/incidents/${id}`, body).then((done) => {
      if (done) setWords('')
    })
  const has = words.trim() !== ''
  return (
    <form class="fields" onSubmit={(event) => event.preventDefault()}>
      <label class="wide">
        Words for its timeline
        <input
          {...{ type: 'text', value: words, maxLength: 2000 }}
          onInput={(event) => setWords(event.currentTarget.value)}
        />
      </label>
      <div class="buttons">
        {status === 'open' && (
          <button type="button" class="primary" onClick={() => say({ do: 'ack' })}>
            I have it
          </button>
        )}
        <button type="button" disabled={!has} onClick={() => say({ do: 'note', words })}>
          Note
        </button>
        <button type="button" disabled={!has} onClick={() => say({ do: 'mitigate', words })}>
          This was done
        </button>
        <button type="button" onClick={() => say({ do: 'recover' })}>
          It recovers
        </button>
        {(['mended', 'false-alarm', 'no-cause-found'] as const).map((as) => (
          <button
            {...{ key: as, type: 'button', disabled: !has }}
            onClick={() => say({ do: 'close', as, words })}
          >
            Close: {as.replaceAll('-', ' ')}
          </button>
        ))}
      </div>
    </form>
  )
}

const WIDTH = 600
const HEIGHT = 150

/** How the evidence grew: the log of the e-value, with what stops a release drawn in. */
function Evidence({ incident: { evidence, metric } }: { incident: Incident }) {
  const [first, last] = [evidence[0], evidence.at(-1)]
  if (!first || !last) return null
  const most = Math.max(10, ...evidence.map(({ logE }) => logE))
  const spanMs = Math.max(1, last.atMs - first.atMs)
  const x = evidence.map(({ atMs }) => (WIDTH * (atMs - first.atMs)) / spanMs)
  const y = evidence.map(({ logE }) => HEIGHT * (1 - Math.max(0, logE) / most))
  const said =
    evidence.length === 1
      ? `One sign of ${metric}, log e-value ${last.logE.toFixed(1)}.`
      : `Evidence for ${metric} from ${first.logE.toFixed(1)} to ${last.logE.toFixed(1)} (log e-value) in ${Math.round(spanMs / 1000)} s.`
  return (
    <figure class="evidence">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img">
        <title>{said}</title>
        {evidence.length > 1 ? (
          <path class="steps" d={linePath(x, y)} />
        ) : (
          <circle {...{ class: 'dot', cx: WIDTH / 2, cy: y[0], r: 6 }} />
        )}
      </svg>
      <figcaption>{said}</figcaption>
    </figure>
  )
}
