import type { LoopEvent } from '@nocturne/core/night'

/** What a laboratory's recorder is told of a loop's event. */
export type LabMarker = {
  readonly text: string
  /** Sample that it is about, with its fraction; that of a stimulus lies ahead. */
  readonly sample: number
}

const STAGES = ['W', 'N1', 'N2', 'N3', 'R'] as const

/**
 * Turns a night's events into markers: `stage N3` where the likeliest stage changes (`stage ?`
 * where it is lost), `slow-wave` at its trough, `spindle`, `eye-movement`, `arousal` and the like
 * where they begin, and `stimulus` (a click), `cue`, `wake`, `lamp`, `fade` or `warmth` where a
 * command is to take effect. A muted night has the same markers as a loud one: no level, no arm
 * (rule N80).
 */
export function labMarkers(): (event: LoopEvent) => LabMarker | undefined {
  let stage = ''
  return (event) => {
    if (event.kind === 'stage') {
      const now = likeliest(event.probabilities)
      if (now === stage) return undefined
      stage = now
      return { text: `stage ${now}`, sample: event.about }
    }
    if (event.kind === 'seen') return { text: event.what, sample: event.at }
    if (event.kind !== 'command') return undefined
    const { action } = event.lease
    return { text: action === 'click' ? 'stimulus' : action, sample: event.heardAt }
  }
}

function likeliest(probabilities: readonly number[]): string {
  let best = -1
  for (const [k, p] of probabilities.entries()) {
    if (p > (probabilities[best] ?? Number.NEGATIVE_INFINITY)) best = k
  }
  return STAGES[best] ?? '?'
}
