/** What is used of WebCrypto's `SubtleCrypto`; the core is given it and has none of its own. */
export type SubtleEd25519 = {
  importKey(
    format: 'raw' | 'pkcs8',
    bytes: Uint8Array<ArrayBuffer>,
    algorithm: 'Ed25519',
    extractable: boolean,
    usages: ('sign' | 'verify')[],
  ): Promise<unknown>
  exportKey(format: 'jwk', key: never): Promise<unknown>
  sign(algorithm: 'Ed25519', key: never, bytes: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer>
  verify(
    algorithm: 'Ed25519',
    key: never,
    signature: Uint8Array<ArrayBuffer>,
    bytes: Uint8Array<ArrayBuffer>,
  ): Promise<boolean>
}

/** PKCS #8 around an Ed25519 seed (RFC 8410, section 7). */
const PKCS8 = '302e020100300506032b657004220420'

/**
 * Signs bytes with a private key, 64 hexadecimal digits (the 32-byte seed of RFC 8032): 128
 * hexadecimal digits. Rejects when the engine has no Ed25519 or the seed is none.
 */
export async function signBytes(
  subtle: SubtleEd25519,
  bytes: Uint8Array<ArrayBuffer>,
  seed: string,
): Promise<string> {
  const key = await privateKey(subtle, seed)
  return hexOf(new Uint8Array(await subtle.sign('Ed25519', key, bytes)))
}

/**
 * Whether a signature over bytes was made with the key whose public half is given. False for
 * anything that is not so, an unreadable key or signature among it; rejects only when the engine
 * has no Ed25519.
 */
export async function isSignedBy(
  subtle: SubtleEd25519,
  bytes: Uint8Array<ArrayBuffer>,
  signature: string,
  signer: string,
): Promise<boolean> {
  const [key, sign] = [bytesOf(signer, 32), bytesOf(signature, 64)]
  if (key === undefined || sign === undefined) return false
  const publicKey = await subtle.importKey('raw', key, 'Ed25519', false, ['verify'])
  return subtle.verify('Ed25519', publicKey as never, sign, bytes)
}

/**
 * The public key, 64 hexadecimal digits, that belongs to a private one. Rejects as signing does.
 */
export async function publicKeyOf(subtle: SubtleEd25519, seed: string): Promise<string> {
  const jwk = await subtle.exportKey('jwk', await privateKey(subtle, seed))
  return hexOf(fromBase64Url((jwk as { readonly x: string }).x))
}

async function privateKey(subtle: SubtleEd25519, seed: string): Promise<never> {
  const bytes = bytesOf(PKCS8 + seed, 48)
  if (bytes === undefined) throw new Error('got no private key, expected 64 hexadecimal digits')
  return (await subtle.importKey('pkcs8', bytes, 'Ed25519', true, ['sign'])) as never
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

function bytesOf(hex: string, length: number): Uint8Array<ArrayBuffer> | undefined {
  if (hex.length !== 2 * length || !/^[0-9a-f]*$/.test(hex)) return undefined
  return Uint8Array.from({ length }, (_, i) => Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16))
}

const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

function fromBase64Url(text: string): Uint8Array {
  const bytes: number[] = []
  let bits = 0
  let held = 0
  for (const letter of text) {
    held = (held << 6) | BASE64URL.indexOf(letter)
    bits += 6
    if (bits < 8) continue
    bits -= 8
    bytes.push((held >> bits) & 255)
  }
  return Uint8Array.from(bytes)
}
