import { type Mode, modeRank } from '../../night/governor/mode.ts'
import type { BacklogEntry } from '../session/backlog.ts'
import type { DeviceSelf } from '../session/device-words.ts'
import type { DeviceId } from '../telemetry/device-id.ts'
import type { Flaw } from './flaw.ts'
import type { Sky } from './sky.ts'

/** What outlives a device's power: written before anything that follows from it is done. */
export type DeviceDisk = {
  boot: number
  epoch: number
  spreadS: number
  /** Connections and starts that ended, so that each wait has a number of its own. */
  losses: number
  kept: BacklogEntry[]
  /** While it is full nothing new is kept; what is there stays. */
  isFull: boolean
}

/** What a device, as the world knows it, asks of the world around it. */
export type DeviceWorld<Device> = {
  readonly sky: Sky
  readonly flaw: Flaw | undefined
  /** Unix time of the simulation's begin, ms. */
  readonly wallMs: number
  /** Tries to connect; answers by `opened` or `connectionLost`. */
  connect(device: Device): void
  write(device: Device, bytes: Uint8Array): void
  hangUp(device: Device): void
  /** It starts, or wakes: what was granted before is void. */
  voids(device: Device): void
  /** Its clock leapt by so many seconds. */
  leapt(device: Device, byS: number): void
  /** After every input: what may have changed is looked at. */
  look(device: Device): void
  /** Before the disk forgets what is below. */
  freed(device: Device, boot: number, seq: number): void
  /** A message on `upd`. */
  update(device: Device, payload: Uint8Array): void
}

/** Who a simulated device is. */
export type SimDeviceTraits = {
  readonly id: DeviceId
  readonly index: number
  readonly district: number
  /** Device seconds per true second, .98 to 1.02. */
  readonly rate: number
  readonly phaseS: number
  readonly self: DeviceSelf
}

/** The disk forgets all entries below a mark. */
export function forgetBelow({ kept }: DeviceDisk, boot: number, seq: number): void {
  let count = 0
  while (count < kept.length) {
    const entry = kept[count]!
    if (entry.boot > boot || (entry.boot === boot && entry.firstSeq + entry.n > seq)) break
    count++
  }
  kept.splice(0, count)
}

/** The lower of two modes. */
export function lower(a: Mode, b: Mode): Mode {
  return modeRank(a) < modeRank(b) ? a : b
}
