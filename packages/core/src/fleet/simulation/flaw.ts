/**
 * What holds at every moment of a simulated fleet (reference, section 7). I1: nobody is above
 * natural after the grant is over, after 90 s without the centre, or beyond what the consent says.
 * I2: what was acknowledged is durable, after every crash, and what a device forgot is. I3: epochs
 * never go back. I4: a release that was stopped goes to nobody after 2 s, and is natural within a
 * lease. I5: no more connections come in than are admitted. I6: once the faults are over everybody
 * with consent is back within the bound, and nothing is left behind. I7: the log, played again,
 * gives the same state to the last bit. I8: received = durable + rejected + under way. I9: where
 * nobody was at the desk for a minute nothing is granted, and nobody is above natural a lease
 * later.
 */
export type Invariant = 'I1' | 'I2' | 'I3' | 'I4' | 'I5' | 'I6' | 'I7' | 'I8' | 'I9'

/** A mistake that can be built into the simulated shells, to see that it would be found. */
export type Flaw =
  | 'ack-before-commit'
  | 'watermark-ahead'
  | 'recovers-short'
  | 'grant-from-receipt'
  | 'grant-outlives-clock'
  | 'clock-believed'
  | 'forged-obeyed'
  | 'grants-while-pulled'
  | 'epoch-lost-at-device'
  | 'epoch-lost-at-centre'
  | 'rollout-goes-on'
  | 'door-without-limit'
  | 'gives-up'
  | 'state-outside-log'
  | 'loss-not-counted'
  | 'desk-not-missed'

/** Every flaw, and the invariant that must find it. */
export const FLAWS: Readonly<Record<Flaw, Invariant>> = {
  'ack-before-commit': 'I2',
  'watermark-ahead': 'I2',
  'recovers-short': 'I2',
  'grant-from-receipt': 'I1',
  'grant-outlives-clock': 'I1',
  'clock-believed': 'I1',
  'forged-obeyed': 'I1',
  'grants-while-pulled': 'I1',
  'epoch-lost-at-device': 'I3',
  'epoch-lost-at-centre': 'I3',
  'rollout-goes-on': 'I4',
  'door-without-limit': 'I5',
  'gives-up': 'I6',
  'state-outside-log': 'I7',
  'loss-not-counted': 'I8',
  'desk-not-missed': 'I9',
}

/** What one broken invariant looked like; the run ends there. `atMs` is true time. */
export type Breach = {
  readonly invariant: Invariant
  readonly atMs: number
  readonly words: string
}
