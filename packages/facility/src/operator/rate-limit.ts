/** How many and how fast: `burst` at once, then `perS` each second. */
export type Rate = { readonly burst: number; readonly perS: number }

/** Attempts to sign in, or to pair, from one address. */
export const SIGN_IN_RATE: Rate = { burst: 10, perS: 1 / 6 }

/** Any requests from one address. */
export const REQUEST_RATE: Rate = { burst: 200, perS: 50 }

/** Words about the switch of one person, and of all strangers of one address. */
export const SWITCH_RATE: Rate = { burst: 20, perS: 1 }

/** Most addresses that are remembered; the fullest buckets, which owe nothing, go first. */
const MOST_ADDRESSES = 10_000

/** A token bucket for each address, so that one address cannot take the others' turn. Rule F89. */
export class RateLimit {
  readonly #rate: Rate
  readonly #buckets = new Map<string, { left: number; atMs: number }>()

  constructor(rate: Rate) {
    this.#rate = rate
  }

  /** Takes one token: 0 when it was there, otherwise how long to wait for the next, s. */
  take(address: string, atMs: number): number {
    const { burst, perS } = this.#rate
    const bucket = this.#buckets.get(address) ?? this.#bucketFor(address, atMs)
    const since = Math.max(0, atMs - bucket.atMs) / 1000
    bucket.left = Math.min(burst, bucket.left + since * perS)
    bucket.atMs = atMs
    if (bucket.left < 1) return Math.ceil((1 - bucket.left) / perS)
    bucket.left -= 1
    return 0
  }

  #bucketFor(address: string, atMs: number): { left: number; atMs: number } {
    if (this.#buckets.size >= MOST_ADDRESSES) this.#sweep(atMs)
    const bucket = { left: this.#rate.burst, atMs }
    this.#buckets.set(address, bucket)
    return bucket
  }

  #sweep(atMs: number): void {
    const { burst, perS } = this.#rate
    for (const [address, { left, atMs: since }] of this.#buckets) {
      if (left + ((atMs - since) / 1000) * perS >= burst) this.#buckets.delete(address)
    }
    const oldest = this.#buckets.keys().next()
    if (this.#buckets.size >= MOST_ADDRESSES && !oldest.done) this.#buckets.delete(oldest.value)
  }
}
