import { blockArmOf, blockOf } from './block.ts'
import { bytesOfHex, hmacSha256, sealedDraws } from './seal.ts'

/**
 * What a night of a trial is. `stim` and `muted` differ behind the loop alone and cannot be told
 * apart from anything the loop says; `random-phase` sounds at phases drawn at random and `off` aims
 * at nothing, which their events show.
 */
export type Arm = 'stim' | 'muted' | 'random-phase' | 'off'

/** Every arm, the one under test first. */
export const ARMS: readonly Arm[] = ['stim', 'muted', 'random-phase', 'off']

/** What a night of a trial is drawn to be: an arm, or blocks of sound and of muted sham in turn. */
export type NightDraw = Arm | 'blocks'

const DRAWS: readonly NightDraw[] = [...ARMS, 'blocks']

/** An arm as data for the one path that all arms take. */
export type Conduct = {
  /** What the loop aims at; the same for `stim` and `muted`. */
  readonly aim:
    | { readonly kind: 'target' }
    | { readonly kind: 'random-phase'; readonly seed: number }
    | { readonly kind: 'none' }
  /** Whether the shell plays zeros in place of a sound heard at this device time, ms. */
  mutedAt(heardMs: number): boolean
  /** Seed of the order of windows within the night; says nothing about the arm. */
  readonly seed: number
}

/**
 * How a night is carried out (0 is the first of the trial) under the sealed seed; `blockMin` is the
 * length of blocks, min, where it has them.
 */
export function conductOf(
  draw: NightDraw,
  seed: string,
  night: number,
  blockMin: number = Number.NaN,
): Conduct {
  const windows = sealedWord(seed, `windows ${night}`)
  if (draw === 'off') return { aim: { kind: 'none' }, mutedAt: always, seed: windows }
  if (draw === 'random-phase') {
    const aim = { kind: 'random-phase', seed: sealedWord(seed, `phases ${night}`) } as const
    return { aim, mutedAt: never, seed: windows }
  }
  const mutedAt =
    draw === 'blocks'
      ? (heardMs: number) => blockArmOf(seed, night, blockOf(heardMs, blockMin)) === 'muted'
      : draw === 'muted'
        ? always
        : never
  return { aim: { kind: 'target' }, mutedAt, seed: windows }
}

const always = (): boolean => true
const never = (): boolean => false

/**
 * What a night is as 32 bytes that nobody reads without the seed: what its box keeps. A night of
 * blocks has as many, and its arms are in none of them: they follow from the seed.
 */
export function sealedArm(draw: NightDraw, seed: string, night: number): Uint8Array {
  return bytesOfHex(hmacSha256(bytesOfHex(seed), `arm ${night} ${draw}`))
}

/** What {@link sealedArm} hid; undefined when the bytes are of no arm of that night. */
export function openedArm(sealed: Uint8Array, seed: string, night: number): NightDraw | undefined {
  return DRAWS.find((draw) => {
    const bytes = sealedArm(draw, seed, night)
    return bytes.length === sealed.length && bytes.every((byte, k) => byte === sealed[k])
  })
}

function sealedWord(seed: string, label: string): number {
  const draw = sealedDraws(seed, label)
  return draw(1000) * 1_000_000 + draw(1000) * 1000 + draw(1000)
}
