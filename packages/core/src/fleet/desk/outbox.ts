import type { DeviceId } from '../telemetry/device-id.ts'
import type { PartitionEffect } from './desk-effect.ts'
import type { Tell } from './tell.ts'

/** What follows from one record of a partition, in order; tells are numbered. */
export class Outbox {
  readonly effects: PartitionEffect[] = []
  #tells = 0

  add(effect: PartitionEffect): void {
    this.effects.push(effect)
  }

  send(device: DeviceId, channel: 'adm' | 'upd', payload: Uint8Array): void {
    this.effects.push({ kind: 'send', device, channel, payload })
  }

  tell(tell: Tell): void {
    this.effects.push({ kind: 'tell', index: this.#tells++, tell })
  }
}
