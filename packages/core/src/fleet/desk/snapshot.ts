import { ok, type Result } from '../../math/result.ts'
import type { DeskState } from './desk-state.ts'
import type { PartitionState } from './partition-state.ts'
import { type PlainCode, plainText, readPlainText } from './plain-text.ts'

/** The state of a partition as text; read again and led on by the rest of the log it is the same. */
export function writePartition(state: PartitionState): string {
  return plainText(state)
}

/** The state that {@link writePartition} wrote. */
export function readPartition(text: string): Result<PartitionState, PlainCode> {
  const read = readPlainText(text)
  return read.ok ? ok(read.value as PartitionState) : read
}

/** The state of the desk as text. */
export function writeDesk(state: DeskState): string {
  return plainText(state)
}

/** The state that {@link writeDesk} wrote. */
export function readDesk(text: string): Result<DeskState, PlainCode> {
  const read = readPlainText(text)
  return read.ok ? ok(read.value as DeskState) : read
}
