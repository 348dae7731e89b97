import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { bytesSource } from '../../signal/source.ts'
import { BOX_VERSION } from './frame.ts'
import { boxParts } from './parts.ts'
import type { BoxRecord } from './record.ts'
import { recordsOf, verifyBox } from './verify.ts'
import { BoxWriter } from './writer.ts'

const CHAIN = '81435a1ccdaf82524520cb6d26c6c6f973665a026472f46a39be8b63dbb62207'
/** Made once by the writer of version 1 from six seconds of a made-up sleeper, and never again. */
const BYTES = new Uint8Array(readFileSync(new URL('golden/version-1.box', import.meta.url)))

async function records(bytes: Uint8Array): Promise<BoxRecord[]> {
  const read: BoxRecord[] = []
  for await (const part of boxParts([bytesSource(bytes)])) {
    if (part.kind === 'block') read.push(...recordsOf(part)!)
  }
  return read
}

describe('A box of version 1', () => {
  it('says its version in bytes 12 and 13, and this code writes no other', () => {
    expect([BYTES[12], BYTES[13]]).toEqual([1, 0])
    expect(BOX_VERSION).toBe(1)
  })

  it('is read whole for as long as boxes are kept', async () => {
    const summary = await verifyBox([bytesSource(BYTES)])
    expect(summary).toMatchObject({
      ok: true,
      value: {
        ...{ ok: true, ended: true, sealed: true, torn: 0, blocks: 8 },
        ...{ timeZone: 'Europe/Berlin', releases: ['nocturne 0.1.0'], consents: ['rehearsal'] },
        chain: CHAIN,
      },
    })
    const [night, sealed, ...more] = await records(BYTES)
    expect(night).toMatchObject({ kind: 'night', header: { montage: { rateHz: 256 } } })
    expect(sealed).toEqual({ kind: 'sealed', bytes: new Uint8Array(64).fill(0x5a) })
    expect(more.at(-1)).toEqual({ kind: 'end', atMs: 7000 })
  })

  it('is written again with the same records from what was read', async () => {
    const read = await records(BYTES)
    const writer = new BoxWriter()
    for (const record of read) writer.append(record)
    const again = Uint8Array.from(writer.taken().flatMap(({ bytes }) => [...bytes]))
    expect(await records(again)).toEqual(read)
  })
})
