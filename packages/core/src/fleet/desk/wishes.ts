import { type FollowInput, followerStep, startFollow } from '../incident/follow.ts'
import type { DeviceEntry } from './device-entry.ts'
import type { Outbox } from './outbox.ts'
import type { PartitionRecord, PartitionWish } from './partition-record.ts'
import { askPiece, endAsk } from './pieces.ts'

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
      follow(entry, { ...wish.input, atMs }, out)
      if (entry.night.sinceMs >= 0 && entry.follow?.isNight === false) {
        follow(entry, { kind: 'night', atMs, begins: true }, out)
      }
      return
  }
}

/** The followers of a device hear of something; nothing when there are none to be told. */
export function follow(entry: DeviceEntry, input: FollowInput, out: Outbox): void {
  if (entry.follow === null && input.kind !== 'named') return
  const before = entry.follow ?? startFollow(entry.device)
  const { state, effects } = followerStep(before, input)
  entry.follow = state.followers.length === 0 ? null : state
  for (const effect of effects) out.add({ kind: 'follower', effect })
}
