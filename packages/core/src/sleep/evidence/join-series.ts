import { growingSeries } from './growing-series.ts'
import type { PersonalSeries } from './personal-series.ts'

/**
 * Series of the same kind, provenance and source as one, in order of time; of samples at the same
 * moment the later file's is kept. Others stay apart.
 */
export function joinSeries(all: readonly PersonalSeries[]): PersonalSeries[] {
  const groups = new Map<string, PersonalSeries[]>()
  for (const one of all) {
    const key = `${one.kind} ${one.provenance} ${one.source}`
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [one])
    else group.push(one)
  }
  return [...groups.values()].map((group) => {
    if (group.length === 1) return group[0]!
    const { kind, provenance, source, epochS } = group[0]!
    const isRegular = group.every((one) => one.epochS === epochS)
    const joined = growingSeries({ kind, provenance, source, ...(isRegular ? { epochS } : {}) })
    for (const { timesMs, values } of group) {
      for (const [i, timeMs] of timesMs.entries()) joined.add(timeMs, values[i]!)
    }
    return joined.finish()
  })
}
