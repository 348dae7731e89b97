import { describe, expect, it } from 'vitest'
import { crc32 } from './crc32.ts'
import { crc32Flips } from './crc32-flip.ts'
import { seededRandom } from './random.ts'

describe('crc32Flips', () => {
  it('names the one byte that was changed, and what it was', () => {
    const random = seededRandom(11)
    for (let round = 0; round < 200; round++) {
      const bytes = Uint8Array.from({ length: 1 + random.integer(5000) }, () => random.integer(256))
      const at = random.integer(bytes.length)
      const xor = 1 + random.integer(255)
      const before = crc32(bytes)
      bytes[at] = bytes[at]! ^ xor
      expect(crc32Flips(bytes.length, before ^ crc32(bytes))).toContainEqual({ at, xor })
    }
  })

  it('names none where nothing or more than a byte was changed', () => {
    const bytes = Uint8Array.from({ length: 300 }, (_, i) => i)
    const before = crc32(bytes)
    expect(crc32Flips(bytes.length, 0)).toEqual([])
    bytes[10] = 99
    bytes[200] = 3
    expect(crc32Flips(bytes.length, before ^ crc32(bytes))).toEqual([])
  })
})
