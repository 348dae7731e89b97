import { deskStep } from '../packages/core/src/fleet/desk/desk.ts'
import type { DeskEffect, PartitionEffect } from '../packages/core/src/fleet/desk/desk-effect.ts'
import type { DeskOrder, DeskRecord } from '../packages/core/src/fleet/desk/desk-record.ts'
import { beginDesk, type DeskState } from '../packages/core/src/fleet/desk/desk-state.ts'
import { partitionStep } from '../packages/core/src/fleet/desk/partition.ts'
import type { PartitionRecord } from '../packages/core/src/fleet/desk/partition-record.ts'
import {
  beginPartition,
  type PartitionState,
  wordFor,
} from '../packages/core/src/fleet/desk/partition-state.ts'
import type { Birth } from '../packages/core/src/fleet/telemetry/birth.ts'
import {
  CHANNEL_NAMES,
  CHANNELS,
  type ChannelName,
  MISSING,
} from '../packages/core/src/fleet/telemetry/channel.ts'
import type { DeviceEvent } from '../packages/core/src/fleet/telemetry/device-event.ts'
import type { DeviceId } from '../packages/core/src/fleet/telemetry/device-id.ts'
import { encodeFrames } from '../packages/core/src/fleet/telemetry/frame-codec.ts'
import type { Grant } from '../packages/core/src/fleet/telemetry/grant.ts'
import type { Mode } from '../packages/core/src/night/governor/mode.ts'

/** A consent as the devices of the rig have it. */
export const CONSENT = '00000000000000aa'

/** The birth of a device of the rig. */
export function birthOf(over: Partial<Birth> = {}): Birth {
  return {
    ...{ protocol: 1, boot: 1, epoch: 0, hardware: 'bedside-box', code: 'a1', release: 1 },
    ...{ mode: 'natural', consent: 'control', consentId: CONSENT, takesUpdates: true },
    cohort: { chronotype: 'middle', age: '30-59', district: 'harbour' },
    held: [],
    ...over,
  }
}

/** The twelve numbers of a frame as they travel; those that are not given are missing. */
export function numbersOf(named: Partial<Record<ChannelName, number>>): number[] {
  return CHANNEL_NAMES.map((name) => {
    const value = named[name]
    return value === undefined ? MISSING : Math.round(value * CHANNELS[name].scale)
  })
}

/** What a simulated device is, and what it last heard. */
export type RigDevice = {
  readonly device: DeviceId
  readonly partition: number
  boot: number
  seq: number
  /** When its start was, ms. */
  bootMs: number
  mode: Mode
  consent: Mode
  release: number
  grant?: Grant
  updates: string[]
}

/**
 * A desk and partitions over logs in memory, second by second; devices are as their test drives
 * them. What is sent is kept in `said`.
 */
export class DeskRig {
  atMs = 1_000_000_000_000
  /** Nobody is at the desk: its log takes nothing, and partitions go on alone. */
  isDeskAway = false
  desk: DeskState = beginDesk({ handshakesPerS: 100 })
  readonly partitions: PartitionState[]
  readonly logs: PartitionRecord[][]
  readonly deskLog: DeskRecord[] = []
  readonly devices = new Map<string, RigDevice>()
  readonly said: PartitionEffect[] = []
  readonly done: DeskEffect[] = []

  constructor(partitions = 1) {
    this.partitions = Array.from({ length: partitions }, (_, k) => beginPartition(k))
    this.logs = this.partitions.map(() => [])
  }

  /** Enrols a device; it is not born yet. */
  enrol(name: string, partition = 0): RigDevice {
    const device = name as DeviceId
    const made: RigDevice = {
      ...{ device, partition, boot: 0, seq: 0, bootMs: this.atMs, mode: 'natural' },
      ...{ consent: 'natural', release: 0, updates: [] },
    }
    this.devices.set(name, made)
    const publicKey = '0a'.repeat(32)
    this.put(partition, { kind: 'enrolled', atMs: this.atMs, device, publicKey })
    return made
  }

  /** One desk and one device, which is asleep and was heard. */
  static withMira(): { rig: DeskRig; mira: RigDevice } {
    const rig = new DeskRig()
    rig.enrol('bed-mira')
    rig.pass(1)
    const mira = rig.bring('bed-mira')
    rig.frame(mira)
    return { rig, mira }
  }

  /** Enrols a device and lets it be born. */
  bring(name: string, over: Partial<Birth> = {}, partition = 0): RigDevice {
    const made = this.devices.get(name) ?? this.enrol(name, partition)
    this.birth(made, over)
    return made
  }

