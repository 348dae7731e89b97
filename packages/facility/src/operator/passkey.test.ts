import { describe, expect, it } from 'vitest'
import { Authenticator } from '#test/authenticator.ts'
import { type Passkey, PasskeyDesk } from './passkey.ts'

const ORIGIN = 'https://centre.example'
const HOST = 'centre.example'

async function enrolled(): Promise<{ desk: PasskeyDesk; key: Authenticator; passkey: Passkey }> {
  const desk = new PasskeyDesk({ host: HOST, origin: ORIGIN })
  const key = new Authenticator('mira')
  const { challenge } = await desk.invite('mira', 0)
  const made = await desk.welcome('mira', key.make(challenge, ORIGIN, HOST), 1000)
  if (!made.ok) throw new Error(made.problem.got)
  return { desk, key, passkey: made.value }
}

describe('a passkey', () => {
  it('is made once and signs in, and its counter goes on', async () => {
    const { desk, key, passkey } = await enrolled()
    const { challenge } = await desk.challenge(2000)
    const seen = await desk.check(key.answer(challenge, ORIGIN, HOST), passkey, 3000)
    expect(seen.ok && seen.value).toMatchObject({ operator: 'mira', counter: 1 })
  })

  it('is refused with an old challenge, a used one, or one that was never made', async () => {
    const { desk, key, passkey } = await enrolled()
    const late = await desk.challenge(0)
    const used = await desk.challenge(1_000_000)
    expect(
      (await desk.check(key.answer(used.challenge, ORIGIN, HOST), passkey, 1_000_001)).ok,
    ).toBe(true)
    for (const challenge of [late.challenge, used.challenge, 'AAAA']) {
      const seen = await desk.check(key.answer(challenge, ORIGIN, HOST), passkey, 1_000_002)
      expect(!seen.ok && seen.problem.code).toBe('PASSKEY_REFUSED')
    }
  })

  it('is refused from another page, without its finger or code, or by another key', async () => {
    const { desk, key, passkey } = await enrolled()
    const word = async (): Promise<string> => (await desk.challenge(0)).challenge
    const answers = [
      key.answer(await word(), 'https://evil.example', HOST),
      key.answer(await word(), ORIGIN, 'evil.example'),
      key.answer(await word(), ORIGIN, HOST, { verified: false }),
      new Authenticator('mira').answer(await word(), ORIGIN, HOST),
    ]
    for (const answer of answers) {
      const seen = await desk.check(answer, passkey, 1)
      expect(!seen.ok && seen.problem.code).toBe('PASSKEY_REFUSED')
    }
    const stranger = await desk.check(key.answer(await word(), ORIGIN, HOST), undefined, 1)
    expect(!stranger.ok && stranger.problem.code).toBe('PASSKEY_UNKNOWN')
  })

  it('made for one person is not taken for another', async () => {
    const desk = new PasskeyDesk({ host: HOST, origin: ORIGIN })
    const { challenge } = await desk.invite('mira', 0)
    const made = new Authenticator('x').make(challenge, ORIGIN, HOST)
    const taken = await desk.welcome('ren', made, 1)
    expect(!taken.ok && taken.problem.code).toBe('PASSKEY_REFUSED')
  })
})
