import { bytesOfHex, hmacSha256, sealedDraws } from './seal.ts'

/**
 * What a night of a trial is. `stim` and `muted` differ behind the loop alone and cannot be told
 * apart from anything the loop says; `random-phase` sounds at phases drawn at random and `off` aims
 * at nothing, which their events show.
 */
export type Arm = 'stim' | 'muted' | 'random-phase' | 'off'

/** Every arm, the one under test first. */
export const ARMS: readonly Arm[] = ['stim', 'muted', 'random-phase', 'off']

/** An arm as data for the one path that all arms take. */
export type Conduct = {
  /** What the loop aims at; the same for `stim` and `muted`. */
  readonly aim:
    | { readonly kind: 'target' }
    | { readonly kind: 'random-phase'; readonly seed: number }
    | { readonly kind: 'none' }
  /** The shell plays zeros in place of every sound. */
  readonly muted: boolean
  /** Seed of the order of windows within the night; says nothing about the arm. */
  readonly seed: number
}

/** How an arm is carried out on a night (0 is the first of the trial) under the sealed seed. */
export function conductOf(arm: Arm, seed: string, night: number): Conduct {
  const windows = sealedWord(seed, `windows ${night}`)
  if (arm === 'off') return { aim: { kind: 'none' }, muted: true, seed: windows }
  if (arm === 'random-phase') {
    const aim = { kind: 'random-phase', seed: sealedWord(seed, `phases ${night}`) } as const
    return { aim, muted: false, seed: windows }
  }
  return { aim: { kind: 'target' }, muted: arm === 'muted', seed: windows }
}

/** The arm as 32 bytes that nobody reads without the seed: what the box of the night keeps. */
export function sealedArm(arm: Arm, seed: string, night: number): Uint8Array {
  return bytesOfHex(hmacSha256(bytesOfHex(seed), `arm ${night} ${arm}`))
}

/** The arm that {@link sealedArm} hid; undefined when the bytes are of no arm of that night. */
export function openedArm(sealed: Uint8Array, seed: string, night: number): Arm | undefined {
  return ARMS.find((arm) => {
    const bytes = sealedArm(arm, seed, night)
    return bytes.length === sealed.length && bytes.every((byte, k) => byte === sealed[k])
  })
}

function sealedWord(seed: string, label: string): number {
  const draw = sealedDraws(seed, label)
  return draw(1000) * 1_000_000 + draw(1000) * 1000 + draw(1000)
}
