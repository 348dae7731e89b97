import { forger99 } from './forger99.ts'
import { hannay19 } from './hannay19.ts'
import { jewett99 } from './jewett99.ts'
import type { Pacemaker, PacemakerName } from './pacemaker.ts'

const MAKERS = {
  forger99: (changes?: Readonly<Record<string, number>>) => forger99(changes),
  jewett99: (changes?: Readonly<Record<string, number>>) => jewett99(changes),
  hannay19: (changes?: Readonly<Record<string, number>>) => hannay19(changes),
} as Readonly<Record<PacemakerName, (changes?: Readonly<Record<string, number>>) => Pacemaker>>

/** The clock models that are here. */
export const PACEMAKER_NAMES = Object.keys(MAKERS) as readonly PacemakerName[]

/**
 * A clock model by its name, with its published numbers or some of them changed by letter (`tau`,
 * `lightGain`). Asserts that the letters are the model's own.
 */
export function pacemakerOf(
  name: PacemakerName,
  parameters?: Readonly<Record<string, number>>,
): Pacemaker {
  return MAKERS[name](parameters)
}
