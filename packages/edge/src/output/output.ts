import type { Actuator, Lease, Stopper } from '@nocturne/core/night'

/** What an actuator did, as measured and not as asked. */
export type Effect = {
  readonly leaseId: string
  readonly effect: 'confirmed' | 'failed' | 'ended'
  /** One line for the log. */
  readonly text: string
}

/**
 * Something that acts on a sleeper. It carries out leases and nothing else, counts each down by
 * itself, and is silent when it runs out, whoever is dead by then.
 */
export type Output = {
  readonly name: string
  readonly actuator: Actuator
  /** Carries a lease; a lease it has or an older one changes nothing. Level in the lease's unit. */
  carry(lease: Lease, level: number): void
  /** Silent at once, and this is said to the thing itself. */
  mute(): void
  onEffect(listener: (effect: Effect) => void): void
  /** Somebody used the thing by hand: their hand wins. */
  onOverride(listener: (by: Stopper) => void): void
  close(): Promise<void>
}
