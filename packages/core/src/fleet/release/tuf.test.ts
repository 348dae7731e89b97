import { webcrypto } from 'node:crypto'
import { Metadata } from '@tufjs/models'
import { describe, expect, it } from 'vitest'
import { bundleOf, goodPlot, NOW_MS, rootSigned, signedWith } from '#test/made-up-releases.ts'
import type { UpdateBundle } from './bundle.ts'
import { isSignedByRole } from './bundle.ts'
import { documentBytes, goodSignatures, keyIdOf } from './document.ts'
import type { Document, RoleName } from './metadata.ts'
import { expiryMs, readDocument } from './read-document.ts'

const { subtle } = webcrypto
const KINDS = ['targets', 'snapshot', 'timestamp'] as const

/** What is used of TUF's classes. */
type TufDocument = {
  readonly signed: { isExpired(at: Date): boolean }
  verifyDelegate(role: string, document: TufDocument): void
}

const read = Metadata.fromJSON as unknown as (kind: string, data: unknown) => TufDocument

/** A document of ours as TUF's own classes read it. */
function tuf(kind: 'root' | (typeof KINDS)[number], bytes: Uint8Array): TufDocument {
  return read(kind, JSON.parse(new TextDecoder().decode(bytes)))
}

function isDelegated(root: TufDocument, role: string, document: TufDocument): boolean {
  try {
    root.verifyDelegate(role, document)
    return true
  } catch {
    return false
  }
}

/** What ours says of the same question. */
async function isOurs(root: Document<'root'>, role: RoleName, bytes: Uint8Array): Promise<boolean> {
  const document = readDocument(role, bytes)
  if (!document.ok) return false
  const good = await goodSignatures(subtle, [document.value], root.signed.keys)
  return isSignedByRole(root, role, document.value, good)
}

describe('the documents of a release are those of The Update Framework (F35)', () => {
  it('its own classes find the same signatures good and the same thresholds met', async () => {
    const signers = [
      [],
      ['root-1'],
      ['root-1', 'root-3'],
      ['root-1', 'thief'],
      ['root-2', 'root-3', 'root-1'],
    ]
    const signed = await rootSigned(1, { targets: ['targets', 'root-3'] }, { root: 2, targets: 2 })
    const root = await signedWith<'root'>(signed, ['root-1', 'root-2'])
    const theirs = tuf('root', documentBytes(root))
    for (const names of signers) {
      const next = documentBytes(await signedWith<'root'>(await rootSigned(2), names))
      expect(isDelegated(theirs, 'root', tuf('root', next))).toBe(await isOurs(root, 'root', next))
    }
    for (const names of [['targets'], ['root-3'], ['targets', 'root-3'], ['snapshot', 'targets']]) {
      const plot = goodPlot()
      plot.signedBy.targets = names
      const bundle: UpdateBundle = await bundleOf(plot)
      for (const kind of KINDS) {
        const found = isDelegated(theirs, kind, tuf(kind, bundle[kind]))
        expect([names, kind, found]).toEqual([names, kind, await isOurs(root, kind, bundle[kind])])
      }
    }
  })

  it('and see a changed byte as ours does, and the same key ids, pins and dates', async () => {
    const root = await signedWith<'root'>(await rootSigned(), ['root-1', 'root-2'])
    const theirs = tuf('root', documentBytes(root))
    const bundle = await bundleOf(goodPlot())
    const text = new TextDecoder().decode(bundle.targets)
    const changed = new TextEncoder().encode(text.replace('"release":2', '"release":3'))
    expect(isDelegated(theirs, 'targets', tuf('targets', changed))).toBe(false)
    expect(await isOurs(root, 'targets', changed)).toBe(false)
    for (const [keyid, key] of Object.entries(root.signed.keys)) expect(keyIdOf(key)).toBe(keyid)
    const timestamp = tuf('timestamp', bundle.timestamp).signed
    const pin = timestamp as unknown as { snapshotMeta: { verify(bytes: Uint8Array): void } }
    expect(() => pin.snapshotMeta.verify(bundle.snapshot)).not.toThrow()
    expect(() => pin.snapshotMeta.verify(bundle.targets)).toThrow()
    const own = readDocument('timestamp', bundle.timestamp)
    if (!own.ok) throw new Error('not read')
    for (const atMs of [NOW_MS, expiryMs(own.value) - 1, expiryMs(own.value)]) {
      expect(timestamp.isExpired(new Date(atMs))).toBe(!(expiryMs(own.value) > atMs))
    }
  })
})
