import { linePath } from '@nocturne/core/figure'
import { RINGS, type RolloutState } from '@nocturne/core/fleet'
import { order, rollouts } from './fleet-state.ts'
import { rolloutText } from './fleet-words.ts'

/** Rollouts: in which ring, on what evidence, and the words that people have. */
export function RolloutsCard() {
  const all = rollouts.value
  return (
    <section class="card" aria-labelledby="rollouts-title">
      <h2 id="rollouts-title">Rollouts</h2>
      {all.length === 0 && (
        <p class="note">
          None so far. <code>nocturne fleet releases</code> signs a release,{' '}
          <code>nocturne fleet rollout open</code> begins its rings.
        </p>
      )}
      {all.slice(0, 5).map((rollout) => (
        <RolloutView key={rollout.plan.id} rollout={rollout} />
      ))}
    </section>
  )
}

function RolloutView({ rollout }: { rollout: RolloutState }) {
  const { plan, ring, status, asked, approvals, ringNights } = rollout
  const path = `/v1/rollouts/${plan.id}`
  const isOver = status === 'stopped' || status === 'done'
  return (
    <article class={`rollout ${status}`} aria-label={`Rollout ${plan.id}`}>
      <h3>
        {plan.id}: release {plan.release}, after {plan.baseline}
      </h3>
      <ol class="rungs">
        {RINGS.map(({ name }, k) => (
          <li
            {...{ key: name, class: k < ring ? 'reached' : k === ring ? `now ${status}` : '' }}
            aria-current={k === ring ? 'step' : undefined}
          >
            {name}
          </li>
        ))}
      </ol>
      <p>
        {rolloutText(rollout)} {!isOver && `${ringNights.toFixed(1)} nights in this ring. `}
        {asked && `People are asked: ${approvals.length} said yes so far.`}
      </p>
      <Trace rollout={rollout} />
      {!isOver && (
        <div class="buttons">
          {asked && (
            <button
              type="button"
              class="primary"
              onClick={() => void order(path, { do: 'approve' })}
            >
              Let the next ring begin
            </button>
          )}
          {status === 'running' && (
            <button type="button" onClick={() => void order(path, { do: 'pause' })}>
              Pause
            </button>
          )}
          {status === 'paused' && (
            <button type="button" onClick={() => void order(path, { do: 'resume' })}>
              Go on
            </button>
          )}
          <button type="button" class="pull" onClick={() => void order(path, { do: 'stop' })}>
            Stop for good, set everybody back
          </button>
        </div>
      )}
    </article>
  )
}

const WIDTH = 600
const HEIGHT = 90
/** What stops a release at a risk of one in a thousand. */
const STOPS_AT = Math.log(1000)

/** The evidence against a release over time; the dashed line stops it. */
function Trace({ rollout: { trace } }: { rollout: RolloutState }) {
  const [first, last] = [trace[0], trace.at(-1)]
  if (trace.length < 2 || !first || !last) return null
  const [low, high] = [Math.min(0, ...trace.map(({ logE }) => logE)), STOPS_AT * 1.15]
  const spanMs = Math.max(1, last.atMs - first.atMs)
  const yOf = (logE: number): number => HEIGHT * (1 - (Math.min(logE, high) - low) / (high - low))
  const x = trace.map(({ atMs }) => (WIDTH * (atMs - first.atMs)) / spanMs)
  const said = `Evidence against the release, log e-value ${last.logE.toFixed(1)}; ${STOPS_AT.toFixed(1)} stops it.`
  return (
    <figure class="evidence">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img">
        <title>{said}</title>
        <line {...{ class: 'bound', x1: 0, x2: WIDTH, y1: yOf(STOPS_AT), y2: yOf(STOPS_AT) }} />
        <path
          class="steps"
          d={linePath(
            x,
            trace.map(({ logE }) => yOf(logE)),
          )}
        />
      </svg>
      <figcaption>{said}</figcaption>
    </figure>
  )
}
