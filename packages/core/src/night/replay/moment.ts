import { fail, ok, type Result } from '../../math/result.ts'
import type { ByteSource } from '../../signal/source.ts'
import type { Mode } from '../governor/mode.ts'
import type { Decision } from '../loop/decision.ts'
import type { LoopEvent } from '../loop/event.ts'
import type { NightHeader } from '../loop/header.ts'
import type { LoopInput } from '../loop/input.ts'
import { type BoxScene, boxScenes } from './loop-run.ts'
import type { ReplayCode } from './replay.ts'

/** What is told of a moment: this much signal before and after it, ms. */
export const MOMENT_SPAN_MS = 10_000

/** Something the loop said near a moment, and the device time of its input. */
export type MomentEvent = { readonly atMs: number; readonly event: LoopEvent }

/** One moment of a night with what is needed to explain it. */
export type Moment = {
  readonly header: NightHeader
  /** Device time that was asked for, ms. */
  readonly askedMs: number
  /**
   * The decision of that second: an allowed one if there was one, else the end of a bedtime fade,
   * else its first, else the one that still stood; unknown before the first.
   */
  readonly decision?: Decision
  readonly mode: Mode
  readonly levelDb?: number
  /** Consents given until then and not revoked. */
  readonly consents: readonly string[]
  /** Words from outside within the span: all inputs but signal, ticks and heartbeats. */
  readonly inputs: readonly LoopInput[]
  readonly events: readonly MomentEvent[]
  /** The sample of the asked moment, as device time and signal ran there. */
  readonly sample: number
  /** Index of the first sample of `columns`, one for each channel; NaN in gaps. */
  readonly first: number
  readonly columns: readonly Float32Array[]
}

/** Why a moment cannot be told. */
export type MomentCode = ReplayCode | 'MOMENT_OUTSIDE'

/**
 * Reads a box as far as ten seconds past a moment (device time, ms) and keeps what explains it.
 * Steps of the wall clock count from where they came. Fails where the box does not reach it.
 */
export async function momentOf(
  sources: readonly ByteSource[],
  askedMs: number,
): Promise<Result<Moment, MomentCode>> {
  const gathering = new Gathering(askedMs)
  for await (const scene of boxScenes(sources)) {
    if (scene.kind === 'problem') return { ok: false, problem: scene.problem }
    if (scene.kind === 'damage' || !gathering.take(scene)) break
  }
  const moment = gathering.moment()
  if (moment) return ok(moment)
  const got = `${askedMs / 1000} s after the start of the night`
  const expected = `at most ${gathering.reachedMs / 1000} s: the box goes no further`
  return fail('MOMENT_OUTSIDE', 'moment', got, expected)
}

type Samples = Extract<LoopInput, { kind: 'samples' }>

class Gathering {
  reachedMs = 0
  private targetMs: number
  private header: NightHeader | undefined
  private standing: Decision | undefined
  private best: Decision | undefined
  private mode: Mode = 'natural'
  private levelDb: number | undefined
  private readonly consents = new Set<string>()
  private pieces: Samples[] = []
  private events: MomentEvent[] = []
  private inputs: LoopInput[] = []

  constructor(askedMs: number) {
    this.targetMs = askedMs
  }

  /** False when nothing more is needed. */
  take(scene: Exclude<BoxScene, { kind: 'problem' | 'damage' }>): boolean {
    if (scene.kind === 'start') {
      this.header = scene.header
      this.mode = 'natural'
      return true
    }
    const { atMs } = scene.input
    if (atMs > this.targetMs + MOMENT_SPAN_MS) return false
    this.reachedMs = atMs
    this.takeInput(scene.input)
    for (const event of scene.events) this.takeEvent(event, atMs)
    this.forget(atMs - 2 * MOMENT_SPAN_MS)
    return true
  }

