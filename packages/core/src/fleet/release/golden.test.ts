import { describe, expect, it } from 'vitest'
import { boxOf, toyRecords } from '#test/made-up-box.ts'
import { toyHeader, toyInputs, toyLoop } from '#test/toy-loop.ts'
import { shippedRelease } from '../../night/loop/release.ts'
import { bytesSource } from '../../signal/source.ts'
import { nightDigest } from './golden.ts'

const SOURCES = boxOf(toyRecords(toyHeader(), toyInputs(60))).map((bytes) => bytesSource(bytes))

async function digest(parameters: Record<string, number>, loop = toyLoop): Promise<string> {
  const shipped = shippedRelease()
  const release = { ...shipped, parameters: { ...shipped.parameters, ...parameters } }
  const result = await nightDigest(SOURCES, { loop, release })
  if (!result.ok) throw new Error(JSON.stringify(result.problem))
  return result.value
}

describe('the golden night of a release (F37)', () => {
  it('comes to the same digest each time, and to another under parameters that decide otherwise', async () => {
    const shipped = await digest({})
    expect(shipped).toMatch(/^[0-9a-f]{64}$/)
    expect(await digest({})).toBe(shipped)
    expect(await digest({ cueEveryS: 90 })).toBe(shipped)
    expect(await digest({ least30sDeltaUv: 12 })).not.toBe(shipped)
  })

  it('comes to another where the program computes one number otherwise', async () => {
    const broken: typeof toyLoop = {
      ...toyLoop,
      step: (state, input) => {
        const [next, events] = toyLoop.step(state, input)
        next.mean *= 1 + 2 ** -52
        return [next, events]
      },
    }
    expect(await digest({}, broken)).not.toBe(await digest({}))
  })

  it('is told when its bytes are no night', async () => {
    const result = await nightDigest([bytesSource(new Uint8Array(5))], { loop: toyLoop })
    expect(result.ok).toBe(false)
  })
})
