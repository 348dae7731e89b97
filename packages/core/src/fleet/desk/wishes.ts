import { type FollowInput, followerStep, NAMING_CLOCK_MS, startFollow } from '../incident/follow.ts'
import type { DeviceEntry } from './device-entry.ts'
import type { Outbox } from './outbox.ts'
import type { PartitionRecord, PartitionWish } from './partition-record.ts'
import { askPiece, endAsk } from './pieces.ts'

type NamingInput = Extract<PartitionWish, { kind: 'follow' }>['input']
type Wished = Extract<PartitionRecord, { kind: PartitionWish['kind'] }>

/** What an operator, a sleeper or the desk wants of one device. */
export function hearWish(entry: DeviceEntry, wish: Wished, out: Outbox): void {
  const { device, atMs } = wish
  entry.isDirty = true
  entry.isDue = true
  switch (wish.kind) {
    case 'staff':
      entry.isStaff = wish.isStaff
      return
    case 'revoke':
      entry.isRevoked = wish.isRevoked
      if (wish.isRevoked) out.add({ kind: 'drop', device })
      return
    case 'ask-piece': {
      const { incident, fromMs, toMs } = wish
      askPiece(entry, { incident, fromMs, toMs, askedMs: atMs }, out)
      return
    }
    case 'answer': {
      const { incident, granted } = wish
      endAsk(entry, (ask) => ask.incident === incident)
      out.tell({ kind: 'answer', incident, device, granted })
      return
    }
    case 'piece': {
      const { incident, digest } = wish
      out.tell({ kind: 'piece', incident, device, digest })
      return
    }
    case 'follow':
      follow(entry, { ...timed(wish.input, atMs), atMs }, out)
      if (entry.night.sinceMs >= 0 && entry.follow?.isNight === false) {
        follow(entry, { kind: 'night', atMs, begins: true }, out)
      }
      return
  }
}

/** A naming that an older program put in the log was given when it came. */
function timed(input: NamingInput, atMs: number): NamingInput {
  if (input.kind !== 'named' || input.naming.givenMs !== undefined) return input
  return { ...input, naming: { ...input.naming, givenMs: atMs } }
}

/** The followers of a device hear of something; nothing when there are none to be told. */
export function follow(entry: DeviceEntry, input: FollowInput, out: Outbox): void {
  const isNaming = input.kind === 'named' || input.kind === 'unnamed'
  if (!isNaming && (entry.follow === null || entry.follow.followers.length === 0)) return
  // A naming is of this enrolment: what was ended in an earlier one stays so.
  const before = entry.follow ?? startFollow(entry.device, entry.enrolledMs - NAMING_CLOCK_MS)
  const { state, effects } = followerStep(before, input)
  entry.follow = state
  for (const effect of effects) out.add({ kind: 'follower', effect })
}
