import { type DeviceSelf, MISSING, readDeviceId } from '../packages/core/src/fleet/index.ts'
import type { Mode } from '../packages/core/src/night/index.ts'
import {
  aboutCentre,
  type CentreAbout,
  type DeviceKey,
  DeviceLink,
  enrol,
  isCentresGrant,
  newDeviceKey,
  signedCredential,
} from '../packages/edge/src/uplink/index.ts'

/** What a made-up device says of itself unless told otherwise: asleep, consenting to control. */
const SELF: DeviceSelf = {
  ...{ hardware: 'made-up', code: 'test', release: 0, mode: 'natural', consent: 'control' },
  ...{ consentId: '00000000000000aa', takesUpdates: true },
  cohort: { chronotype: 'middle', age: '30-59', district: 'harbour' },
}

/** How a made-up device is made. */
export type MadeUpOptions = {
  readonly self?: Partial<DeviceSelf>
  readonly code?: string
  readonly sleeperKey?: string
  readonly key?: DeviceKey
  readonly boot?: number
  /** Highest epoch that it heard of before. */
  readonly epoch?: number
  /** Where it comes in, if not where the centre says. */
  readonly mqttPort?: number
}

/** A device over real sockets: enrolled by its key, its grants checked, driven by its test. */
export class MadeUpDevice {
  readonly name: string
  readonly key: DeviceKey
  readonly link: DeviceLink
  /** What the centre lets it do just now, and the epoch of the last word. */
  ceiling: Mode = 'natural'
  epoch = 0
  /** Highest number that the centre said to be durable, with all below it. */
  durableSeq = 0
  sent = 0
  readonly updates: string[] = []
  /** What became of each message of a piece that was sent. */
  readonly pieces: boolean[] = []
  readonly asks: { readonly incident: string; readonly fromMs: number; readonly toMs: number }[] =
    []

  private constructor(name: string, key: DeviceKey, about: CentreAbout, options: MadeUpOptions) {
    this.name = name
    this.key = key
    const device = named(name)
    const boot = options.boot ?? 1
    this.link = new DeviceLink({
      start: { ...{ device, boot, epoch: options.epoch ?? 0 }, self: { ...SELF, ...options.self } },
      ...{ host: '127.0.0.1', port: options.mqttPort ?? about.mqttPort, retryS: () => 0.2 },
      credential: () => signedCredential(key, device, boot, Date.now() / 1000),
      verify: (grant) => isCentresGrant(device, grant, about.grantKey),
      onEffect: (effect) => {
        if (effect.kind === 'ceiling') {
          this.ceiling = effect.ceiling
          this.epoch = effect.epoch
        } else if (effect.kind === 'free') this.durableSeq = effect.seq
        else if (effect.kind === 'update') this.updates.push(Buffer.from(effect.payload).toString())
        else if (effect.kind === 'ask-piece') this.asks.push(effect)
        else if (effect.kind === 'piece-over') this.pieces.push(effect.kept)
      },
    })
  }

  /** Enrols it at a centre and lets it come. */
  static async at(url: string, name: string, options: MadeUpOptions = {}): Promise<MadeUpDevice> {
    const key = options.key ?? (await newDeviceKey())
    const { code, sleeperKey } = options
    const about = await aboutCentre(url)
    const taken = await enrol(url, {
      ...{ device: named(name), publicKey: key.publicKey },
      ...(code !== undefined && { code }),
      ...(sleeperKey !== undefined && { sleeperKey }),
    })
    if (!about.ok || !taken.ok) throw new Error(`${name} was not taken`)
    const device = new MadeUpDevice(name, key, about.value, options)
    device.link.begin()
    return device
  }

  /** One frame of sleep, now. */
  frame(mode: Mode = 'natural'): void {
    const values = new Int16Array(12).fill(MISSING)
    values[0] = 2
    values[1] = 580 + (this.sent % 7)
    this.sent++
    const startS = this.link.nowS()
    const wallOffsetS = Math.floor(Date.now() / 1000 - startS)
    const frames = {
      startS,
      wallOffsetS,
      mode,
      consent: 'control',
      release: 0,
      asleep: true,
    } as const
    this.link.say({ kind: 'frames', frames: { ...frames, stepsDs: new Uint16Array(1), values } })
  }
}

/** Waits until something holds, at most so many seconds. */
export async function until(
  holds: () => boolean | Promise<boolean>,
  what: string | (() => string),
  mostS: number = 20,
): Promise<void> {
  for (let k = 0; k < 50 * mostS; k++) {
    if (await holds()) return
    await new Promise((done) => setTimeout(done, 20))
  }
  throw new Error(`never: ${typeof what === 'string' ? what : what()}`)
}

function named(name: string) {
  const read = readDeviceId(name)
  if (!read.ok) throw new Error(name)
  return read.value
}
