import type { Callout } from './callout.ts'

/** One way by which people are called. */
export type Target = {
  /** The same from start to start, without anything secret. */
  readonly name: string
  readonly kind: 'webhook' | 'mail'
  /** Where it leads, for a person, without anything secret. */
  readonly label: string
  /**
   * Sends a page; resolves when the other side has it. Rejects, with why in one line, when it has
   * not, or does not say so in time; the page may have arrived all the same.
   */
  send(page: Callout, signal: AbortSignal): Promise<void>
}
