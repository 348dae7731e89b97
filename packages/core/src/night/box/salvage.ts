import type { ByteSource } from '../../signal/source.ts'
import { boxParts } from './parts.ts'

/**
 * The bytes of a box from its start to the first place that cannot be mended, single wrong bytes
 * set right: a whole box again, its segments one after another. Nothing where no block is sound.
 */
export async function* salvagedBox(sources: readonly ByteSource[]): AsyncGenerator<Uint8Array> {
  for await (const part of boxParts(sources)) {
    if (part.kind === 'problem') return
    if (part.kind === 'damage' && part.damage.what !== 'byte') return
    if (part.kind !== 'damage') yield part.bytes
  }
}
