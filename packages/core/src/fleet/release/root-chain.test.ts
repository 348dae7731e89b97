import { webcrypto } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  bundleOf,
  deviceTrust,
  goodPlot,
  NOW_MS,
  type Plot,
  rootSigned,
  signedWith,
} from '#test/made-up-releases.ts'
import { keyIdOf } from './document.ts'
import type { Document } from './metadata.ts'
import { rootFlaw } from './root-chain.ts'
import type { DeviceTrust } from './trust.ts'
import { verifyUpdate } from './update.ts'

async function said(
  roots: Document<'root'>[],
  change: (plot: Plot) => void = () => undefined,
  device: Partial<DeviceTrust> = {},
): Promise<string> {
  const plot = { ...goodPlot(), roots }
  change(plot)
  const trust = await deviceTrust(device)
  const result = await verifyUpdate(webcrypto.subtle, trust, await bundleOf(plot), NOW_MS)
  return result.ok ? `root ${result.value.trust.root.signed.version}` : result.problem.code
}

/** A second root in which the third key gave way to another. */
const NEXT = ['root-1', 'root-2', 'thief']

describe('a new root (F35)', () => {
  it('is believed when the threshold of the old one and of its own signed it', async () => {
    const next = await rootSigned(2, { root: NEXT })
    expect(await said([await signedWith<'root'>(next, ['root-1', 'root-2'])])).toBe('root 2')
    const third = await signedWith<'root'>(await rootSigned(3, { root: NEXT }), ['root-2', 'thief'])
    const second = await signedWith<'root'>(next, ['root-1', 'root-2'])
    expect(await said([second, third])).toBe('root 3')
  })

  it('is refused with one of the three signatures, or those of the old or the new alone', async () => {
    const next = await rootSigned(2, { root: NEXT })
    for (const names of [[], ['root-1'], ['root-3', 'root-1'], ['thief', 'root-1']]) {
      expect(await said([await signedWith<'root'>(next, names)])).toBe('UPDATE_SIGNATURES')
    }
  })

  it('is refused when one is left out between, or when it is the same number again', async () => {
    for (const version of [1, 3]) {
      const next = await signedWith<'root'>(await rootSigned(version), ['root-1', 'root-2'])
      expect(await said([next])).toBe('UPDATE_VERSION')
    }
  })

  it('ends what a stolen online key ran up: versions of changed keys are counted anew', async () => {
    const names = { timestamp: ['thief'] }
    const next = await signedWith<'root'>(await rootSigned(2, names), ['root-1', 'root-2'])
    const { seen } = await deviceTrust()
    const device = { seen: { ...seen, timestamp: 2_000_000_000 } }
    const by = (plot: Plot): void => {
      plot.signedBy.timestamp = ['thief']
    }
    expect(await said([next], by, device)).toBe('root 2')
    expect(await said([next], undefined, device)).toBe('UPDATE_SIGNATURES')
    expect(await said([], undefined, device)).toBe('UPDATE_VERSION')
  })

  it('has at least two signatures, keys under their own ids, and none both online and offline', async () => {
    const made = async (
      names: Parameters<typeof rootSigned>[1],
      needs?: Parameters<typeof rootSigned>[2],
    ): Promise<Document<'root'>> => {
      return { signed: await rootSigned(2, names, needs), signatures: [] }
    }
    expect(rootFlaw(await made({}))).toBeUndefined()
    expect(rootFlaw(await made({}, { root: 1 }))).toBe('one signature makes a root')
    const both = 'a key that is both online and offline'
    expect(rootFlaw(await made({ director: ['targets'] }))).toBe(both)
    expect(rootFlaw(await made({ timestamp: ['root-2'] }))).toBe(both)
    const { signed } = await made({})
    const [[keyid, key]] = Object.entries(signed.keys) as [[string, (typeof signed.keys)[string]]]
    const double = { ...signed.keys, ['0'.repeat(64)]: key }
    expect(rootFlaw({ signed: { ...signed, keys: double }, signatures: [] })).toBe(
      'a key under an id that is not its own',
    )
    const { [keyid]: _, ...less } = signed.keys
    expect(rootFlaw({ signed: { ...signed, keys: less }, signatures: [] })).toBe(
      'a key that is missing',
    )
    expect(keyIdOf(key)).toBe(keyid)
    const flawed = await signedWith<'root'>(await rootSigned(2, {}, { root: 1 }), [
      'root-1',
      'root-2',
    ])
    expect(await said([flawed])).toBe('UPDATE_ROOT')
  })

  it('that expired is not believed', async () => {
    const signed = { ...(await rootSigned(2)), expires: '2026-11-26T00:00:00Z' }
    const next = await signedWith<'root'>(signed, ['root-1', 'root-2'])
    expect(await said([next])).toBe('UPDATE_EXPIRED')
  })
})
