import type { Result } from '../../math/result.ts'
import type { Watermark } from './birth.ts'
import { MOST_FRAMES } from './frame.ts'
import { kinds, readKindMessage, writeMessage } from './message.ts'
import { incidentField, u32Field, wallField } from './names.ts'
import { type ShapeCode, whole } from './shape.ts'

/** What the centre says on `adm`: housekeeping that can neither begin nor end anything at night. */
export type Admin =
  /** All below is durable: the device may forget it. */
  | ({ readonly kind: 'watermark' } & Watermark)
  /**
   * How the device comes back after a fault: it waits up to `spreadS`, and sends frames in blocks
   * of `framesPerBlock`.
   */
  | { readonly kind: 'pace'; readonly spreadS: number; readonly framesPerBlock: number }
  /** An incident asks the sleeper for a piece of the black box; unix times, whole ms. */
  | {
      readonly kind: 'ask-piece'
      readonly incident: string
      readonly fromMs: number
      readonly toMs: number
    }

/** Longest wait before a device comes back, s: a city of a million at one box. */
const LONGEST_SPREAD_S = 7200

const LONGEST_ADMIN = 256

const KINDS = kinds<Admin>({
  watermark: { boot: u32Field, seq: u32Field },
  pace: { spreadS: whole(0, LONGEST_SPREAD_S), framesPerBlock: whole(1, MOST_FRAMES) },
  'ask-piece': { incident: incidentField, fromMs: wallField, toMs: wallField },
})

/** A word of administration as canonical JSON. */
export function encodeAdmin(admin: Admin): Uint8Array<ArrayBuffer> {
  return writeMessage(KINDS[admin.kind], admin)
}

/** Reads a word of administration; an unknown kind or field is refused. Rule F12 of SPEC.md. */
export function decodeAdmin(bytes: Uint8Array): Result<Admin, ShapeCode> {
  return readKindMessage(KINDS, bytes, LONGEST_ADMIN, 'adm')
}
