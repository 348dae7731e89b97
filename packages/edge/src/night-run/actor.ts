import type { LoopEvent, LoopInput } from '@nocturne/core/night'
import { FadeLeases } from './fade-leases.ts'

/** A command of the loop: a lease, and when it is to be heard. */
export type Command = Extract<LoopEvent, { kind: 'command' }>

/**
 * What carries out the commands of a night. It speaks only when asked, so that a night that is
 * played runs the same at every speed: `inputs` tells what it has to say by a device time.
 */
export type Actor = {
  /** Carries a command; `heardAtMs` is device time, ms, with its fraction. */
  carry(command: Command, heardAtMs: number): void
  /**
   * Silent at once: the leases that are named, and only those; everything where none is named. What
   * ends a click must not end the alarm, nor switch a lamp that nobody asked to be on.
   */
  mute(atMs: number, leaseIds?: readonly string[]): void
  /** Signs of life and measured effects up to a device time, in order. */
  inputs(atMs: number): readonly LoopInput[]
  close(): Promise<void>
}

/** One stimulus as a file keeps it. */
export type CarriedSound = {
  readonly heardAtMs: number
  readonly levelDb: number
  readonly command: Command
  /** Device time at which it was cut short, ms, where that was before its lease ended. */
  readonly cutAtMs?: number
}

/** Between two signs of life, ms. */
const HEARTBEAT_MS = 1000

/**
 * An actor that acts on nobody: it writes down what would have sounded, gives a sign of life each
 * second and confirms each command at the moment it would have been heard. A command that is muted
 * before it is heard is not in the list; one that is muted while it sounds is cut short.
 */
export class FileActor implements Actor {
  readonly #token: number
  #sounds: CarriedSound[] = []
  #waiting: { atMs: number; leaseId: string }[] = []
  #nextBeatMs = 0
  readonly #fades = new FadeLeases()

  constructor(token: number) {
    this.#token = token
  }

  /** What would have been heard, in order. */
  get sounds(): readonly CarriedSound[] {
    return this.#sounds
  }

  carry(command: Command, heardAtMs: number): void {
    this.#fades.carried(command.lease)
    this.#sounds.push({ heardAtMs, levelDb: command.level, command })
    this.#waiting.push({ atMs: Math.ceil(heardAtMs), leaseId: command.lease.id })
  }

  mute(atMs: number, leaseIds?: readonly string[]): void {
    const ending = this.#fades.ending(leaseIds)
    const isMeant = (id: string): boolean => ending === undefined || ending.includes(id)
    this.#sounds = this.#sounds.flatMap((sound) => {
      const { heardAtMs, cutAtMs, command } = sound
      const { id, notAfterMs } = command.lease
      if (!isMeant(id) || cutAtMs !== undefined || notAfterMs <= atMs) return [sound]
      return heardAtMs <= atMs ? [{ ...sound, cutAtMs: atMs }] : []
    })
    this.#waiting = this.#waiting.filter((each) => each.atMs <= atMs || !isMeant(each.leaseId))
  }

  inputs(atMs: number): readonly LoopInput[] {
    const said: LoopInput[] = []
    while (this.#nextBeatMs <= atMs) {
      said.push({ kind: 'heartbeat', atMs: this.#nextBeatMs, token: this.#token })
      this.#nextBeatMs += HEARTBEAT_MS
    }
    while (this.#waiting.length > 0 && this.#waiting[0]!.atMs <= atMs) {
      const { atMs: heardMs, leaseId } = this.#waiting.shift()!
      said.push({ kind: 'actuator', atMs: heardMs, leaseId, effect: 'confirmed' })
    }
    return said.sort((a, b) => a.atMs - b.atMs)
  }

  close(): Promise<void> {
    return Promise.resolve()
  }
}
