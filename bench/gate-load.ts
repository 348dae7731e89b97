import { connect, type Socket } from 'node:net'
import {
  type DeviceId,
  encodeFrames,
  topicOf,
  writePacket,
} from '../packages/core/src/fleet/index.ts'
import { type DeviceKey, signedCredential } from '../packages/edge/src/uplink/device-key.ts'

const ACK_BYTES = 4
/** Frames that lie ready for one write. */
const BURST = 64
/** Widest and finest delay that is told apart, ms. */
const [MOST_MS, STEP_MS] = [60_000, 0.1]
/** Tenths of a second that the last acknowledgements are waited for. */
const DRAIN_TRIES = 100
/** What is read goes here, for all: it is only counted. */
const READ: Buffer = Buffer.alloc(65_536)

/** A device of the bench: one connection, one frame that it sends again and again. */
export type LoadDevice = {
  readonly socket: Socket
  /** The frame, {@link BURST} times. */
  readonly burst: Buffer
  readonly frameBytes: number
  /** When each frame that waits for its acknowledgement was sent, ms; oldest first. */
  readonly sentMs: number[]
  /** Is told how many bytes came. */
  readonly ears: { hear: (bytes: number) => void }
}

/** What came of a load. */
export type LoadFigures = {
  /** Acknowledged in all, also while warming up and at the end. */
  readonly frames: number
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
  const ears = { hear: (_bytes: number): void => undefined }
  const callback = (bytes: number): boolean => {
    ears.hear(bytes)
    return true
  }
  const onread = { buffer: READ, callback }
  const socket = connect({ port, host: '127.0.0.1', noDelay: true, onread })
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
    ears.hear = () => {
      if (READ[3] === 0) done()
      else refuse(new Error(`${device}: refused`))
    }
  })
  socket.on('error', () => undefined)
  const frame = writePacket(publish)
  const burst = Buffer.concat(Array.from({ length: BURST }, () => frame))
  return { socket, burst, frameBytes: frame.length, sentMs: [], ears }
}

/** Sends some frames of a device. */
function send({ socket, burst, frameBytes, sentMs }: LoadDevice, count: number): void {
  const nowMs = performance.now()
  for (let left = count; left > 0; left -= BURST) {
    const some = Math.min(left, BURST)
    for (let i = 0; i < some; i++) sentMs.push(nowMs)
    socket.write(burst.subarray(0, some * frameBytes))
  }
}

/** Each device keeps `window` frames on their way for some seconds. */
export function loadByWindow(
  devices: readonly LoadDevice[],
  window: number,
  seconds: number,
): Promise<LoadFigures> {
  return measured(devices, seconds, send, () => {
    for (const device of devices) send(device, window)
    return () => undefined
  })
}

/** All devices together send so many frames a second, whatever comes back. */
export function loadByRate(
  devices: readonly LoadDevice[],
  perS: number,
  seconds: number,
): Promise<LoadFigures> {
  return measured(devices, seconds, undefined, () => {
    const begunMs = performance.now()
    let sent = 0
    const timer = setInterval(() => {
      const due = ((performance.now() - begunMs) / 1000) * perS
      for (; sent < due; sent++) send(devices[sent % devices.length]!, 1)
    }, 5)
    return () => clearInterval(timer)
  })
}

async function measured(
  devices: readonly LoadDevice[],
  seconds: number,
  again: ((device: LoadDevice, count: number) => void) | undefined,
  begin: () => () => void,
): Promise<LoadFigures> {
  // How many delays were how long; the last is all that are longer.
  const delays = new Uint32Array(MOST_MS / STEP_MS + 1)
  let [acked, isOver] = [0, false]
  for (const device of devices) {
    let bytes = 0
    device.ears.hear = (heard) => {
      const nowMs = performance.now()
      bytes += heard
      const count = Math.floor(bytes / ACK_BYTES)
      bytes -= count * ACK_BYTES
      acked += count
      for (let i = 0; i < count; i++) {
        const ms = nowMs - (device.sentMs.shift() ?? nowMs)
        delays[Math.min(delays.length - 1, Math.floor(ms / STEP_MS))]!++
      }
      if (!isOver) again?.(device, count)
    }
    device.sentMs.length = 0
  }
  const end = begin()
  // The first second is the warming up.
  await pause(1000)
  const [fromAcked, fromMs] = [acked, performance.now()]
  delays.fill(0)
  await pause(seconds * 1000)
  const ackedPerS = (acked - fromAcked) / ((performance.now() - fromMs) / 1000)
  const [p50Ms, p99Ms] = [quantile(delays, 0.5), quantile(delays, 0.99)]
  end()
  isOver = true
  // What is still on its way belongs to no other load.
  for (
    let tries = 0;
    tries < DRAIN_TRIES && devices.some(({ sentMs }) => sentMs.length > 0);
    tries++
  )
    await pause(100)
  for (const { ears } of devices) ears.hear = () => undefined
  return { frames: acked, ackedPerS, p50Ms, p99Ms }
}

/** The delay below which a share of all lies, ms. */
function quantile(delays: Uint32Array, share: number): number {
  const wanted = share * delays.reduce((sum, count) => sum + count, 0)
  let seen = 0
  const at = delays.findIndex((count) => {
    seen += count
    return seen > wanted
  })
  return at < 0 ? Number.NaN : at * STEP_MS
}

/** Sends as much as the sockets take until the returned function is called. */
export function flood(devices: readonly LoadDevice[]): () => void {
  let isOver = false
  for (const { socket, burst: frames } of devices) {
    const burst = Buffer.concat(Array.from({ length: 8 }, () => frames))
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
