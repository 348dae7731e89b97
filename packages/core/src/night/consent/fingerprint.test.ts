import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { isFingerprintOf, keyFingerprint } from './fingerprint.ts'

const KEY = 'ab'.repeat(32)
const OTHER = `${'ab'.repeat(31)}ac`

describe('the fingerprint of a key (N10)', () => {
  it('is the begin of a SHA-256, in five groups that can be read aloud', () => {
    const hash = createHash('sha256').update(`nocturne key 1\n${KEY}`).digest('hex')
    expect(keyFingerprint(KEY)).toBe(hash.slice(0, 20).replace(/(....)(?=.)/g, '$1-'))
    expect(keyFingerprint(OTHER)).not.toBe(keyFingerprint(KEY))
  })

  it('is taken in any case and with any gaps, and only as a whole', () => {
    const print = keyFingerprint(KEY)
    const asTyped = [print, print.toUpperCase(), print.replaceAll('-', ' '), ` ${print}\n`]
    for (const typed of asTyped) expect(isFingerprintOf(typed, KEY)).toBe(true)
    for (const typed of ['', '-', print.slice(0, -1), `${print}0`, print.slice(0, 4)]) {
      expect(isFingerprintOf(typed, KEY)).toBe(false)
    }
    expect(isFingerprintOf(print, OTHER)).toBe(false)
  })
})
