import type { Lease, LoopInput } from '@nocturne/core/night'
import type { Output } from '../output/output.ts'
import type { Actor, Command } from './actor.ts'

/**
 * Sound by one actor and light by lamps, as the one actor that a night has. Without a lamp light is
 * told to have failed, which it has.
 */
export class JoinedActor implements Actor {
  readonly #sound: Actor
  readonly #lamps: readonly Output[]
  /** The lease that the lamps hold; a hand at a lamp takes it from them. */
  #lit: Lease | undefined
  #said: ((atMs: number) => LoopInput)[] = []

  constructor(sound: Actor, lamps: readonly Output[]) {
    this.#sound = sound
    this.#lamps = lamps
    for (const lamp of lamps) {
      lamp.onEffect(({ leaseId, effect }) => {
        this.#said.push((atMs) => ({ kind: 'actuator', atMs, leaseId, effect }))
      })
      lamp.onOverride((by) => {
        this.#lit = undefined
        this.#said.push((atMs) => ({ kind: 'stop', atMs, by }))
      })
    }
  }

  carry(command: Command, heardAtMs: number): void {
    if (command.lease.actuator !== 'light') {
      this.#sound.carry(command, heardAtMs)
      return
    }
    if (this.#lamps.length === 0) {
      const { id: leaseId } = command.lease
      this.#said.push((atMs) => ({ kind: 'actuator', atMs, leaseId, effect: 'failed' }))
      return
    }
    this.#lit = command.lease
    for (const lamp of this.#lamps) lamp.carry(command.lease, command.level)
  }

  mute(atMs: number, leaseIds?: readonly string[]): void {
    this.#sound.mute(atMs, leaseIds)
    const lit = this.#lit
    if (lit === undefined || (leaseIds !== undefined && !leaseIds.includes(lit.id))) return
    this.#lit = undefined
    if (atMs >= lit.notAfterMs) return // the bulb ended it by itself; what it does now is a hand's
    for (const lamp of this.#lamps) lamp.mute()
  }

  inputs(atMs: number): readonly LoopInput[] {
    const said = this.#said.map((say) => say(atMs))
    this.#said = []
    return [...this.#sound.inputs(atMs), ...said]
  }

  async close(): Promise<void> {
    await this.#sound.close()
    await Promise.all(this.#lamps.map((lamp) => lamp.close()))
  }
}
