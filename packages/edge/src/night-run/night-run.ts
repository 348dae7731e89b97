import {
  type LiveStagerModel,
  type LoopEvent,
  type LoopInput,
  type Mode,
  montageColumns,
  type NightHeader,
  type NightMontage,
  type RidgeWeights,
  shippedRelease,
  startNight,
  step,
} from '@nocturne/core/night'
import type { BoxFile } from '../box-file/box-file.ts'
import type { Timer } from '../output/timer.ts'
import { nodeTimer } from '../output/timer.ts'
import type { Source, SourceChunk } from '../source/source.ts'
import type { Actor } from './actor.ts'
import { BareAlarm } from './bare-alarm.ts'
import { NightTally } from './night-tally.ts'

/** Something said to a night by a person, a shell or a facility; the run stamps its time. */
export type NightWord = LoopInput extends infer Input
  ? Input extends { kind: 'samples' }
    ? never
    : Omit<Input, 'atMs'>
  : never

/** What a night is run with. */
export type NightRunOptions = {
  readonly source: Source
  readonly header: NightHeader
  readonly montage: NightMontage
  readonly stager: LiveStagerModel | undefined
  readonly actor: Actor
  /** Everything goes into it before it is used. */
  readonly box?: BoxFile
  /** What the box keeps of an arm that nobody is to know yet (rule N80). */
  readonly sealed?: Uint8Array
  /** Device time of the source's zero, ms, in a night that goes on after a restart; 0 unless said. */
  readonly fromMs?: number
  /** Said at the start, in order: consent, latency, the mode that is asked for. */
  readonly opening: readonly NightWord[]
  /** Hears every input with what came of it. */
  readonly onStep?: (input: LoopInput, events: readonly LoopEvent[]) => void
  /** Hears all that the source gave, at its place in the night, before the loop hears its part. */
  readonly onChunk?: (chunk: SourceChunk) => void
  readonly timer?: Timer
  /** The wall clock, ms since the epoch; the system's unless said. */
  readonly wallMs?: () => number
}

/** Time without signal after which a live night is told that time passes, ms. */
const TICK_MS = 100
/** A wall clock that moved by less is a clock that runs, ms. */
const LEAST_STEP_MS = 100

/**
 * A night on a device: a source, the loop, an actor and a black box, joined. What is played runs by
 * its own stamps, as fast as it may; what is live runs by the monotonic clock, and time passes for
 * it also when nothing comes. One controller, one thread: whatever is said is taken up between two
 * pieces of signal, a stop at once.
 */
export class NightRun {
  readonly tally: NightTally
  readonly #options: NightRunOptions
  readonly #timer: Timer
  readonly #startedAtMs: number
  #state: ReturnType<typeof startNight>
  readonly #fromMs: number
  /** Sample of the night that is the source's first. */
  readonly #fromSample: number
  #atMs: number
  readonly #alarm: BareAlarm
  /** How far the wall clock was ahead of device time when it was last looked at, ms. */
  #wallAheadMs: number
  #lastSeq = 0
  /** Nothing could be written down, or the loop failed: only the bare alarm is left. */
  #isBare = false
  #failure: unknown

