import { describe, expect, it } from 'vitest'
import { CREDENTIAL_S } from '../../../core/src/fleet/index.ts'
import { nextSignedS } from './device-key.ts'

describe('the time of a credential', () => {
  it('is another each time, also within a second and after a clock was set back (F93)', () => {
    expect(nextSignedS(0, 1000.7)).toBe(1000)
    expect(nextSignedS(1000, 1000.9)).toBe(1001)
    expect(nextSignedS(1000, 1000 - 2 * CREDENTIAL_S)).toBe(1001)
  })

  it('is the right one again after a clock that was hours ahead was set right (F93)', () => {
    const aheadS = 50_000
    const first = nextSignedS(aheadS, 1000)
    expect(first).toBe(1000)
    expect(nextSignedS(first, 1000)).toBe(1001)
  })
})
