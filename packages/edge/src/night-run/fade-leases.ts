import type { Lease } from '@nocturne/core/night'

/**
 * Which leases of a fade still sound: the newest, and the one before, which sounds into it. That
 * one has no lease of its own any more (rule N26) and ends with the one that took its place.
 */
export class FadeLeases {
  #newest = ''
  #before = ''

  /** Hears of every lease that is carried. */
  carried({ id, action }: Lease): void {
    if (action !== 'fade') return
    this.#before = this.#newest
    this.#newest = id
  }

  /** The leases that end with these; with none named, all. */
  ending(leaseIds: readonly string[] | undefined): readonly string[] | undefined {
    return leaseIds?.includes(this.#newest) ? [...leaseIds, this.#before] : leaseIds
  }
}
