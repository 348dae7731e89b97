import {
  type BoxStep,
  type BoxSummary,
  boxScenes,
  isBedtimeFade,
  type LoopEvent,
  type LoopInput,
  type Mode,
  modeRank,
  type NightHeader,
  nightClock,
} from '@nocturne/core/night'
import type { ByteSource } from '@nocturne/core/signal'
import { reasonWords } from '../tonight/reason-words.ts'
import type { Happening, NightStory, ToldClick } from './morning-messages.ts'

const EPOCH_MS = 30_000
/** Clicks at most so far apart are told as one happening, ms. */
const TOGETHER_MS = 60_000
/** More than a person reads. */
const MOST_HAPPENINGS = 200
const STAGES = 5

/**
 * A night as its box tells it: stages, clicks, modes, words and alarms, and what was not done and
 * why. Read as far as the box can be followed; `progress` hears how far, 0 to 1.
 */
export async function storyOf(
  sources: readonly ByteSource[],
  summary: BoxSummary,
  progress: (fraction: number) => void,
): Promise<NightStory | undefined> {
  const gathering = new Gathering()
  for await (const scene of boxScenes(sources)) {
    if (scene.kind === 'damage' || scene.kind === 'problem') break
    if (scene.kind === 'start') gathering.start(scene.header)
    else {
      gathering.take(scene)
      progress(scene.fraction)
    }
  }
  return gathering.story(sources[0]?.name ?? 'box', summary)
}

class Gathering {
  private header: NightHeader | undefined
  private spanMs = 0
  private allowed = 0
  private clicks: ToldClick[] = []
  private modes: { atMs: number; mode: Mode }[] = []
  private happenings: Omit<Happening, 'at'>[] = []
  private readonly sums: Float64Array[] = []
  private readonly refused = new Map<string, number>()

  start(header: NightHeader): void {
    this.header = header
    this.modes.push({ atMs: this.spanMs, mode: 'natural' })
  }

  take({ input, events }: BoxStep): void {
    this.spanMs = input.atMs
    this.hear(input)
    for (const event of events) this.see(event, input.atMs)
  }

  private hear(input: LoopInput): void {
    const text = wordText(input)
    if (text !== undefined) this.tell(input.atMs, 'word', text)
  }

  private see(event: LoopEvent, atMs: number): void {
    if (event.kind === 'stage') this.addStage(event.probabilities, atMs)
    else if (event.kind === 'decision') {
      const { allowed, code } = event.decision
      if (allowed) this.allowed++
      else this.refused.set(code, (this.refused.get(code) ?? 0) + 1)
      if (code.startsWith('FADE_')) this.tell(atMs, 'silence', reasonWords(code).says)
    } else if (event.kind === 'command' && event.lease.action === 'click') {
      const heardMs = (event.heardAt * 1000) / this.header!.montage.rateHz
      this.clicks.push({ atMs: Math.round(heardMs), levelDb: event.level })
    } else if (event.kind === 'command') {
      const text = commandText(event)
      if (text !== undefined) this.tell(atMs, 'word', text)
    } else if (event.kind === 'note') this.note(event.note, atMs)
  }

  private note(note: Extract<LoopEvent, { kind: 'note' }>['note'], atMs: number): void {
    const { says } = reasonWords(note.code)
    if (note.kind === 'mode') {
      this.modes.push({ atMs, mode: note.to })
      const over = modeRank(note.to) > modeRank(note.from) && note.code !== 'ASKED'
      const why = over ? `What stood against it was over: ${says}` : says
      this.tell(atMs, 'mode', `From ${note.from} to ${note.to}. ${why}`)
    } else if (note.kind === 'alarm') this.tell(atMs, 'alarm', `Alarm ${note.level}. ${says}`)
    else if (note.kind === 'mute') this.tell(atMs, 'silence', `Silent at once. ${says}`)
    else this.tell(atMs, 'word', `Not followed. ${says}`)
  }

