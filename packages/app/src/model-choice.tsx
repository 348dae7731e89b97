import type { Night } from '@nocturne/core/sleep'
import type { ModelOrigin } from './messages.ts'
import { readWith } from './state.ts'

const OWN = 'own'

/** Which stager reads the night, and its card: what it was trained on and where it fails. */
export function ModelChoice({ night, model }: { night: Night; model: ModelOrigin }) {
  const chosen = typeof model === 'string' ? model : OWN
  const { card, name, version, licence, hash, trainedOn, figures } = night.model
  return (
    <section class="card model" aria-labelledby="model-title">
      <h2 id="model-title">The model</h2>
      <p>
        <label>
          Stages by{' '}
          <select
            value={chosen}
            onChange={(event) => {
              const { value } = event.currentTarget
              if (value === 'starter' || value === 'starter-live') readWith({ model: value })
            }}
          >
            <option value="starter">starter, sees the whole night</option>
            <option value="starter-live">starter-live, knows only the past</option>
            {chosen === OWN && <option value={OWN}>{name}, yours</option>}
          </select>
        </label>
      </p>
      <p>{card}</p>
      {figures.length > 0 && (
        <ul class="listing">
          {figures.map(({ set, people, accuracy, kappa }) => (
            <li key={set}>
              <span>
                {set}, {people} people
              </span>
              <small>
                {Math.round(100 * accuracy)} % right, kappa {kappa.toFixed(2)}
              </small>
            </li>
          ))}
        </ul>
      )}
      <details>
        <summary>
          {name} {version}, and how to use your own
        </summary>
        <p class="note">Trained on: {trainedOn}.</p>
        <p class="note">
          Licence: {licence}. Hash: <code>{hash.slice(0, 16)}</code>.
        </p>
        <p class="note">
          Drop a YASA .joblib, a LightGBM text, or one or several RobustSleepNet .gz files or their
          folder, and the night on the page is read again by it.
        </p>
      </details>
    </section>
  )
}
