import { spreadWindowS } from './spread.ts'

/** The numbers of a front door for a fleet that may come back all at once. */
export type Admission = {
  /** Connections that are let in, 1/s: what the machine's handshakes allow, and never more. */
  readonly ratePerS: number
  /** How many may come at once before the rate holds; a tenth of a second's worth. */
  readonly burst: number
  /** What devices are told to spread over, s. */
  readonly spreadS: number
  /** When 99 of 100 are back, s, at most: 1.3 times what the door alone needs. */
  readonly backWithinS: number
}

/** A door that lets in so many a second; plain JSON. */
export type TokenBucket = {
  readonly ratePerS: number
  readonly burst: number
  readonly tokens: number
  readonly atMs: number
}

/** Admission for `devices` through a door that can do `handshakesPerS`. Rule F73 of SPEC.md. */
export function admissionFor(devices: number, handshakesPerS: number): Admission {
  return {
    ratePerS: handshakesPerS,
    burst: Math.max(1, Math.floor(handshakesPerS / 10)),
    spreadS: spreadWindowS(devices, handshakesPerS),
    // Tiny fleets: waits are whole windows of at least a second.
    backWithinS: Math.max(2, (1.3 * devices) / handshakesPerS),
  }
}

/** A full bucket. */
export function tokenBucket(admission: Admission, atMs: number): TokenBucket {
  const { ratePerS, burst } = admission
  return { ratePerS, burst, tokens: burst, atMs }
}

/**
 * One more asks to be let in at `atMs`. A clock that went back adds nothing. Whoever is not
 * admitted is answered late or not at all; the back-off does the rest.
 */
export function takeToken(
  bucket: TokenBucket,
  atMs: number,
): { readonly bucket: TokenBucket; readonly admitted: boolean } {
  const passedS = Math.max(0, atMs - bucket.atMs) / 1000
  const filled = Math.min(bucket.burst, bucket.tokens + passedS * bucket.ratePerS)
  const admitted = filled >= 1
  const tokens = admitted ? filled - 1 : filled
  return { bucket: { ...bucket, tokens, atMs: Math.max(atMs, bucket.atMs) }, admitted }
}