  /** The mean of the opinions of each half minute. */
  private addStage(probabilities: readonly number[], atMs: number): void {
    const epoch = Math.floor(atMs / EPOCH_MS)
    while (this.sums.length <= epoch) this.sums.push(new Float64Array(STAGES))
    const sum = this.sums[epoch]!
    for (let k = 0; k < STAGES; k++) sum[k]! += probabilities[k] || 0
  }

  private tell(atMs: number, kind: Happening['kind'], text: string): void {
    this.happenings.push({ atMs, kind, text })
  }

  story(name: string, summary: BoxSummary): NightStory | undefined {
    const { header, spanMs, clicks, modes, allowed } = this
    if (header === undefined) return undefined
    const clock = (atMs: number): string => nightClock(header, atMs)
    const all = [...this.happenings, ...togetherClicks(clicks)]
      .sort((a, b) => a.atMs - b.atMs)
      .map((each) => ({ ...each, at: clock(each.atMs) }))
    const [h, m, s] = clock(0).split(':').map(Number)
    return {
      ...{ name, summary, rehearsal: header.rehearsal, spanMs, clicks, modes, allowed },
      release: `${header.release.name} ${header.release.version}`,
      ...{ from: clock(0), to: clock(spanMs), startS: h! * 3600 + m! * 60 + s! },
      stages: this.sums.map(likeliest),
      happenings: all.slice(0, MOST_HAPPENINGS),
      untold: Math.max(0, all.length - MOST_HAPPENINGS),
      reasons: [...this.refused]
        .map(([code, count]) => ({ code, count, ...reasonWords(code) }))
        .sort((a, b) => b.count - a.count),
    }
  }
}

/** Of the many pieces of a bedtime fade the first is told, and its end. */
function commandText({
  lease,
  level,
}: Extract<LoopEvent, { kind: 'command' }>): string | undefined {
  const { action, actuator, reason } = lease
  if (!isBedtimeFade(lease)) return `A command: ${action}, for ${actuator}.`
  if (!reason.endsWith('-0')) return undefined
  const unit = actuator === 'light' ? 'lux' : 'dB(A)'
  return `A bedtime fade began: ${actuator}, at ${level} ${unit}, from there only down.`
}

function likeliest(sums: Float64Array): number {
  const most = Math.max(...sums)
  return most > 0 ? sums.indexOf(most) : -1
}

/** Words from outside that a person wants to read of. */
function wordText(input: LoopInput): string | undefined {
  switch (input.kind) {
    case 'stop':
      return `Everything was stopped, by ${input.by}.`
    case 'consent': {
      const found = input.verified ? 'its signature was good' : 'its signature was not good'
      return `A consent was given as far as ${input.consent.terms.mode}: ${found}.`
    }
    case 'revoke':
      return 'The consent was taken back.'
    case 'mode':
      return `${input.to} was asked for.`
    case 'facility':
      return `The monitoring centre said: ${input.word.say}.`
    case 'limits':
      return 'Ceilings were changed by the sleeper.'
    case 'rival':
      return 'Another controller was seen.'
    default:
      return undefined
  }
}

/** Clicks as happenings: those within a minute of each other are one. */
function togetherClicks(clicks: readonly ToldClick[]): Omit<Happening, 'at'>[] {
  const found: Omit<Happening, 'at'>[] = []
  for (let from = 0; from < clicks.length; ) {
    let to = from + 1
    while (to < clicks.length && clicks[to]!.atMs - clicks[to - 1]!.atMs <= TOGETHER_MS) to++
    const levels = clicks.slice(from, to).map(({ levelDb }) => levelDb)
    const [low, high] = [Math.min(...levels), Math.max(...levels)].map((db) => db.toFixed(0))
    const loud = low === high ? `${low} dB(A)` : `${low} to ${high} dB(A)`
    const count = to - from === 1 ? 'One click' : `${to - from} clicks`
    found.push({ atMs: clicks[from]!.atMs, kind: 'clicks', text: `${count}, ${loud}.` })
    from = to
  }
  return found
}
