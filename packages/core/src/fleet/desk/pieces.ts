import { encodeAdmin } from '../telemetry/admin.ts'
import type { DeviceEntry, PieceAsk } from './device-entry.ts'
import type { Outbox } from './outbox.ts'

/** Asks of one device that wait; the oldest goes when there are more. */
const MOST_ASKS = 8

/** A sleeper is asked no more after so long, ms. */
export const ASK_MS: number = 7 * 86_400_000

/**
 * A sleeper is to be asked for a piece, once for each incident: what is asked already is not asked
 * again. Rule F57 of SPEC.md.
 */
export function askPiece(entry: DeviceEntry, ask: PieceAsk, out: Outbox): void {
  if (entry.asks.some(({ incident }) => incident === ask.incident)) return
  entry.asks.push(ask)
  if (entry.asks.length > MOST_ASKS) entry.asks.shift()
  entry.isDirty = true
  if (entry.isOnline) send(entry, ask, out)
}

/** At a birth the device hears again what its sleeper did not answer yet. */
export function askAgain(entry: DeviceEntry, out: Outbox): void {
  for (const ask of entry.asks) send(entry, ask, out)
}

/** The sleeper answered, or the question is a week old. */
export function endAsk(entry: DeviceEntry, isOver: (ask: PieceAsk) => boolean): void {
  const asks = entry.asks.filter((ask) => !isOver(ask))
  if (asks.length === entry.asks.length) return
  entry.asks = asks
  entry.isDirty = true
}

function send({ device }: DeviceEntry, { incident, fromMs, toMs }: PieceAsk, out: Outbox): void {
  const [from, to] = [Math.floor(fromMs), Math.floor(toMs)]
  out.send(device, 'adm', encodeAdmin({ kind: 'ask-piece', incident, fromMs: from, toMs: to }))
}
