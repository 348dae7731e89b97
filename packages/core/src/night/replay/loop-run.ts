import type { Problem } from '../../math/result.ts'
import type { ByteSource } from '../../signal/source.ts'
import type { BoxDamage } from '../box/damage.ts'
import { type BoxCode, boxParts } from '../box/parts.ts'
import type { BoxRecord } from '../box/record.ts'
import { recordsOf, unreadable } from '../box/verify.ts'
import type { LoopEvent } from '../loop/event.ts'
import type { NightHeader } from '../loop/header.ts'
import type { LoopInput } from '../loop/input.ts'
import type { Release } from '../loop/release.ts'

/** A loop, as whatever runs it again needs it: a state, moved by one input at a time. */
export type Loop<State> = {
  start(header: NightHeader): State
  step(state: State, input: LoopInput): readonly [State, readonly LoopEvent[]]
}

/** One input of a box with what was recorded of it. */
export type BoxStep = {
  readonly kind: 'step'
  /** Counted from 0. */
  readonly index: number
  readonly input: LoopInput
  readonly events: readonly LoopEvent[]
  /** False for the last input of a box that ends in the middle of a night. */
  readonly complete: boolean
  /** How far through the bytes, 0 to 1. */
  readonly fraction: number
}

/** A box as a night: its start, its inputs in order, and where it cannot be followed further. */
export type BoxScene =
  | { readonly kind: 'start'; readonly header: NightHeader }
  | BoxStep
  | { readonly kind: 'damage'; readonly damage: BoxDamage }
  | { readonly kind: 'problem'; readonly problem: Problem<BoxCode | 'BOX_EMPTY'> }

/**
 * Follows a box from its start: each input with the events that were recorded of it. A single wrong
 * byte is mended on the way; at any other damage this ends, for what comes after depends on what is
 * lost.
 */
export async function* boxScenes(sources: readonly ByteSource[]): AsyncGenerator<BoxScene> {
  for await (const scenes of blockScenes(sources)) for (const scene of scenes) yield scene
}

/** The scenes that are whole with each block: a night has too many of them to wait for each. */
async function* blockScenes(sources: readonly ByteSource[]): AsyncGenerator<readonly BoxScene[]> {
  const total = Math.max(
    1,
    sources.reduce((sum, { size }) => sum + size, 0),
  )
  const course = new Course()
  let done = 0
  for await (const part of boxParts(sources)) {
    if (part.kind === 'problem') {
      yield [part]
      return
    }
    if (part.kind === 'damage' && part.damage.what !== 'byte') {
      yield [...course.rest(), part]
      return
    }
    if (part.kind !== 'block') continue
    done += part.bytes.length
    const records = recordsOf(part)
    if (!records) {
      yield [...course.rest(), { kind: 'damage', damage: unreadable(part) }]
      return
    }
    for (const record of records) course.take(record, done / total)
    yield course.taken()
  }
  yield course.rest()
  if (course.header === undefined) {
    const where = sources[0]?.name ?? 'box'
    const problem = { where, got: 'no start of a night', expected: 'one' }
    yield [{ kind: 'problem', problem: { code: 'BOX_EMPTY', ...problem } }]
  }
}

/** Gathers records into steps: a step is whole when the next record is not one of its events. */
class Course {
  header: NightHeader | undefined
  private scenes: BoxScene[] = []
  private input: LoopInput | undefined
  private events: LoopEvent[] = []
  private index = 0
  private fraction = 0

  take(record: BoxRecord, fraction: number): void {
    if (record.kind === 'event') {
      this.events.push(record.event)
      return
    }
    this.endStep(true)
    this.fraction = fraction
    if (record.kind === 'input') this.input = record.input
    if (record.kind === 'night') this.header = record.header
    const starts = record.kind === 'night' || record.kind === 'restart'
    if (starts && this.header) this.scenes.push({ kind: 'start', header: this.header })
  }

  /** The scenes that have become whole. */
  taken(): BoxScene[] {
    const { scenes } = this
    this.scenes = []
    return scenes
  }

  /** What was begun and not ended. */
  rest(): BoxScene[] {
    this.endStep(false)
    return this.taken()
  }

  private endStep(complete: boolean): void {
    const { input, events, fraction } = this
    if (input === undefined) return
    this.input = undefined
    this.events = []
    this.scenes.push({ kind: 'step', index: this.index++, input, events, complete, fraction })
  }
}

/** How a night is run again. */
export type RunOptions<State> = {
  readonly loop: Loop<State>
  /** Takes the place of the release that the box was recorded under. */
  readonly release?: Release
  /** Device time after which no input is taken, ms. */
  readonly untilMs?: number
  readonly progress?: (fraction: number) => void
}

/** How a run ended: at the end, at damage, or because the bytes are no box. */
export type RunEnd = {
  readonly header?: NightHeader
  readonly inputs: number
  readonly spanS: number
  readonly damage?: BoxDamage
  readonly problem?: Problem<BoxCode | 'BOX_EMPTY'>
}

/**
 * Runs the loop over the inputs of a box and shows each step with the events that came of it now;
 * ends early when `see` returns false.
 */
export async function runBox<State>(
  sources: readonly ByteSource[],
  { loop, release, untilMs = Number.POSITIVE_INFINITY, progress }: RunOptions<State>,
  see: (step: BoxStep, events: readonly LoopEvent[]) => boolean,
): Promise<RunEnd> {
  let state: { now: State } | undefined
  let header: NightHeader | undefined
  let inputs = 0
  let spanS = 0
  const ended = (): RunEnd => ({ ...(header && { header }), inputs, spanS })
  const take = (scene: BoxScene): RunEnd | undefined => {
    if (scene.kind === 'problem') return { inputs, spanS, problem: scene.problem }
    if (scene.kind === 'damage') return { ...ended(), damage: scene.damage }
    if (scene.kind === 'start') {
      header = scene.header
      state = { now: loop.start(release ? { ...header, release } : header) }
      return undefined
    }
    if (state === undefined) return undefined
    if (scene.input.atMs > untilMs) return ended()
    const [next, events] = loop.step(state.now, scene.input)
    state.now = next
    inputs++
    spanS = scene.input.atMs / 1000
    progress?.(scene.fraction)
    return see(scene, events) ? undefined : ended()
  }
  for await (const scenes of blockScenes(sources)) {
    for (const scene of scenes) {
      const end = take(scene)
      if (end) return end
    }
  }
  return ended()
}
