import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server'

const USER_PRESENT = 0x01
const USER_VERIFIED = 0x04
const ATTESTED = 0x40

/** A passkey device in software (WebAuthn level 2, ES256, no attestation), to sign in with in tests. */
export class Authenticator {
  readonly id: Buffer
  readonly #key: KeyObject
  readonly #cose: Buffer
  #counter = 0

  constructor(name: string) {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const { x, y } = publicKey.export({ format: 'jwk' }) as { x: string; y: string }
    this.#key = privateKey
    this.id = createHash('sha256').update(name).digest()
    // COSE key: {1: 2 (EC2), 3: -7 (ES256), -1: 1 (P-256), -2: x, -3: y}
    const point = (label: number, part: string): Buffer =>
      Buffer.concat([Buffer.from([label, 0x58, 32]), Buffer.from(part, 'base64url')])
    const head = Buffer.from([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01])
    this.#cose = Buffer.concat([head, point(0x21, x), point(0x22, y)])
  }

  /** Makes the passkey for a challenge of a page at `origin`. */
  make(challenge: string, origin: string, host: string): RegistrationResponseJSON {
    const length = Buffer.from([0, this.id.length])
    const key = Buffer.concat([Buffer.alloc(16), length, this.id, this.#cose])
    const data = Buffer.concat([this.#head(host, USER_PRESENT | USER_VERIFIED | ATTESTED), key])
    // {"fmt": "none", "attStmt": {}, "authData": bytes}
    const attestation = Buffer.concat([
      Buffer.from([0xa3, 0x63]),
      Buffer.from('fmt'),
      Buffer.from([0x64]),
      Buffer.from('none'),
      Buffer.from([0x67]),
      Buffer.from('attStmt'),
      Buffer.from([0xa0, 0x68]),
      Buffer.from('authData'),
      Buffer.from([0x58, data.length]),
      data,
    ])
    return {
      ...this.#credential(),
      response: {
        clientDataJSON: clientData('webauthn.create', challenge, origin).toString('base64url'),
        attestationObject: attestation.toString('base64url'),
        transports: ['internal'],
      },
    }
  }

  /** Answers a challenge to sign in; `verified: false` is a key without its finger or code. */
  answer(
    challenge: string,
    origin: string,
    host: string,
    { verified = true }: { verified?: boolean } = {},
  ): AuthenticationResponseJSON {
    this.#counter += 1
    const data = this.#head(host, USER_PRESENT | (verified ? USER_VERIFIED : 0))
    const client = clientData('webauthn.get', challenge, origin)
    const signed = Buffer.concat([data, createHash('sha256').update(client).digest()])
    return {
      ...this.#credential(),
      response: {
        clientDataJSON: client.toString('base64url'),
        authenticatorData: data.toString('base64url'),
        signature: sign('sha256', signed, this.#key).toString('base64url'),
      },
    }
  }

  #head(host: string, flags: number): Buffer {
    const counter = Buffer.alloc(4)
    counter.writeUInt32BE(this.#counter)
    return Buffer.concat([
      createHash('sha256').update(host).digest(),
      Buffer.from([flags]),
      counter,
    ])
  }

  #credential(): Pick<
    RegistrationResponseJSON,
    'id' | 'rawId' | 'type' | 'clientExtensionResults'
  > {
    const id = this.id.toString('base64url')
    return { id, rawId: id, type: 'public-key', clientExtensionResults: {} }
  }
}

function clientData(type: string, challenge: string, origin: string): Buffer {
  return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }))
}
