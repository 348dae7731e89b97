import { fail, ok, type Result } from '../../math/result.ts'
import { completed, type DeviceEntry } from './device-entry.ts'
import type { PartitionState } from './partition-state.ts'
import { emptySlots, freeSlot, type PersonPart, personOf, putPerson } from './person-slots.ts'
import { type PlainCode, plainText, readPlainText } from './plain-text.ts'
import { readPartition, writePartition } from './snapshot.ts'

/** All that a partition's state has of one device, as text; its slot among the models is beside it. */
export type DevicePart = {
  readonly device: string
  /** -1 = none. */
  readonly slot: number
  readonly text: string
}

/** A partition's state in pieces: `rest` names nobody, so that each device's part can be sealed. */
export type PartitionParts = { readonly rest: string; readonly parts: readonly DevicePart[] }

/** A part that was read, or of one who was erased since: only that there was one is known. */
export type KeptPart = Pick<DevicePart, 'slot'> & { readonly text: string | undefined }

type Part = { readonly entry: DeviceEntry; readonly person: PersonPart | null }

/** Writes a state in pieces. */
export function writeParts(state: PartitionState): PartitionParts {
  const { devices, slots } = state
  const rest = writePartition({ ...state, devices: new Map(), slots: emptySlots(slots) })
  const parts = [...devices.values()].map((entry) => {
    const { device, slot } = entry
    const person = slot < 0 ? null : personOf(slots, slot)
    return { device, slot, text: plainText({ entry, person } satisfies Part) }
  })
  return { rest, parts }
}

/**
 * The state that {@link writeParts} wrote, the same to the bit; without a part it is as if its
 * device had been erased then.
 */
export function readParts(
  rest: string,
  parts: readonly KeptPart[],
): Result<PartitionState, PlainCode> {
  const read = readPartition(rest)
  if (!read.ok) return read
  const { devices, slots } = read.value
  for (const { slot, text } of parts) {
    if (text === undefined) {
      freeSlot(slots, slot)
      continue
    }
    const part = readPlainText(text)
    if (!part.ok) return part
    const { entry, person } = part.value as Part
    if (entry?.slot !== slot || (person === null) !== slot < 0) {
      return fail('PLAIN_TEXT', 'part', 'another', 'a part that was written')
    }
    devices.set(entry.device, completed(entry))
    if (person !== null) putPerson(slots, slot, person)
  }
  return ok(read.value)
}
