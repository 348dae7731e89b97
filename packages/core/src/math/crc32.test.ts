import { describe, expect, it } from 'vitest'
import { crc32 } from './crc32.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

describe('crc32', () => {
  it('is that of the standard for its check text, and 0 of nothing', () => {
    expect(crc32(bytes('123456789'))).toBe(0xcbf43926)
    expect(crc32(new Uint8Array(0))).toBe(0)
  })

  it('is the same in pieces as in one', () => {
    const whole = bytes('the quick brown fox')
    for (let cut = 0; cut <= whole.length; cut++) {
      expect(crc32(whole.subarray(cut), crc32(whole.subarray(0, cut)))).toBe(crc32(whole))
    }
  })
})
