import { assert } from '../../math/assert.ts'
import { sha256 } from '../../math/sha256.ts'

/** What decides a trial's arms, kept away from everything that sees the nights until the end. */
export type Secret = {
  /** 64 hexadecimal digits from a true source of randomness; every arm follows from it. */
  readonly seed: string
  /** 64 more, so that the commitment cannot be guessed from a list of seeds. */
  readonly salt: string
}

const BLOCK_BYTES = 64
const SECRET = /^[0-9a-f]{64}$/

/** Whether a text is the seed or the salt of a secret: 64 lower-case hexadecimal digits. */
export function isSecretText(text: unknown): text is string {
  return typeof text === 'string' && SECRET.test(text)
}

/**
 * HMAC-SHA256 of a text (its UTF-16 units must be below 128) under a key of any length, 64
 * hexadecimal digits. Sources: RFC 2104, FIPS 198-1.
 */
export function hmacSha256(key: Uint8Array, text: string): string {
  const short = key.length > BLOCK_BYTES ? bytesOfHex(sha256(key)) : key
  const [inner, outer] = [padded(short, 0x36), padded(short, 0x5c)]
  return sha256(joined(outer, bytesOfHex(sha256(joined(inner, bytesOfText(text))))))
}

/**
 * What may be shown before the end: SHA-256 of the design in words, the seed and the salt. Whoever
 * has it can check afterwards that neither the arms nor the design were changed (rule N81).
 */
export function commitmentOf(design: string, { seed, salt }: Secret): string {
  assert(SECRET.test(seed) && SECRET.test(salt), 'a secret is two times 64 hexadecimal digits')
  return sha256(bytesOfText(`nocturne-trial 1\n${design}\n${seed}\n${salt}`))
}

/**
 * Random whole numbers of a sealed seed: the k-th draw under a label is a function of both alone.
 * Each call gives a number in 0 .. n - 1, none favoured, n from 1 to 1000.
 */
export function sealedDraws(seed: string, label: string): (n: number) => number {
  const key = bytesOfHex(seed)
  let count = 0
  return (n) => {
    assert(Number.isInteger(n) && n >= 1 && n <= 1000, `draw of ${n}: 1 to 1000`)
    const limit = 0x1_0000_0000 - (0x1_0000_0000 % n)
    for (;;) {
      const word = Number.parseInt(hmacSha256(key, `${label} ${count++}`).slice(0, 8), 16)
      if (word < limit) return word % n
    }
  }
}

/** The bytes that pairs of hexadecimal digits stand for. */
export function bytesOfHex(hex: string): Uint8Array {
  assert(/^([0-9a-f]{2})*$/.test(hex), 'pairs of lower-case hexadecimal digits')
  return Uint8Array.from({ length: hex.length / 2 }, (_, k) =>
    Number.parseInt(hex.slice(2 * k, 2 * k + 2), 16),
  )
}

function bytesOfText(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => {
    const unit = letter.charCodeAt(0)
    assert(unit < 128, 'text in ASCII')
    return unit
  })
}

function padded(key: Uint8Array, mask: number): Uint8Array {
  const block = new Uint8Array(BLOCK_BYTES).fill(mask)
  for (let k = 0; k < key.length; k++) block[k]! ^= key[k]!
  return block
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const whole = new Uint8Array(a.length + b.length)
  whole.set(a)
  whole.set(b, a.length)
  return whole
}
