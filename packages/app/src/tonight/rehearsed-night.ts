import {
  BoxWriter,
  type LiveStagerModel,
  type LoopEvent,
  type LoopInput,
  type NightHeader,
  startNight,
  step,
} from '@nocturne/core/night'
import type { BoxKeeper } from './box-keeper.ts'
import type { NightFeed, Piece } from './night-feed.ts'

/** A word without its time. */
export type UntimedWord = LoopInput extends infer Input
  ? Input extends { kind: 'samples' }
    ? never
    : Omit<Input, 'atMs'>
  : never

/** Between two signs of life of the actor, ms. */
const HEARTBEAT_MS = 1000

/**
 * A night that acts on nobody: the loop, a box, and in place of a loudspeaker an actor that gives
 * its signs of life and confirms each command when it would have been heard.
 */
export class RehearsedNight {
  atMs = 0
  private state: ReturnType<typeof startNight>
  private readonly header: NightHeader
  private readonly writer: BoxWriter
  private readonly keeper: BoxKeeper
  private readonly see: (input: LoopInput, events: readonly LoopEvent[]) => void
  private waiting: { atMs: number; leaseId: string }[] = []
  private nextBeatMs = 0

  constructor(
    header: NightHeader,
    stager: LiveStagerModel,
    keeper: BoxKeeper,
    { lattices }: Pick<NightFeed, 'lattices'>,
    see: (input: LoopInput, events: readonly LoopEvent[]) => void,
  ) {
    this.header = header
    this.keeper = keeper
    this.see = see
    this.writer = new BoxWriter({ lattices })
    this.state = startNight(header, { stager })
    this.writer.append({ kind: 'night', header })
    const { name, version } = stager.identity
    const text = `rehearsal in a browser, stager ${name} ${version}`
    this.writer.append({ kind: 'note', atMs: 0, text })
  }

  /** Takes up a word of the page now. */
  say(word: UntimedWord): void {
    this.take({ ...word, atMs: this.atMs } as LoopInput)
  }

  /** Takes a piece of signal, and before it what the actor had to say until then. */
  play({ first, columns }: Piece): void {
    const { rateHz } = this.header.montage
    const atMs = Math.floor(((first + columns[0]!.length) * 1000) / rateHz)
    for (const input of this.actorWords(atMs)) this.take(input)
    this.take({ kind: 'samples', atMs, first, columns })
  }

  /** Ends the night in good order; the box, where it was kept in memory alone. */
  end(): File | undefined {
    this.writer.append({ kind: 'end', atMs: this.atMs })
    this.store()
    return this.keeper.close()
  }

  private take(input: LoopInput): void {
    this.writer.append({ kind: 'input', input })
    this.atMs = input.atMs
    const [state, events] = step(this.state, input)
    this.state = state
    for (const event of events) {
      this.writer.append({ kind: 'event', event })
      if (event.kind === 'note' && event.note.kind === 'mute') this.mute(event.note.leaseIds)
      if (event.kind === 'command') this.carry(event, input.atMs)
    }
    this.store()
    this.see(input, events)
  }

  private carry(command: Extract<LoopEvent, { kind: 'command' }>, atMs: number): void {
    const ahead = ((command.heardAt - this.state.seen.sample) * 1000) / this.header.montage.rateHz
    const heardMs = Math.ceil(atMs + Math.max(0, ahead))
    this.waiting.push({ atMs: heardMs, leaseId: command.lease.id })
  }

  /** What is not yet heard of these leases never is. */
  private mute(leaseIds: readonly string[]): void {
    this.waiting = this.waiting.filter(
      ({ atMs, leaseId }) => atMs <= this.atMs || !leaseIds.includes(leaseId),
    )
  }

  private actorWords(untilMs: number): LoopInput[] {
    const said: LoopInput[] = []
    const { token } = this.header
    for (; this.nextBeatMs <= untilMs; this.nextBeatMs += HEARTBEAT_MS) {
      said.push({ kind: 'heartbeat', atMs: Math.max(this.atMs, this.nextBeatMs), token })
    }
    const due = this.waiting.filter(({ atMs }) => atMs <= untilMs)
    this.waiting = this.waiting.filter(({ atMs }) => atMs > untilMs)
    for (const { atMs, leaseId } of due) {
      const heardMs = Math.max(this.atMs, atMs)
      said.push({ kind: 'actuator', atMs: heardMs, leaseId, effect: 'confirmed' })
    }
    return said.sort((a, b) => a.atMs - b.atMs)
  }

  private store(): void {
    for (const { bytes } of this.writer.taken()) this.keeper.add(bytes)
  }
}
