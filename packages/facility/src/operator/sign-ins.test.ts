import { describe, expect, it } from 'vitest'
import { RateLimit, REQUEST_RATE, SIGN_IN_RATE } from './rate-limit.ts'
import { hashOf, IDLE_MS, SIGN_IN_MS, SignIns, sameWord } from './sign-ins.ts'

const mira = { name: 'mira', role: 'operator' } as const

describe('a sign-in', () => {
  it('is known by its cookie alone, and has a word of its own against forged requests', () => {
    const signIns = new SignIns()
    const one = signIns.begin(mira, 0)
    const two = signIns.begin(mira, 0)
    expect(signIns.of(one.cookie, 1)).toMatchObject({ person: mira, csrf: one.csrf })
    expect(two.csrf).not.toBe(one.csrf)
    expect(signIns.of(hashOf(one.cookie), 1)).toBeUndefined()
  })

  it('ends after an idle hour, after a shift of twelve, and when a role changes', () => {
    const signIns = new SignIns()
    const { cookie } = signIns.begin(mira, 0)
    expect(signIns.of(cookie, IDLE_MS)).toBeUndefined()
    const busy = signIns.begin(mira, 0).cookie
    for (let t = 0; t < SIGN_IN_MS; t += IDLE_MS / 2) expect(signIns.of(busy, t)).toBeDefined()
    expect(signIns.of(busy, SIGN_IN_MS)).toBeUndefined()
    const changed = signIns.begin(mira, SIGN_IN_MS).cookie
    signIns.endAll('mira')
    expect(signIns.of(changed, SIGN_IN_MS + 1)).toBeUndefined()
  })

  it('makes room for the newest of more than a thousand by ending the idlest', () => {
    const signIns = new SignIns()
    const cookies = Array.from({ length: 1001 }, (_, i) => signIns.begin(mira, i).cookie)
    expect(signIns.of(cookies[0]!, 1001)).toBeUndefined()
    expect(signIns.of(cookies[1]!, 1001)).toBeDefined()
  })

  it('compares words of any length', () => {
    expect([sameWord('a', 'a'), sameWord('a', 'ab'), sameWord('', 'a')]).toEqual([
      true,
      false,
      false,
    ])
  })
})

describe('F89: an address that asks too much waits, and the others do not', () => {
  it('gives a burst, then the rate', () => {
    const limit = new RateLimit({ burst: 3, perS: 0.5 })
    expect([0, 0, 0, 0].map(() => limit.take('10.0.0.1', 0))).toEqual([0, 0, 0, 2])
    expect(limit.take('10.0.0.2', 0)).toBe(0)
    expect([limit.take('10.0.0.1', 2000), limit.take('10.0.0.1', 2000)]).toEqual([0, 2])
  })

  it('allows a person every try to sign in, and a guesser ten a minute', () => {
    const limit = new RateLimit(SIGN_IN_RATE)
    let tries = 0
    for (let s = 0; s < 3600; s++) if (limit.take('10.0.0.1', s * 1000) === 0) tries++
    expect(tries).toBe(SIGN_IN_RATE.burst + 599)
    expect(REQUEST_RATE.perS).toBeGreaterThan(10)
  })

  it('is not given anew by a clock that goes back', () => {
    const limit = new RateLimit({ burst: 1, perS: 1 })
    expect([limit.take('a', 5000), limit.take('a', 0), limit.take('a', 500)]).toEqual([0, 1, 1])
  })
})
