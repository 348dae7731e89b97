import { expect, it } from 'vitest'
import { base64, bytesOfBase64 } from './base64.ts'

it('base64 is that of the platform, and comes back', () => {
  for (let n = 0; n < 70; n++) {
    const bytes = Uint8Array.from({ length: n }, (_, i) => (i * 151 + n) & 255)
    expect(base64(bytes)).toBe(Buffer.from(bytes).toString('base64'))
    expect(bytesOfBase64(base64(bytes))).toEqual(bytes)
  }
})

it('a text with other letters is a programmer’s mistake', () => {
  for (const text of ['AQI!', 'A=ID', 'AQ\u20acD']) {
    expect(() => bytesOfBase64(text)).toThrow('base64 letter')
  }
})