  moment(): Moment | undefined {
    const { header, targetMs } = this
    if (!header || this.reachedMs < targetMs || targetMs < 0) return undefined
    const decision = this.best ?? this.standing
    return {
      ...{ header, askedMs: targetMs, mode: this.mode, consents: [...this.consents] },
      ...(decision && { decision }),
      ...(this.levelDb !== undefined && { levelDb: this.levelDb }),
      inputs: this.inputs.filter(({ atMs }) => this.isNear(atMs)),
      // A second more before it: the stage that stands where the picture begins.
      events: this.events.filter(({ atMs }) => this.isNear(atMs) || this.isNear(atMs + 1000)),
      ...signalAround(
        this.pieces.filter(({ atMs }) => this.isNear(atMs)),
        header.montage,
        targetMs,
      ),
    }
  }

  private isNear(atMs: number): boolean {
    return atMs > this.targetMs - MOMENT_SPAN_MS && atMs <= this.targetMs + MOMENT_SPAN_MS
  }

  private takeInput(input: LoopInput): void {
    const past = input.atMs <= this.targetMs
    if (input.kind === 'clock' && past) this.targetMs -= input.stepMs
    if (input.kind === 'consent' && past) this.consents.add(input.consent.terms.id)
    if (input.kind === 'revoke' && past) this.consents.delete(input.consentId)
    if (input.kind === 'samples') this.pieces.push(input)
    else if (input.kind !== 'tick' && input.kind !== 'heartbeat') this.inputs.push(input)
  }

  private takeEvent(event: LoopEvent, atMs: number): void {
    this.events.push({ atMs, event })
    if (event.kind === 'decision') this.takeDecision(event.decision)
    // The whole second that was asked for counts as the moment.
    if (atMs >= this.targetMs + 1000) return
    if (event.kind === 'note' && event.note.kind === 'mode') this.mode = event.note.to
    if (event.kind === 'level') this.levelDb = event.levelDb
  }

  private takeDecision(decision: Decision): void {
    const { atMs } = decision
    if (atMs < this.targetMs) this.standing = decision
    else if (atMs < this.targetMs + 1000) {
      if (!this.best || weight(decision) > weight(this.best)) this.best = decision
    }
  }

  private forget(beforeMs: number): void {
    const old = (list: readonly { readonly atMs: number }[]): number => {
      const k = list.findIndex(({ atMs }) => atMs >= beforeMs)
      return k < 0 ? list.length : k
    }
    // Dropped in bulk, so that a long night does not move its lists at every piece.
    if (old(this.pieces) < 256 && old(this.events) < 256 && old(this.inputs) < 256) return
    this.pieces = this.pieces.slice(old(this.pieces))
    this.events = this.events.slice(old(this.events))
    this.inputs = this.inputs.slice(old(this.inputs))
  }
}

/** Signal of more than this is not joined, however far a source says that it jumped, s. */
const MOST_JOINED_S = 60

/** Which of the decisions of one second is told: of two alike the first. */
function weight({ allowed, code }: Decision): number {
  if (allowed) return 2
  return code.startsWith('FADE_') ? 1 : 0
}

function signalAround(
  pieces: readonly Samples[],
  { channels, rateHz }: NightHeader['montage'],
  targetMs: number,
): Pick<Moment, 'sample' | 'first' | 'columns'> {
  const centre = pieces.findLast(({ atMs }) => atMs <= targetMs) ?? pieces[0]
  const endOf = (piece: Samples): number => piece.first + (piece.columns[0]?.length ?? 0)
  const sample = centre
    ? endOf(centre) + ((targetMs - centre.atMs) * rateHz) / 1000
    : (targetMs * rateHz) / 1000
  const near = pieces.filter((p) => Math.abs(p.first - sample) < (MOST_JOINED_S * rateHz) / 2)
  const first = near.reduce((least, p) => Math.min(least, p.first), near[0]?.first ?? 0)
  const length = near.reduce((most, p) => Math.max(most, endOf(p) - first), 0)
  const columns = channels.map((_, c) => {
    const column = new Float32Array(length).fill(Number.NaN)
    for (const piece of near) column.set(piece.columns[c] ?? [], piece.first - first)
    return column
  })
  return { sample, first, columns }
}
