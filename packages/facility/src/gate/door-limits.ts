/** What one connection, and all of them together, may cost a front door. Rule F19 of SPEC.md. */
export type DoorLimits = {
  /** Connections that live at one time. */
  readonly mostConnections: number
  /** Connections let in, 1/s, and at once; more wait unheard. */
  readonly acceptPerS: number
  readonly acceptBurst: number
  /** Connections that wait to be let in; more are closed. */
  readonly mostWaiting: number
  /** Bytes a second that a connection may send, and at once; more wait in its own socket. */
  readonly bytesPerS: number
  readonly burstBytes: number
  /**
   * Records that wait to be durable; at more, nobody is read from, and at a quarter of it nobody
   * who has much to say.
   */
  readonly mostPending: number
  /** Time that is worked on what came before the event loop turns, ms. */
  readonly turnMs: number
}

/**
 * For a machine of two cores. A device has a frame of 60 bytes each 30 s; a night that waited is
 * 60 kB, a piece of a black box some hundred.
 */
export const DOOR_LIMITS: DoorLimits = {
  ...{ mostConnections: 100_000, acceptPerS: 1000, acceptBurst: 200, mostWaiting: 20_000 },
  ...{ bytesPerS: 32_768, burstBytes: 65_536, mostPending: 32_768, turnMs: 5 },
}

/** Bytes of a connection that are worked on in one piece. */
export const PIECE_BYTES = 8192

/** Bytes up to which a connection goes before those with more: some frames of 60 bytes. */
export const LITTLE_BYTES = 1024

/** Bytes that a connection may leave unread before it is closed. */
export const MOST_UNREAD_BYTES = 262_144
