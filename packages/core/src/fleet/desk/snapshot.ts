import { ok, type Result } from '../../math/result.ts'
import type { DeskState } from './desk-state.ts'
import { completed } from './device-entry.ts'
import type { PartitionState } from './partition-state.ts'
import { type PlainCode, plainText, readPlainText } from './plain-text.ts'

/** The state of a partition as text; read again and led on by the rest of the log it is the same. */
export function writePartition(state: PartitionState): string {
  return plainText(state)
}

/** The state that {@link writePartition} wrote; in an old one the desk was never heard. */
export function readPartition(text: string): Result<PartitionState, PlainCode> {
  const read = readPlainText(text)
  if (!read.ok) return read
  const state = read.value as PartitionState
  const { deskMs = -1, toldSums = '', toldMs = 0 } = state
  for (const [device, entry] of state.devices) state.devices.set(device, completed(entry))
  return ok({ ...state, deskMs, toldSums, toldMs })
}

/** The state of the desk as text. */
export function writeDesk(state: DeskState): string {
  return plainText(state)
}

/** The state that {@link writeDesk} wrote. */
export function readDesk(text: string): Result<DeskState, PlainCode> {
  const read = readPlainText(text)
  if (!read.ok) return read
  const state = read.value as DeskState
  return ok({ ...state, saidMs: state.saidMs ?? -1 })
}
