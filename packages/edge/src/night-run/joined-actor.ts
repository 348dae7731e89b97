import type { LoopInput } from '@nocturne/core/night'
import type { LampOutput } from '../output/lamp.ts'
import type { Actor, Command } from './actor.ts'

/** Sound by one actor and light by lamps, as the one actor that a night has. */
export class JoinedActor implements Actor {
  readonly #sound: Actor
  readonly #lamps: readonly LampOutput[]
  #said: ((atMs: number) => LoopInput)[] = []

  constructor(sound: Actor, lamps: readonly LampOutput[]) {
    this.#sound = sound
    this.#lamps = lamps
    for (const lamp of lamps) {
      lamp.onEffect(({ leaseId, effect }) => {
        this.#said.push((atMs) => ({ kind: 'actuator', atMs, leaseId, effect }))
      })
      lamp.onOverride((by) => this.#said.push((atMs) => ({ kind: 'stop', atMs, by })))
    }
  }

  carry(command: Command, heardAtMs: number): void {
    if (command.lease.actuator !== 'light') {
      this.#sound.carry(command, heardAtMs)
      return
    }
    for (const lamp of this.#lamps) lamp.carry(command.lease, command.level)
  }

  mute(atMs: number): void {
    this.#sound.mute(atMs)
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
