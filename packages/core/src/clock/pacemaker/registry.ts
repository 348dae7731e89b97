import { breslow13 } from './breslow13.ts'
import { forger99 } from './forger99.ts'
import { hannay19 } from './hannay19.ts'
import { hannay19TwoPopulation } from './hannay19-two-population.ts'
import { hilaire07 } from './hilaire07.ts'
import { jewett99 } from './jewett99.ts'
import type { Pacemaker, PacemakerName } from './pacemaker.ts'

type Maker = (changes?: Readonly<Record<string, number>>) => Pacemaker

const MAKERS: Readonly<Record<PacemakerName, Maker>> = {
  forger99: (changes) => forger99(changes),
  jewett99: (changes) => jewett99(changes),
  hannay19: (changes) => hannay19(changes),
  hannay19tp: (changes) => hannay19TwoPopulation(changes),
  hilaire07: (changes) => hilaire07(changes),
  breslow13: (changes) => breslow13(changes),
}

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
