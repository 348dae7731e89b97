import {
  type PartitionState,
  readPartition,
  readParts,
  writePartition,
  writeParts,
} from '@nocturne/core/fleet'
import { describeProblem, type Result } from '@nocturne/core/math'
import type { Sealer } from '../log/sealer.ts'

/** How states of partitions are written as text, and read again. */
export type StateText = {
  write(state: PartitionState): string
  /** Throws where the text is none of ours, or cannot be opened. */
  read(partition: number, text: string): PartitionState
}

/** In the open. */
export const PLAIN_STATES: StateText = {
  write: writePartition,
  read: (partition, text) => believed(readPartition(text), partition),
}

/** The first line of a text in parts; a state in the open is JSON. */
const SEALED = 'sealed'

/**
 * What a state has of each device sealed under its key, so that it is forgotten with the key, also
 * in copies: a line `sealed`, a line for the rest, and one for each device with its slot and its
 * part in base64. Whoever's key was destroyed is left out; reading throws `SealingKeyError` where a
 * key is missing.
 */
export function sealedStates(sealer: Sealer): StateText {
  return {
    write: (state) => {
      const { rest, parts } = writeParts(state)
      const lines = parts.map(({ device, slot, text }) => {
        const sealed = sealer.seal(device, [Buffer.from(text, 'latin1')])
        if (sealed === undefined) throw new Error('got a device without a key in a state')
        return `${slot} ${Buffer.from(sealed[0]!).toString('base64')}`
      })
      return [SEALED, rest, ...lines].join('\n')
    },
    read: (partition, text) => {
      const [mark, rest, ...lines] = text.split('\n')
      if (mark !== SEALED) return PLAIN_STATES.read(partition, text)
      const parts = lines.map((line) => {
        const [slot, sealed = ''] = line.split(' ')
        const bytes = sealer.open(Buffer.from(sealed, 'base64'))
        return { slot: Number(slot), text: bytes && Buffer.from(bytes).toString('latin1') }
      })
      return believed(readParts(rest ?? '', parts), partition)
    },
  }
}

/** The value that was read. Throws where there is none. */
export function believed<Value>(read: Result<Value, string>, partition: number): Value {
  if (read.ok) return read.value
  throw new Error(`partition ${partition}: ${describeProblem(read.problem)}`)
}
