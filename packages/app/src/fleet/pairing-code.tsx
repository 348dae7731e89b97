import { useState } from 'preact/hooks'
import { callCentre } from './centre-call.ts'
import { nowMs } from './fleet-state.ts'

type Code = { readonly code: string; readonly untilMs: number }

/** A code by which one device comes in, made when somebody asks for it and shown until it is over. */
export function PairingCode() {
  const [made, setMade] = useState<Code>()
  const [why, setWhy] = useState('')
  const make = async () => {
    const answer = await callCentre<Code>('/v1/pairing-codes', {})
    setWhy(answer.kind === 'refused' ? answer.why : '')
    setMade(answer.kind === 'done' ? answer.value : undefined)
  }
  const leftMin = made === undefined ? 0 : Math.ceil((made.untilMs - nowMs.value) / 60_000)
  return (
    <div class="pairing">
      <button type="button" onClick={() => void make()}>
        A code for a device
      </button>
      <p class="note" role="status">
        {made !== undefined && leftMin > 0 && (
          <>
            <code class="pair">{made.code}</code> lets one device in within {leftMin} min:{' '}
            <code>
              nocturne edge --facility {location.origin} --pair {made.code}
            </code>
          </>
        )}
        {made !== undefined && leftMin <= 0 && 'That code is over.'}
        {why}
      </p>
    </div>
  )
}
