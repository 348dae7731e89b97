import type { NightWord } from '@nocturne/edge'
import { isTakenBack } from './consent-shelf.ts'

/** Between two looks at what was taken back, ms. */
const LOOK_MS = 1000

/**
 * While a night runs: a consent that is taken back on this machine, by `nocturne consent revoke` or
 * `distrust`, is told to it within about a second (rule N15). Returns how to end the watch.
 */
export function watchConsent(
  opening: readonly NightWord[],
  say: (word: NightWord) => void,
): () => void {
  const given = opening.find((word) => word.kind === 'consent')
  if (given === undefined || !given.verified) return () => undefined
  const { consent } = given
  let isOver = false
  let next: NodeJS.Timeout | undefined
  const look = async (): Promise<void> => {
    const takenBack = await isTakenBack(consent)
    if (isOver) return
    if (takenBack) say({ kind: 'revoke', consentId: consent.terms.id })
    else next = setTimeout(() => void look(), LOOK_MS)
  }
  void look()
  return () => {
    isOver = true
    clearTimeout(next)
  }
}