  constructor(options: NightRunOptions) {
    this.#options = options
    this.#timer = options.timer ?? nodeTimer
    this.#startedAtMs = this.#timer.now()
    this.#fromMs = options.fromMs ?? 0
    this.#fromSample = Math.ceil((this.#fromMs * options.header.montage.rateHz) / 1000)
    this.#atMs = this.#fromMs
    this.#alarm = new BareAlarm(options.header)
    this.#wallAheadMs = this.#wallMs() - this.#now()
    this.tally = new NightTally(options.header.montage.rateHz)
    this.#state = startNight(options.header, { stager: options.stager })
    options.box?.append({ kind: 'night', header: options.header })
    if (options.sealed) options.box?.append({ kind: 'sealed', bytes: options.sealed })
    options.box?.append({ kind: 'note', atMs: this.#atMs, text: provenance(options) })
    options.box?.onTrouble((trouble) => this.#hearBox(trouble?.text))
    for (const word of options.opening) this.say(word)
  }

  /** The phase predictor as it was learned so far; undefined from too little deep sleep. */
  get learned(): RidgeWeights | undefined {
    return this.#state.click.learner.weights
  }

  /** Device time, ms. */
  get atMs(): number {
    return this.#atMs
  }

  /** Takes up a word now: a stop, a mode, a consent, a message of the facility. */
  say(word: NightWord): void {
    const { live } = this.#options.source.description
    const atMs = live ? Math.max(this.#atMs, this.#now()) : this.#atMs
    this.#take({ ...word, atMs } as LoopInput)
  }

  /** The sleeper, awake, asks for a mode: an ask that was never seen before (rule N19). */
  askFor(to: Mode): void {
    this.say({ kind: 'mode', to, awake: true, ask: this.#state.governor.state.ask + 1 })
  }

  /** Runs until the source ends or is closed; then the box is closed. Resolves to lost records. */
  async run(): Promise<number> {
    const { source, montage, actor, box } = this.#options
    const stopTicks = source.description.live ? this.#tick() : () => undefined
    try {
      for await (const { first, columns, atMs } of source.chunks()) {
        const now = Math.max(this.#atMs, this.#fromMs + atMs)
        // What is played can wait for the disk; what is live cannot.
        if (!source.description.live) await box?.room()
        this.#hearActor(now)
        const place = { first: this.#fromSample + first, atMs: now }
        this.#options.onChunk?.({ ...place, columns })
        this.#take({
          kind: 'samples',
          ...place,
          columns: montageColumns(montage, columns),
        })
      }
    } finally {
      stopTicks()
      actor.mute(this.#atMs)
      await actor.close()
    }
    box?.append({ kind: 'end', atMs: this.#atMs })
    const lost = (await box?.close()) ?? 0
    if (this.#failure !== undefined) throw this.#failure
    return lost
  }

  /** Device time of a live night: the source's own clock where it tells it. */
  #now(): number {
    const { source } = this.#options
    return this.#fromMs + Math.floor(source.nowMs?.() ?? this.#timer.now() - this.#startedAtMs)
  }

  #wallMs(): number {
    return this.#options.wallMs?.() ?? Date.now()
  }

  /** A wall clock that was set, or a machine that slept, is told to the loop (rule N48). */
  #hearWallClock(now: number): void {
    const aheadMs = this.#wallMs() - now
    const stepMs = Math.round(aheadMs - this.#wallAheadMs)
    if (Math.abs(stepMs) < LEAST_STEP_MS) return
    this.#wallAheadMs = aheadMs
    this.#take({ kind: 'clock', atMs: Math.max(this.#atMs, now), stepMs })
  }

  #tick(): () => void {
    let cancel = (): void => undefined
    const beat = (): void => {
      const now = this.#now()
      if (now - this.#atMs >= TICK_MS) {
        this.#hearActor(now)
        this.#take({ kind: 'tick', atMs: now })
      }
      this.#hearWallClock(now)
      cancel = this.#timer.after(TICK_MS, beat)
    }
    beat()
    return () => cancel()
  }

  /**
   * What the actuator says belongs to its own moment in a night that is played, and to now in a
   * live one: after the machine slept, signs of life of that time would hide it (rule N50).
   */
  #hearActor(atMs: number): void {
    const { live } = this.#options.source.description
    let beat = false
    for (const input of this.#options.actor.inputs(atMs)) {
      if (live && beat && input.kind === 'heartbeat') continue
      beat ||= input.kind === 'heartbeat'
      this.#take({ ...input, atMs: Math.max(this.#atMs, live ? atMs : input.atMs) })
    }
  }

  /** A device that cannot keep its box goes to natural and stays there until a person asks. */
  #hearBox(trouble: string | undefined): void {
    if (trouble !== undefined) this.say({ kind: 'mode', to: 'natural', awake: false, ask: 0 })
  }

  #take(input: LoopInput): void {
    const { box, onStep } = this.#options
    this.#atMs = input.atMs
    if (input.kind === 'clock') this.#alarm.setClock(input.atMs, input.stepMs)
    // What cannot be written down is not used: nothing acts that could not be explained.
    const isKept = box === undefined || box.append({ kind: 'input', input })
    const events = isKept && this.#failure === undefined ? this.#stepped(input) : undefined
    if (events === undefined) {
      this.#ringBare(input)
      return
    }
    this.#isBare = false
    this.#act(input, events)
    onStep?.(input, events)
  }

  /** What comes of an input; undefined when the loop fails in a night that an alarm hangs on. */
  #stepped(input: LoopInput): readonly LoopEvent[] | undefined {
    const begun = this.#timer.now()
    try {
      const [state, events] = step(this.#state, input)
      this.#state = state
      this.tally.add(events, this.#timer.now() - begun)
      return events
    } catch (error) {
      const { source, header, box } = this.#options
      if (!source.description.live || header.wakeMs === undefined) throw error
      this.#failure = error
      box?.append({ kind: 'note', atMs: input.atMs, text: `the loop failed: ${String(error)}` })
      return undefined
    }
  }

  /** Silence, but for the alarm at its time. */
  #ringBare(input: LoopInput): void {
    const { actor } = this.#options
    if (!this.#isBare) actor.mute(input.atMs)
    this.#isBare = true
    if (input.kind === 'stop' && this.#alarm.stop(input.by)) actor.mute(input.atMs)
    const ring = this.#alarm.ring(input.atMs, this.#lastSeq + 1)
    if (ring === undefined) return
    this.#lastSeq = ring.lease.seq
    actor.carry(ring, input.atMs)
  }

  #act(input: LoopInput, events: readonly LoopEvent[]): void {
    const { box, actor, header } = this.#options
    for (const event of events) {
      box?.append({ kind: 'event', event })
      if (event.kind === 'note' && event.note.kind === 'mute') {
        actor.mute(input.atMs, event.note.leaseIds)
      }
      if (event.kind !== 'command') continue
      this.#lastSeq = Math.max(this.#lastSeq, event.lease.seq)
      const aheadMs = ((event.heardAt - this.#state.seen.sample) * 1000) / header.montage.rateHz
      actor.carry(event, input.atMs + Math.max(0, aheadMs))
    }
  }
}

/** What the box has to say of the program, the stager and the source. */
function provenance({ stager, source }: NightRunOptions): string {
  const { name, version, hash } = stager?.identity ?? { name: 'none', version: '', hash: '' }
  const program = shippedRelease().version
  return `nocturne ${program}, stager ${name} ${version} ${hash}, source ${source.description.name}`
}
