import { MAX_WARNINGS } from './limit.ts'

/**
 * The sentences a reader has to say about a file: what is wrong, and what it assumed. The same
 * complaint about several signals is one sentence.
 */
export type Warnings = {
  /** Adds a sentence. */
  add(text: string): void
  /** Adds a complaint about one signal; those with the same words are joined when listed. */
  addSignal(signal: string, text: string): void
  /**
   * All sentences in the order of their first mention, at most `MAX_WARNINGS` and a count of the
   * rest.
   */
  list(): readonly string[]
}

/** Signals named in one sentence before it says how many more there are. */
const NAMED_SIGNALS = 4

/** An empty collection of warnings. */
export function newWarnings(): Warnings {
  const entries = new Map<string, string[]>()
  let unsaid = 0
  const add = (text: string, signal?: string): void => {
    const known = entries.get(text)
    if (known) {
      if (signal !== undefined) known.push(signal)
    } else if (entries.size < MAX_WARNINGS) entries.set(text, signal === undefined ? [] : [signal])
    else unsaid++
  }
  return {
    add: (text) => add(text),
    addSignal: (signal, text) => add(text, signal),
    list: () => {
      const lines = [...entries].map(([text, signals]) => sentence(text, signals))
      return unsaid > 0 ? [...lines, `${unsaid} more warnings of this kind are not shown`] : lines
    },
  }
}

function sentence(text: string, signals: readonly string[]): string {
  if (signals.length === 0) return text
  const names = signals.slice(0, NAMED_SIGNALS).join(', ')
  const more = signals.length - NAMED_SIGNALS
  return `${signals.length === 1 ? 'signal' : 'signals'} ${names}${more > 0 ? ` and ${more} more` : ''}: ${text}`
}
