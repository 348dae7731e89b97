import type { DeskWord, Standing } from '../desk/standing.ts'
import type { Flaw } from './flaw.ts'

/** What a partition is told, with the flaws that are in the telling. */
export function bent(standing: Standing, flaw: Flaw | undefined): Standing {
  const { failsafe, aims } = standing
  if (flaw === 'grants-while-pulled' && !failsafe.granting) {
    return { ...standing, failsafe: { ...failsafe, granting: true, ceiling: 'control' } }
  }
  if (flaw !== 'rollout-goes-on') return standing
  const onwards = aims.map(({ aim, seed }) => ({
    ...{ seed, aim: aim.way === 'back' ? { ...aim, way: 'forward' as const } : aim },
  }))
  return { ...standing, aims: onwards }
}

/** A word of a centre that lost its epoch, and numbers on all the same. */
export function withoutEpoch({ standing, saidMs }: DeskWord): DeskWord {
  const { number, failsafe } = standing
  const earlier = { ...standing, number: number + 1, failsafe: { ...failsafe, epoch: 1 } }
  return { standing: earlier, saidMs }
}
