import { useEffect, useState } from 'preact/hooks'
import { callCentre } from './centre-call.ts'
import { order, person } from './fleet-state.ts'
import { agoText } from './fleet-words.ts'

/** Something that waits for a second person. */
type Pending = {
  readonly id: number
  readonly by: string
  readonly deed: string
  readonly sinceMs: number
}

const LOOK_MS = 10_000

/** What somebody asked for that takes two persons; nothing where nothing waits. */
export function ApprovalsCard() {
  const [pending, setPending] = useState<readonly Pending[]>([])
  const look = () =>
    void callCentre<{ pending: Pending[] }>('/v1/approvals').then((answer) => {
      if (answer.kind === 'done') setPending(answer.value.pending)
    })
  useEffect(() => {
    look()
    const timer = setInterval(look, LOOK_MS)
    return () => clearInterval(timer)
  }, [])
  if (pending.length === 0) return null
  const say = (path: string) => void order(path, {}).then(look)
  return (
    <section class="card" aria-labelledby="approvals-title">
      <h2 id="approvals-title">Waits for a second person</h2>
      <ul class="listing">
        {pending.map(({ id, by, deed, sinceMs }) => (
          <li key={id}>
            <span>
              {by}: {deed.replaceAll('-', ' ')}, {agoText(sinceMs, Date.now())}
            </span>
            {by === person.value?.name ? (
              <button type="button" onClick={() => say(`/v1/approvals/${id}/withdraw`)}>
                Take it back
              </button>
            ) : (
              <button type="button" class="primary" onClick={() => say(`/v1/approvals/${id}`)}>
                I agree: do it now
              </button>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}
