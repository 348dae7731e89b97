/** How much a line of the journal matters. */
export type Level = 'info' | 'warn' | 'error'

/** What a centre writes about itself: one line an event, never a sleeper's words or numbers. */
export type Journal = (
  level: Level,
  what: string,
  facts?: Readonly<Record<string, unknown>>,
) => void

/** A journal of JSON lines, or of text for a person; each line goes to `write`. */
export function journalTo(write: (line: string) => void, form: 'json' | 'text'): Journal {
  return (level, what, facts = {}) => {
    const at = new Date().toISOString()
    if (form === 'json') {
      write(`${JSON.stringify({ at, level, what, ...facts })}\n`)
      return
    }
    const told = Object.entries(facts).map(([name, value]) => `${name}=${String(value)}`)
    write(
      `${[at.slice(11, 19), level === 'info' ? '' : level, what, ...told].filter(Boolean).join(' ')}\n`,
    )
  }
}
