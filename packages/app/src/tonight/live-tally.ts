import {
  type LoopEvent,
  type LoopInput,
  type Mode,
  modeRank,
  type NightHeader,
  nightClock,
} from '@nocturne/core/night'
import { reasonWords } from './reason-words.ts'
import type { LiveNight, StandingReason } from './tonight-messages.ts'

/** What is shown of the signal, s, and samples a second of it. */
const SHOWN_S = 10
const SHOWN_HZ = 64
const MOST_NOTES = 6
const MOST_REASONS = 6

/** Keeps what a page shows of a night as it goes, in memory that does not grow with it. */
export class LiveTally {
  mode: Mode = 'natural'
  private readonly header: NightHeader
  private readonly durationS: number
  private readonly ring: Float32Array
  private next = 0
  private atMs = 0
  private stages: readonly number[] = new Array<number>(5).fill(Number.NaN)
  private standing: StandingReason | undefined
  private levelDb: number | undefined
  private heardAt: number[] = []
  private clicks = 0
  private allowed = 0
  private readonly refused = new Map<string, number>()
  private notes: { at: string; text: string }[] = []

  constructor(header: NightHeader, durationS: number) {
    this.header = header
    this.durationS = durationS
    this.ring = new Float32Array(SHOWN_S * header.montage.rateHz).fill(Number.NaN)
  }

  /** Takes an input and what came of it. */
  see(input: LoopInput, events: readonly LoopEvent[]): void {
    this.atMs = input.atMs
    if (input.kind === 'samples') {
      const [lead] = input.columns
      for (let i = 0; i < lead!.length; i++) {
        this.ring[(input.first + i) % this.ring.length] = lead![i]!
      }
      this.next = input.first + lead!.length
    }
    for (const event of events) this.hear(event)
  }

  /** The night as it is now. */
  live(): LiveNight {
    const { ring, next, header, atMs, mode, stages, standing, levelDb, clicks, allowed } = this
    const { rateHz, channels } = header.montage
    const from = next - ring.length
    const trace = Float32Array.from({ length: SHOWN_S * SHOWN_HZ }, (_, i) => {
      const sample = from + Math.floor((i * rateHz) / SHOWN_HZ)
      return sample < 0 ? Number.NaN : ring[sample % ring.length]!
    })
    this.heardAt = this.heardAt.filter((sample) => sample > from)
    return {
      ...{ atMs, mode, stages, trace, standing, levelDb, clicks, allowed },
      clock: nightClock(header, atMs),
      fraction: Math.min(1, atMs / 1000 / this.durationS),
      label: channels[0]!.label,
      clicksAgoS: this.heardAt.filter((s) => s <= next).map((s) => (next - s) / rateHz),
      refused: [...this.refused]
        .sort((a, b) => b[1] - a[1])
        .slice(0, MOST_REASONS)
        .map(([code, count]) => ({ says: reasonWords(code).says, count })),
      notes: this.notes,
    }
  }

  private hear(event: LoopEvent): void {
    if (event.kind === 'stage') this.stages = [...event.probabilities]
    else if (event.kind === 'decision') {
      const { allowed, code, rule } = event.decision
      const { says } = reasonWords(code)
      this.standing = { allowed, code, says, rule }
      if (allowed) this.allowed++
      else this.refused.set(code, (this.refused.get(code) ?? 0) + 1)
    } else if (event.kind === 'command' && event.lease.action === 'click') {
      this.clicks++
      this.levelDb = event.level
      this.heardAt.push(event.heardAt)
    } else if (event.kind === 'note') this.note(event)
  }

  private note({ note, atMs }: Extract<LoopEvent, { kind: 'note' }>): void {
    const { says } = reasonWords(note.code)
    let text = `Silent at once. ${says}`
    if (note.kind === 'mode') {
      this.mode = note.to
      const over = modeRank(note.to) > modeRank(note.from) && note.code !== 'ASKED'
      text = `Now ${note.to}. ${over ? `What stood against it is over: ${says}` : says}`
    } else if (note.kind === 'alarm') text = `Alarm ${note.level}. ${says}`
    else if (note.kind === 'ignored') text = `Not followed. ${says}`
    this.notes = [{ at: nightClock(this.header, atMs), text }, ...this.notes].slice(0, MOST_NOTES)
  }
}
