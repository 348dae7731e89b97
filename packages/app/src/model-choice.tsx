import type { Night } from '@nocturne/core/sleep'
import { model, readAgain } from './state.ts'

const OWN = 'own'

/** Which stager reads the night, and its card: what it was trained on and where it fails. */
export function ModelChoice({ night }: { night: Night }) {
  const chosen = typeof model.value === 'string' ? model.value : OWN
  const { card } = night.model
  return (
    <div class="model">
      <h2>The model</h2>
      <p>
        <label>
          Stages by{' '}
          <select
            value={chosen}
            onChange={(event) => {
              if (event.currentTarget.value === OWN) return
              model.value = event.currentTarget.value
              readAgain()
            }}
          >
            <option value="starter">starter (whole night)</option>
            <option value="starter-live">starter-live (as it would have been seen live)</option>
            {chosen === OWN && <option value={OWN}>{night.model.name} (yours)</option>}
          </select>
        </label>
      </p>
      <p class="card">{card}</p>
      <p class="note">
        {night.model.name} {night.model.version}, {night.model.licence},{' '}
        {night.model.hash.slice(0, 12)}. Drop a LightGBM, YASA or RobustSleepNet model file to use
        your own.
      </p>
    </div>
  )
}
