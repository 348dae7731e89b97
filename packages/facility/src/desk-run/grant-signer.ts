import {
  createPrivateKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
  sign,
  webcrypto,
} from 'node:crypto'
import { open, readFile } from 'node:fs/promises'
import { type DeviceId, encodeSignedGrant, type Grant, grantBytes } from '@nocturne/core/fleet'
import { publicKeyOf } from '@nocturne/core/night'

/** PKCS #8 around an Ed25519 seed (RFC 8410, section 7). */
const PKCS8 = '302e020100300506032b657004220420'
const SEED = /^[0-9a-f]{64}\n?$/
const OWNER_ONLY = 0o600

/**
 * The centre's Ed25519 key, kept in one file that only its owner can read, and the grants that it
 * signs; signing is done off the thread that serves the devices.
 */
export class GrantSigner {
  /** 64 hexadecimal digits: what devices keep at their enrolment. */
  readonly publicKey: string
  readonly #seed: string
  readonly #key: KeyObject

  private constructor(seed: string, key: KeyObject, publicKey: string) {
    this.#seed = seed
    this.#key = key
    this.publicKey = publicKey
  }

  /** Opens the key of a file, made when it is not there. Throws where the file holds none. */
  static async open(path: string): Promise<GrantSigner> {
    const seed = await keptKey(path)
    const der = Buffer.from(PKCS8 + seed, 'hex')
    const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
    return new GrantSigner(seed, key, await publicKeyOf(webcrypto.subtle, seed))
  }

  /** 32 bytes for another purpose: the same on all machines of a centre, and no way back. */
  keyFor(purpose: string): Uint8Array {
    return new Uint8Array(hkdfSync('sha256', Buffer.from(this.#seed, 'hex'), '', purpose, 32))
  }

  /** A grant for a device as it travels, signed. */
  sign(device: DeviceId, grant: Grant): Promise<Uint8Array> {
    return new Promise((done, failed) => {
      sign(undefined, grantBytes(device, grant), this.#key, (error, signature) => {
        if (error) failed(error)
        else done(encodeSignedGrant({ ...grant, signature: signature.toString('hex') }))
      })
    })
  }
}

/**
 * 32 secret bytes of a file, 64 hexadecimal digits, made when it is not there. Throws where the
 * file holds none.
 */
export async function keptKey(path: string, fresh: Uint8Array = randomBytes(32)): Promise<string> {
  const seed = (await readFile(path, 'utf8').catch(unlessMissing)) ?? (await newSeed(path, fresh))
  if (!SEED.test(seed)) throw new Error(`${path}: got no key, expected 64 hexadecimal digits`)
  return seed.trim()
}

async function newSeed(path: string, fresh: Uint8Array): Promise<string> {
  const seed = Buffer.from(fresh).toString('hex')
  const file = await open(path, 'wx', OWNER_ONLY)
  try {
    await file.writeFile(`${seed}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
  return seed
}

function unlessMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
  return undefined
}
