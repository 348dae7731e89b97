import type { DeskOrder } from '@nocturne/core/fleet'
import type { OrderAnswer } from './desk-seat.ts'

/** The way to partitions elsewhere. */
export type Between = {
  send(partition: number, entries: readonly Uint8Array[]): Promise<void>
  /** An order to the desk, wherever it is held: resolves to what it came to. */
  order?(operator: string, order: DeskOrder): Promise<OrderAnswer>
}
