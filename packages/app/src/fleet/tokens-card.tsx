import { useEffect, useState } from 'preact/hooks'
import { callCentre } from './centre-call.ts'
import { nowMs, order, person } from './fleet-state.ts'
import { agoText, momentText } from './fleet-words.ts'

/** A token of a command line. */
type Token = {
  readonly id: string
  readonly operator: string
  readonly role: string
  readonly lastFour?: string
  readonly usedMs?: number
  readonly untilMs: number
}

/** Tokens of command lines: one's own, or everybody's; each is ended for itself. */
export function TokensCard() {
  const [tokens, setTokens] = useState<readonly Token[]>([])
  const look = () =>
    void callCentre<{ tokens: Token[] }>('/v1/tokens').then((answer) => {
      if (answer.kind === 'done') setTokens(answer.value.tokens)
    })
  useEffect(look, [])
  if (tokens.length === 0) return null
  const end = ({ id, operator }: Token): void => {
    const isOwn = operator === person.value?.name
    const path = isOwn ? `/v1/tokens/${id}` : `/v1/operators/${operator}/tokens/${id}`
    void order(path, { do: 'revoke' }).then(look)
  }
  return (
    <section class="card" aria-labelledby="tokens-title">
      <h2 id="tokens-title">Tokens of command lines</h2>
      <ul class="listing">
        {tokens.map((token) => (
          <li key={token.id}>
            <span>
              {token.operator}, {token.role} …{token.lastFour ?? token.id}
            </span>
            <span class="note">
              {token.usedMs === undefined
                ? 'not used'
                : `used ${agoText(token.usedMs, nowMs.value)}`}
              , until {momentText(token.untilMs)}
            </span>
            <button type="button" onClick={() => end(token)}>
              End …{token.lastFour ?? token.id}
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}