  birth(device: RigDevice, over: Partial<Birth> = {}): void {
    const birth = birthOf({ boot: Math.max(1, device.boot), ...over })
    if (birth.boot !== device.boot) {
      Object.assign(device, { boot: birth.boot, seq: 0, bootMs: this.atMs })
    }
    Object.assign(device, { consent: birth.consent, release: birth.release, mode: birth.mode })
    this.put(device.partition, { kind: 'birth', atMs: this.atMs, device: device.device, birth })
  }

  /** One frame, now. */
  frame(
    device: RigDevice,
    named: Partial<Record<ChannelName, number>> = { stage: 2 },
    over: { readonly asleep?: boolean; readonly startS?: number; readonly mode?: Mode } = {},
  ): void {
    const bytes = encodeFrames({
      ...{ boot: device.boot, firstSeq: device.seq++, startS: this.sinceS(device) },
      ...{ wallOffsetS: Math.floor(device.bootMs / 1000), mode: device.mode },
      ...{ consent: device.consent, release: device.release, asleep: true },
      ...{ stepsDs: Uint16Array.of(0), values: Int16Array.from(numbersOf(named)) },
      ...over,
    })
    this.put(device.partition, { kind: 'frames', atMs: this.atMs, device: device.device, bytes })
  }

  event(device: RigDevice, event: DeviceEvent): void {
    const { boot, partition } = device
    const record = { kind: 'event', atMs: this.atMs, device: device.device, boot } as const
    this.put(partition, { ...record, seq: device.seq++, event })
  }

  sinceS(device: RigDevice): number {
    return (this.atMs - device.bootMs) / 1000
  }

  /** An order, and its answer: why not, or undefined. */
  order(operator: string, order: DeskOrder): string | undefined {
    const id = `o${this.deskLog.length}`
    this.tellDesk({ kind: 'order', atMs: this.atMs, id, operator, order })
    const answer = this.done.findLast((each) => each.kind === 'answer' && each.id === id)
    return answer?.kind === 'answer' ? answer.refused : 'no answer'
  }

  /** Time passes to the next second, with the ticks that are due; `each` second something happens. */
  pass(seconds: number, each?: (second: number) => void, stepS = 1): void {
    for (let s = 0; s < seconds; s += stepS) {
      this.atMs += 1000 * stepS
      each?.(s + stepS)
      if ((this.atMs / 1000) % 5 < stepS) {
        for (const k of this.partitions.keys()) this.put(k, { kind: 'tick', atMs: this.atMs })
      }
      this.tellDesk({ kind: 'tick', atMs: this.atMs })
    }
  }

  put(partition: number, record: PartitionRecord): readonly PartitionEffect[] {
    const offset = this.logs[partition]!.push(record) - 1
    const { state, effects } = partitionStep(this.partitions[partition]!, record)
    this.partitions[partition] = state
    for (const effect of effects) {
      this.said.push(effect)
      this.#deliver(effect)
    }
    for (const effect of effects) {
      if (effect.kind !== 'tell') continue
      const { index, tell } = effect
      this.tellDesk({ kind: 'tell', atMs: this.atMs, partition, offset, index, tell })
    }
    return effects
  }

  tellDesk(record: DeskRecord): void {
    if (this.isDeskAway) return
    this.deskLog.push(record)
    const { state, effects } = deskStep(this.desk, record)
    this.desk = state
    this.done.push(...effects)
    for (const effect of effects) {
      if (effect.kind === 'spread') {
        for (const [k, state] of this.partitions.entries()) {
          this.put(k, { ...wordFor(state, effect), atMs: this.atMs })
        }
      } else if (effect.kind === 'ask') {
        const { kind: _, ...ask } = effect
        const { partition } = this.devices.get(ask.device)!
        this.put(partition, { kind: 'ask-piece', atMs: this.atMs, ...ask })
      }
    }
  }

  #deliver(effect: PartitionEffect): void {
    if (effect.kind === 'grant') {
      const device = this.devices.get(effect.device)
      if (device !== undefined) device.grant = effect.grant
    } else if (effect.kind === 'send' && effect.channel === 'upd') {
      const text = String.fromCharCode(...effect.payload)
      this.devices.get(effect.device)?.updates.push(text)
    }
  }
}

/** The newest value of a row that was written, among effects. */
export function rowOf(
  effects: readonly (PartitionEffect | DeskEffect)[],
  table: string,
  key: string,
): unknown {
  const found = effects.findLast(
    (each) => each.kind === 'row' && each.row.table === table && each.row.key === key,
  )
  return found?.kind === 'row' ? found.row.value : undefined
}
