import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type DeviceId, readDeviceId } from '@nocturne/core/fleet'
import type { ShelfFiles } from '../release-shelf/release-shelf.ts'
import { BacklogFile } from './backlog-file.ts'
import { type DeviceKey, newDeviceKey } from './device-key.ts'
import { type FolderLock, lockFolder } from './folder-lock.ts'
import { writeWholeNow } from './whole-file.ts'

/** The centre that a device is enrolled with, and what it heard of it. */
export type KeptCentre = {
  /** Where it was found, as it was given. */
  readonly url: string
  /** Its key of grants as it was at enrolment, 64 hexadecimal digits; no other is believed. */
  readonly grantKey: string
  /** Port of its front door, as it last said. */
  readonly mqttPort: number
  /** Highest epoch heard of. */
  readonly epoch: number
  /** How devices come back, and frames of a block, as it last said. */
  readonly spreadS: number
  readonly framesPerBlock: number
  /** The sleeper's key that it knows, 64 hexadecimal digits; left out where it knows none. */
  readonly sleeperKey?: string
}

/** More devices than this on one machine are not looked for. */
const MOST_SIBLINGS = 64
const HEX_64 = /^[0-9a-f]{64}$/

/**
 * What makes a device the same one after a restart: its name and key, the number of its starts, the
 * centre it is enrolled with, what waits for that, its releases. For the owner of the machine only
 * to read. One program at a time: a second finds the next folder, and is another device.
 */
export class DeviceFolder {
  readonly path: string
  readonly device: DeviceId
  readonly key: DeviceKey
  /** Number of this start. */
  readonly boot: number
  /** True when another program has the folder that was asked for. */
  readonly isSibling: boolean
  readonly #lock: FolderLock
  #centre: KeptCentre | undefined

  private constructor(
    path: string,
    isSibling: boolean,
    { device, ...key }: KeptKey,
    lock: FolderLock,
  ) {
    this.path = path
    this.isSibling = isSibling
    this.device = device
    this.key = key
    this.#lock = lock
    this.#centre = centreOf(readJson(join(path, 'centre.json')))
    this.boot = nextBoot(path)
  }

  /**
   * Opens the folder of a device, made when it is not there, or the next one (`path-2`, `path-3`,
   * …) that no other program has. Rejects with the system's error, and where a key is damaged: a
   * new one would be another device.
   */
  static async open(path: string): Promise<DeviceFolder> {
    for (let k = 1; k <= MOST_SIBLINGS; k++) {
      const folder = k === 1 ? path : `${path}-${k}`
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      const lock = await lockFolder(folder)
      if (lock === undefined) continue
      return new DeviceFolder(folder, k > 1, await keyOf(folder), lock)
    }
    throw new Error(`${path}: ${MOST_SIBLINGS} devices run on this machine`)
  }

  get centre(): KeptCentre | undefined {
    return this.#centre
  }

  /** Keeps what is known of the centre, on the medium before it returns. Rule F23. */
  keepCentre(centre: KeptCentre): void {
    writeWholeNow(join(this.path, 'centre.json'), `${JSON.stringify(centre)}\n`)
    this.#centre = centre
  }

  /** What waits for the centre. */
  backlog(): BacklogFile {
    return new BacklogFile(join(this.path, 'backlog.log'))
  }

  /** Where its releases lie. */
  get files(): ShelfFiles {
    const at = (name: string): string => join(this.path, 'releases', name)
    return {
      read: async (name) => {
        const bytes = readBytes(at(name))
        return bytes && new Uint8Array(bytes)
      },
      write: async (name, bytes) => {
        mkdirSync(dirname(at(name)), { recursive: true, mode: 0o700 })
        writeWholeNow(at(name), bytes)
      },
    }
  }

  /** Lets another program have the folder. */
  close(): Promise<void> {
    return this.#lock.close()
  }
}

/** The devices of a machine: the folder at a path and those beside it, with their names. */
export function keptDevices(path: string): { readonly path: string; readonly device: string }[] {
  return Array.from({ length: MOST_SIBLINGS }, (_, k) =>
    k === 0 ? path : `${path}-${k + 1}`,
  ).flatMap((folder) => {
    const { device } = readJson(join(folder, 'key.json'))
    return typeof device === 'string' ? [{ path: folder, device }] : []
  })
}

type KeptKey = DeviceKey & { readonly device: DeviceId }

async function keyOf(folder: string): Promise<KeptKey> {
  const path = join(folder, 'key.json')
  const kept = readBytes(path)
  if (kept === undefined) {
    const { seed, publicKey } = await newDeviceKey()
    const device = `bed-${randomBytes(4).toString('hex')}`
    writeWholeNow(path, `${JSON.stringify({ kind: 'ed25519', device, seed, publicKey })}\n`)
    return { device: device as DeviceId, seed, publicKey }
  }
  const { device, seed, publicKey } = readJson(path) as Record<string, unknown>
  const named = readDeviceId(String(device))
  const isKey = HEX_64.test(String(seed)) && HEX_64.test(String(publicKey))
  if (named.ok && isKey) {
    return { device: named.value, seed: String(seed), publicKey: String(publicKey) }
  }
  throw new Error(`${path}: got a damaged file, expected the device's key`)
}

/**
 * The number of this start, above all before, on the medium before anything is sent under it. Where
 * it was lost, the time in s: above what a device that counted its starts can have reached.
 */
function nextBoot(folder: string): number {
  const path = join(folder, 'boot.json')
  const { boot } = readJson(path) as { readonly boot?: unknown }
  const isCounted = Number.isSafeInteger(boot) && Number(boot) >= 0
  const isNew =
    readBytes(path) === undefined && readBytes(join(folder, 'backlog.log')) === undefined
  const next = isCounted ? Number(boot) + 1 : isNew ? 1 : Math.floor(Date.now() / 1000)
  writeWholeNow(path, `${JSON.stringify({ boot: next })}\n`)
  return next
}

function centreOf(value: Record<string, unknown>): KeptCentre | undefined {
  const { url, grantKey, mqttPort, epoch, spreadS, framesPerBlock, sleeperKey } = value
  const numbers = [mqttPort, epoch, spreadS, framesPerBlock]
  const isOne = typeof url === 'string' && HEX_64.test(String(grantKey))
  if (!isOne || !numbers.every((each) => Number.isSafeInteger(each))) return undefined
  const key = HEX_64.test(String(sleeperKey)) ? { sleeperKey } : {}
  return { url, grantKey, mqttPort, epoch, spreadS, framesPerBlock, ...key } as KeptCentre
}

/** A small file of JSON as an object; empty where there is none, or where it is damaged. */
function readJson(path: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(readBytes(path)?.toString('utf8') ?? '')
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

function readBytes(path: string): Buffer | undefined {
  try {
    return readFileSync(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
