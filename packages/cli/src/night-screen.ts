import { type LoopEvent, type LoopInput, type Mode, REASONS } from '@nocturne/core/night'
import type { HomeAssistant } from '@nocturne/edge'
import type { Io } from './command.ts'

const STAGES = ['W', 'N1', 'N2', 'N3', 'R'] as const
/** Between two lines, ms of the night, and between two readings for Home Assistant. */
const LINE_MS = 300_000
const READING_MS = 10_000

/**
 * What a person sees of a night while it goes: a line every five minutes, and what matters at once.
 */
export class NightScreen {
  readonly #io: Io
  readonly #home: HomeAssistant | undefined
  #nextLineMs = 0
  #nextReadingMs = 0
  #stage = '?'
  #mode: Mode = 'natural'
  #sounds = 0

  constructor(io: Io, home: HomeAssistant | undefined) {
    this.#io = io
    this.#home = home
  }

  /** Takes an input and what came of it. */
  show({ atMs }: LoopInput, events: readonly LoopEvent[]): void {
    for (const event of events) this.#take(event)
    if (atMs >= this.#nextReadingMs) {
      this.#nextReadingMs = atMs + READING_MS
      this.#home?.show('mode', this.#mode)
      this.#home?.show('stage', this.#stage)
      this.#home?.show('acting', this.#mode === 'control' ? 'may act' : 'silent')
    }
    if (atMs < this.#nextLineMs) return
    this.#nextLineMs = atMs + LINE_MS
    this.tell(`${clock(atMs)}  ${this.#mode}  ${this.#stage.padEnd(2)}  ${this.#sounds} sounds`)
  }

  /** Says a line. */
  tell(text: string): void {
    this.#io.err(`${text}\n`)
  }

  #take(event: LoopEvent): void {
    if (event.kind === 'stage') {
      const best = event.probabilities.indexOf(Math.max(...event.probabilities))
      this.#stage = STAGES[best] ?? '?'
    } else if (event.kind === 'command') {
      this.#sounds++
      if (event.lease.action === 'wake') this.#home?.showAlarm(true)
    } else if (event.kind === 'note') {
      this.#note(event)
    }
  }

  #note({ atMs, note }: Extract<LoopEvent, { kind: 'note' }>): void {
    if (note.kind === 'mode') {
      this.#mode = note.to
      this.tell(`${clock(atMs)}  ${note.from} -> ${note.to} (${note.code})`)
    } else if (note.kind === 'alarm') {
      this.tell(`${clock(atMs)}  for whoever follows this night, level ${note.level}: ${note.code}`)
    } else if (note.kind === 'ignored') {
      this.tell(`${clock(atMs)}  not followed: ${REASONS[note.code].says} (${note.code})`)
    }
    if (note.kind === 'mute') this.#home?.showAlarm(false)
  }
}

function clock(atMs: number): string {
  const minutes = Math.floor(atMs / 60_000)
  return `+${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`
}
