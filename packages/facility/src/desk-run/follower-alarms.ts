import { createHmac, timingSafeEqual } from 'node:crypto'
import type { FollowEffect, Naming } from '@nocturne/core/fleet'

/** An alarm that sounds, sounds again, or is over. */
export type AlarmTold = Extract<FollowEffect, { readonly kind: 'alarm' | 'over' }>

/**
 * What goes out to followers, to those who listen just now; whoever does not finds it by looking. A
 * follower's token is made of the sleeper's own signature: it is good as long as the naming is.
 */
export class FollowerAlarms {
  readonly #key: Uint8Array
  readonly #watchers = new Map<string, Set<(told: AlarmTold) => void>>()

  /** With the key that the centre's tokens are made of: the same on all its machines. */
  constructor(key: Uint8Array) {
    this.#key = key
  }

  /** The token of a follower: 43 letters. */
  tokenOf({ signature }: Naming): string {
    return createHmac('sha256', this.#key).update(signature).digest('base64url')
  }

  /** Whether it is that follower's. */
  isTokenOf(token: string, naming: Naming): boolean {
    const [said, own] = [Buffer.from(token), Buffer.from(this.tokenOf(naming))]
    return said.length === own.length && timingSafeEqual(said, own)
  }

  /** Passes on what a followed night has to say. */
  hear(effect: FollowEffect): void {
    if (effect.kind === 'refused') return
    for (const watcher of this.#watchers.get(keyOf(effect)) ?? []) watcher(effect)
  }

  /** Calls back for every alarm of a follower; the answer ends it. */
  watch(device: string, follower: string, told: (alarm: AlarmTold) => void): () => void {
    const key = keyOf({ device, follower })
    const watchers = this.#watchers.get(key) ?? new Set()
    this.#watchers.set(key, watchers.add(told))
    return () => {
      watchers.delete(told)
      if (watchers.size === 0) this.#watchers.delete(key)
    }
  }
}

function keyOf({
  device,
  follower,
}: {
  readonly device: string
  readonly follower: string
}): string {
  return `${device} ${follower}`
}
