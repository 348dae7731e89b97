import { describe, expect, it } from 'vitest'
import { boxOf, toyRecords } from '#test/made-up-box.ts'
import { toyHeader, toyInputs, toyLoop } from '#test/toy-loop.ts'
import { shippedRelease } from '../../night/loop/release.ts'
import { bytesSource } from '../../signal/source.ts'
import {
  COUNTERFACTUAL_LIMITS,
  counterfactual,
  type NightCounterfactual,
  nightUnder,
} from './counterfactual.ts'

const BOX = boxOf(toyRecords(toyHeader(), toyInputs(120))).map((bytes) => bytesSource(bytes))

async function under(parameters: Record<string, number>): Promise<NightCounterfactual> {
  const shipped = shippedRelease()
  const release = { ...shipped, parameters: { ...shipped.parameters, ...parameters } }
  const night = await nightUnder('toy.box', BOX, { loop: toyLoop, release })
  if (!night.ok) throw new Error(JSON.stringify(night.problem))
  return night.value
}

describe('recorded nights under a new release, before the first person has it (F40)', () => {
  it('are the same under the release that they were recorded with', async () => {
    const night = await under({})
    expect(night).toMatchObject({ decisions: 120, differences: 0, codes: [], whole: true })
    expect(night.clicks.was).toBeGreaterThan(5)
    expect(counterfactual([night], COUNTERFACTUAL_LIMITS)).toMatchObject({
      ...{ passed: true, objections: [], differences: 0 },
    })
  })

  it('tell which decisions became others, how many clicks more, and when it begins', async () => {
    const night = await under({ least30sDeltaUv: 12 })
    expect(night.differences).toBeGreaterThan(0)
    expect(night.codes[0]).toMatchObject({ is: 'NOT_DEEP' })
    expect(night.clicks.is).toBeLessThan(night.clicks.was)
    expect(night.firstAtS).toBeGreaterThan(0)
    expect(counterfactual([night, night], COUNTERFACTUAL_LIMITS)).toMatchObject({
      ...{ passed: true, differences: 2 * night.differences },
      clicks: { was: 2 * night.clicks.was, is: 2 * night.clicks.is },
    })
  })

  it('keep a release from people that clicks much more, or louder', async () => {
    const more = counterfactual([await under({ least30sDeltaUv: 0 })], COUNTERFACTUAL_LIMITS)
    expect(more.passed).toBe(false)
    expect(more.objections).toEqual([expect.stringMatching(/^clicks: \d+ instead of \d+/)])
    const louder = counterfactual([await under({ startLevelDb: 45 })], COUNTERFACTUAL_LIMITS)
    expect(louder.objections).toEqual(['toy.box: loudest 45 dB(A) instead of 40'])
  })

  it('keep it from people too when there is none, or one cannot be followed to its end', async () => {
    expect(counterfactual([], COUNTERFACTUAL_LIMITS).objections).toEqual(['no night was run'])
    const bytes = Uint8Array.from(boxOf(toyRecords(toyHeader(), toyInputs(120)))[0]!)
    bytes.fill(0, bytes.length >> 1, (bytes.length >> 1) + 40)
    const options = { loop: toyLoop, release: shippedRelease() }
    const night = await nightUnder('torn.box', [bytesSource(bytes)], options)
    if (!night.ok) throw new Error('no night')
    expect(counterfactual([night.value], COUNTERFACTUAL_LIMITS).objections).toEqual([
      'torn.box: cannot be followed to its end',
    ])
    const none = await nightUnder('none', [bytesSource(new Uint8Array(20))], options)
    expect(none.ok).toBe(false)
  })
})
