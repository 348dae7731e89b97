import type { LoggedNight, LoopEvent, LoopInput } from '@nocturne/core/night'

type Count = { markers: number; arousals: number }

/** An arousal so soon after a marker is counted for it, s. */
const ANSWER_S = 10
/** A wait between two pieces that still counts as signal, ms. */
const GAP_MS = 1000

/**
 * Follows a night for the log of nights: whether it was in control, what could have been heard,
 * whether something went wrong, and how often an arousal followed clicks and silent markers. The
 * arm is not in it: what a muted night commanded is counted as commanded.
 */
export class NightAccount {
  readonly #rateHz: number
  readonly #clicks: Count = { markers: 0, arousals: 0 }
  readonly #silence: Count = { markers: 0, arousals: 0 }
  /** Samples of the markers of the last seconds, and which kind each was. */
  #waiting: { readonly at: number; readonly of: Count }[] = []
  #signalMs = 0
  #lastMs = Number.NaN
  #control = false
  #sounds = 0
  #incident = false
  #stopped = false

  constructor(rateHz: number) {
    this.#rateHz = rateHz
  }

  /** Takes an input and what came of it. */
  take(input: LoopInput, events: readonly LoopEvent[]): void {
    if (input.kind === 'samples') {
      const sinceMs = input.atMs - this.#lastMs
      if (sinceMs <= GAP_MS) this.#signalMs += sinceMs
      this.#lastMs = input.atMs
    }
    // A hand at a lamp stops lamps alone (rule N56).
    if (input.kind === 'stop' && input.by !== 'manual-light') this.#stopped = true
    for (const event of events) this.#hear(event)
  }

  /**
   * What is kept of the night; `muted` says that all its sounds were silence, and is undefined
   * where a sealed trial does not tell.
   */
  entry(date: string, muted: boolean | undefined): LoggedNight {
    const silent = this.#sounds === 0 ? true : muted
    return {
      ...{ date, hours: Math.round(this.#signalMs / 36_000) / 100, control: this.#control },
      ...(silent === undefined ? {} : { silent }),
      ...(this.#stopped ? { stopped: true } : {}),
      ...{ incident: this.#incident, atClicks: this.#clicks, atSilence: this.#silence },
    }
  }

  #hear(event: LoopEvent): void {
    if (event.kind === 'command') {
      const { action } = event.lease
      if (action !== 'click' && action !== 'cue') return
      this.#sounds++
      this.#mark(event.heardAt, this.#clicks)
    } else if (event.kind === 'decision') {
      const { code, sample } = event.decision
      if (code === 'OFF_WINDOW') this.#mark(sample, this.#silence)
    } else if (event.kind === 'seen' && event.what === 'arousal') {
      for (const { at, of } of this.#waiting) {
        if (event.from >= at && event.from <= at + ANSWER_S * this.#rateHz) of.arousals++
      }
      this.#waiting = this.#waiting.filter(({ at }) => at > event.from)
    } else if (event.kind === 'note') {
      const { note } = event
      if (note.kind === 'mode' && note.to === 'control') this.#control = true
      if (note.kind === 'alarm') this.#incident = true
    }
  }

  #mark(at: number, of: Count): void {
    of.markers++
    const oldest = at - 2 * ANSWER_S * this.#rateHz
    this.#waiting = [...this.#waiting.filter((each) => each.at >= oldest), { at, of }]
  }
}
