import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../math/random.ts'
import { credentialBytes, readCredential, writeCredential } from './credential.ts'

const CREDENTIAL = {
  ...{ device: 'bed-0001' as never, boot: 7, atS: 1_790_000_000 },
  signature: Array.from({ length: 64 }, (_, i) => (i * 3).toString(16).padStart(2, '0')).join(''),
}

describe('a credential', () => {
  it('is the password of a connection: name, boot, time and signature, in letters (F17)', () => {
    const password = writeCredential(CREDENTIAL)
    expect(String.fromCharCode(...password)).toMatch(/^[\w-]+\.[\w-]{86}$/)
    expect(readCredential(password)).toEqual({ ok: true, value: CREDENTIAL })
    expect(credentialBytes(CREDENTIAL)).not.toEqual(credentialBytes({ ...CREDENTIAL, boot: 8 }))
  })

  it('is refused, and nothing is thrown, when a letter of it is another', () => {
    const random = seededRandom(17)
    const password = writeCredential(CREDENTIAL)
    for (let k = 0; k < 3000; k++) {
      const other = password.slice()
      other[random.integer(other.length)] = random.integer(256)
      const read = readCredential(random.integer(9) === 0 ? other.subarray(k % 200) : other)
      if (read.ok) expect(read.value).not.toBe(undefined)
    }
    for (const text of ['', '.', 'a.b', 'x'.repeat(500), `${'A'.repeat(9)}.${'A'.repeat(86)}`]) {
      expect(readCredential(new TextEncoder().encode(text)).ok).toBe(false)
    }
  })
})
