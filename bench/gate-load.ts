import { connect, type Socket } from 'node:net'
import {
  type DeviceId,
  encodeFrames,
  topicOf,
  writePacket,
} from '../packages/core/src/fleet/index.ts'
import { type DeviceKey, signedCredential } from '../packages/edge/src/uplink/device-key.ts'

const ACK_BYTES = 4

/** A device of the bench: one connection, one frame that it sends again and again. */
export type LoadDevice = {
  readonly socket: Socket
  readonly frame: Buffer
  /** When each frame that waits for its acknowledgement was sent, ms; oldest first. */
  readonly sentMs: number[]
}

/** What came of a load. */
export type LoadFigures = {
  readonly ackedPerS: number
  readonly p50Ms: number
  readonly p99Ms: number
}

/** Connects devices, a hundred at a time, with QoS 1 or, for a flood, 0. */
export async function openDevices(
  count: number,
  port: number,
  key: DeviceKey,
  { qos = 1, from = 10_000 }: { readonly qos?: 0 | 1; readonly from?: number } = {},
): Promise<LoadDevice[]> {
  const devices: LoadDevice[] = []
  for (let i = 0; i < count; i += 100) {
    const some = Array.from({ length: Math.min(100, count - i) }, (_, k) =>
      openDevice(`bed-${from + i + k}` as DeviceId, port, key, qos),
    )
    devices.push(...(await Promise.all(some)))
  }
  return devices
}

async function openDevice(
  device: DeviceId,
  port: number,
  key: DeviceKey,
  qos: 0 | 1,
): Promise<LoadDevice> {
  const password = await signedCredential(key, device, 1, Date.now() / 1000)
  const payload = encodeFrames({
    ...{ boot: 1, firstSeq: 0, startS: 0, wallOffsetS: 0, mode: 'natural', consent: 'natural' },
    ...{ release: 0, asleep: true, stepsDs: new Uint16Array(1), values: new Int16Array(12) },
  })
  const [topic, id] = [topicOf(device, 't'), qos === 1 ? 7 : 0]
  const publish = { type: 'publish', topic, payload, qos, retain: false, dup: false, id } as const
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  await new Promise<void>((done, refuse) => {
    socket.once('error', refuse)
    socket.once('connect', () =>
      socket.write(
        writePacket({
          ...{ type: 'connect', clientId: device, keepAliveS: 300, clean: true },
          ...{ username: device, password },
        }),
      ),
    )
    socket.once('data', (answer) => {
      if (answer[3] === 0) done()
      else refuse(new Error(`${device}: refused`))
    })
  })
  socket.on('error', () => undefined)
  return { socket, frame: Buffer.from(writePacket(publish)), sentMs: [] }
}

/** Each device keeps `window` frames on their way for some seconds. */
export function loadByWindow(
  devices: readonly LoadDevice[],
  window: number,
  seconds: number,
): Promise<LoadFigures> {
  const send = (device: LoadDevice, count: number): void => {
    const nowMs = performance.now()
    for (let i = 0; i < count; i++) device.sentMs.push(nowMs)
    device.socket.write(Buffer.concat(Array.from({ length: count }, () => device.frame)))
  }
  return measured(devices, seconds, send, () => {
    for (const device of devices) send(device, window)
  })
}

/** All devices together send so many frames a second, whatever comes back. */
export function loadByRate(
  devices: readonly LoadDevice[],
  perS: number,
  seconds: number,
): Promise<LoadFigures> {
  let sent = 0
  let begunMs = 0
  const timer = setInterval(() => {
    const due = ((performance.now() - begunMs) / 1000) * perS
    for (; sent < due; sent++) {
      const device = devices[sent % devices.length]!
      device.sentMs.push(performance.now())
      device.socket.write(device.frame)
    }
  }, 5)
  return measured(devices, seconds, undefined, () => {
    begunMs = performance.now()
  }).finally(() => clearInterval(timer))
}

async function measured(
  devices: readonly LoadDevice[],
  seconds: number,
  again: ((device: LoadDevice, count: number) => void) | undefined,
  begin: () => void,
): Promise<LoadFigures> {
  const delays: number[] = []
  let acked = 0
  const ends = devices.map((device) => {
    let bytes = 0
    const hear = (heard: Buffer): void => {
      const nowMs = performance.now()
      bytes += heard.length
      const count = Math.floor(bytes / ACK_BYTES)
      bytes -= count * ACK_BYTES
      acked += count
      for (const sentMs of device.sentMs.splice(0, count)) delays.push(nowMs - sentMs)
      again?.(device, count)
    }
    device.socket.on('data', hear)
    return () => device.socket.off('data', hear)
  })
  for (const { sentMs } of devices) sentMs.length = 0
  begin()
  // The first second is the warming up.
  await pause(1000)
  const [fromAcked, fromMs] = [acked, performance.now()]
  delays.length = 0
  await pause(seconds * 1000)
  const ackedPerS = (acked - fromAcked) / ((performance.now() - fromMs) / 1000)
  for (const end of ends) end()
  delays.sort((a, b) => a - b)
  const at = (share: number): number => delays[Math.floor(share * delays.length)] ?? Number.NaN
  return { ackedPerS, p50Ms: at(0.5), p99Ms: at(0.99) }
}

/** Sends as much as the sockets take until the returned function is called. */
export function flood(devices: readonly LoadDevice[]): () => void {
  let isOver = false
  for (const { socket, frame } of devices) {
    const burst = Buffer.concat(Array.from({ length: 500 }, () => frame))
    const more = (): void => {
      if (isOver) return
      while (socket.write(burst));
      socket.once('drain', more)
    }
    more()
  }
  return () => {
    isOver = true
    for (const { socket } of devices) socket.destroy()
  }
}

/** Waits. */
export function pause(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms))
}
