import { webcrypto } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  type DeviceEvent,
  type DeviceId,
  decodeFrames,
  encodeAdmin,
  encodeSignedGrant,
  type FrameBlock,
  type Grant,
  grantBytes,
  type NewRecord,
} from '../packages/core/src/fleet/index.ts'
import { type Mode, publicKeyOf, signBytes } from '../packages/core/src/night/index.ts'
import { FrontDoor } from '../packages/facility/src/gate/front-door.ts'

const SEED = 'c7'.repeat(32)

type Enrolled = { readonly publicKey: string; readonly sleeperKey?: string }

/**
 * A centre in miniature on this machine: the real front door and HTTP, a log in memory, and the
 * plainest desk: each frame that is heard is answered by a grant of what the test says.
 */
export class MadeUpCentre {
  readonly log: NewRecord[] = []
  readonly enrolled = new Map<string, Enrolled>()
  readonly pieces: Uint8Array[] = []
  /** What is granted; undefined = nothing. */
  ceiling: Mode | undefined = 'control'
  epoch = 1
  ttlS = 30
  /** The code that an enrolment must carry; '' = none. */
  code = ''
  /** Files under /v1/releases/. */
  readonly releases = new Map<string, Uint8Array>()
  mqttPort = 0
  url = ''
  #door: FrontDoor | undefined
  #http: Server | undefined
  #ids = new Map<string, number>()

  /** Opens it, at the ports of before where it had any. */
  async open(): Promise<this> {
    this.#door = new FrontDoor({
      take: async (_, records) => {
        this.log.push(...records)
        for (const record of records) this.#hear(record)
      },
      known: async (device) => {
        const known = this.enrolled.get(device)
        return known && { publicKey: known.publicKey, boot: 0 }
      },
      piece: async (_, bytes) => this.pieces.push(bytes) > 0,
    })
    this.mqttPort = await this.#door.listen({ port: this.mqttPort, host: '127.0.0.1' })
    const grantKey = await publicKeyOf(webcrypto.subtle, SEED)
    this.#http = createServer((request, response) => {
      let text = ''
      request.on('data', (piece) => {
        text += piece
      })
      request.on('end', () => {
        const [status, value] = this.#answer(request.url ?? '', text, grantKey)
        response.writeHead(status, { 'content-type': 'application/json' })
        response.end(value instanceof Uint8Array ? value : JSON.stringify(value))
      })
    })
    const port = this.url === '' ? 0 : Number(new URL(this.url).port)
    await new Promise<void>((done) => this.#http!.listen(port, '127.0.0.1', done))
    this.url = `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}`
    return this
  }

  async close(): Promise<void> {
    this.#http?.closeAllConnections()
    await new Promise((done) => this.#http?.close(done))
    await this.#door?.close()
  }

  blocks(device: DeviceId): FrameBlock[] {
    return this.log.flatMap((record) => {
      if (record.kind !== 'frames' || record.device !== device) return []
      const read = decodeFrames(record.bytes)
      return read.ok ? [read.value] : []
    })
  }

  events(device: DeviceId): DeviceEvent[] {
    return this.log.flatMap((record) =>
      record.kind === 'event' && record.device === device ? [record.event] : [],
    )
  }

  send(device: DeviceId, channel: 'adm' | 'upd', payload: Uint8Array): void {
    this.#door?.send(device, channel, payload)
  }

  async grant(device: DeviceId, boot: number, heardS: number, ceiling: Mode): Promise<void> {
    const id = (this.#ids.get(device) ?? 0) + 1
    this.#ids.set(device, id)
    const grant: Grant = {
      ...{ epoch: this.epoch, id, ceiling, heardS, ttlS: this.ttlS, boot, reason: 'normal' },
    }
    const signature = await signBytes(webcrypto.subtle, grantBytes(device, grant), SEED)
    this.#door?.send(device, 'cmd', encodeSignedGrant({ ...grant, signature }))
  }

  #answer(path: string, text: string, grantKey: string): [number, unknown] {
    if (path === '/v1/about')
      return [200, { mqttPort: this.mqttPort, grantKey, wallMs: Date.now() }]
    if (path === '/v1/enrolments') {
      const { device, code = '', ...keys } = JSON.parse(text)
      if (code !== this.code) return [403, { refused: 'no such code' }]
      this.enrolled.set(device, keys)
      return [201, {}]
    }
    const file = this.releases.get(path.replace('/v1/releases/', ''))
    return file === undefined ? [404, {}] : [200, file]
  }

  #hear(record: NewRecord): void {
    const { device } = record
    if (record.kind === 'birth') {
      this.#watermark(device, record.birth.boot, 0)
    } else if (record.kind === 'event') {
      this.#watermark(device, record.boot, record.seq + 1)
    } else if (record.kind === 'frames') {
      const read = decodeFrames(record.bytes)
      if (!read.ok) return
      const { boot, firstSeq, startS, stepsDs } = read.value
      this.#watermark(device, boot, firstSeq + stepsDs.length)
      if (this.ceiling) void this.grant(device, boot, startS, this.ceiling)
    }
  }

  #watermark(device: DeviceId, boot: number, seq: number): void {
    const payload = encodeAdmin({ kind: 'watermark', boot, seq })
    // After the acknowledgement, as a desk does.
    setImmediate(() => this.#door?.send(device, 'adm', payload))
  }
}
