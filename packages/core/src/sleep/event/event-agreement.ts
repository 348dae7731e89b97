import type { Stretch } from './movement.ts'

/**
 * How well found events agree with a reference, event by event. Rates are 0 when nothing is there.
 */
export type EventAgreement = {
  readonly matched: number
  readonly found: number
  readonly reference: number
  /** Matched of the found, matched of the reference, and their harmonic mean, 0..1. */
  readonly precision: number
  readonly recall: number
  readonly f1: number
}

/**
 * Pairs found events with reference events, the largest overlap first and each event once. Overlap
 * is intersection over union of the two stretches and must reach `leastOverlap` (0.2 as in Warby
 * 2014 and Lacourse 2019). Both lists in any order.
 */
export function eventAgreement(
  found: readonly Stretch[],
  reference: readonly Stretch[],
  leastOverlap = 0.2,
): EventAgreement {
  const pairs: { overlap: number; i: number; j: number }[] = []
  found.forEach((a, i) => {
    reference.forEach((b, j) => {
      const overlap = overlapOf(a, b)
      if (overlap >= leastOverlap) pairs.push({ overlap, i, j })
    })
  })
  pairs.sort((a, b) => b.overlap - a.overlap || a.i - b.i || a.j - b.j)
  const used = { found: new Set<number>(), reference: new Set<number>() }
  for (const { i, j } of pairs) {
    if (used.found.has(i) || used.reference.has(j)) continue
    used.found.add(i)
    used.reference.add(j)
  }
  return pooledEventAgreement([
    { matched: used.found.size, found: found.length, reference: reference.length },
  ])
}

/** The agreement over several recordings together: counts add, rates are of the sums. */
export function pooledEventAgreement(
  parts: readonly Pick<EventAgreement, 'matched' | 'found' | 'reference'>[],
): EventAgreement {
  const sum = (key: 'matched' | 'found' | 'reference'): number =>
    parts.reduce((total, part) => total + part[key], 0)
  const [matched, found, reference] = [sum('matched'), sum('found'), sum('reference')]
  return {
    matched,
    found,
    reference,
    precision: found > 0 ? matched / found : 0,
    recall: reference > 0 ? matched / reference : 0,
    f1: found + reference > 0 ? (2 * matched) / (found + reference) : 0,
  }
}

/**
 * Several scorers' events as one list in order of time: what overlaps or touches becomes one event.
 */
export function unionOfEvents(lists: readonly (readonly Stretch[])[]): Stretch[] {
  const sorted = lists.flat().sort((a, b) => a.startS - b.startS)
  const union: Stretch[] = []
  for (const { startS, durationS } of sorted) {
    const last = union[union.length - 1]
    if (last === undefined || startS > last.startS + last.durationS) {
      union.push({ startS, durationS })
      continue
    }
    const endS = Math.max(last.startS + last.durationS, startS + durationS)
    union[union.length - 1] = { startS: last.startS, durationS: endS - last.startS }
  }
  return union
}

function overlapOf(a: Stretch, b: Stretch): number {
  const aEnd = a.startS + a.durationS
  const bEnd = b.startS + b.durationS
  const common = Math.min(aEnd, bEnd) - Math.max(a.startS, b.startS)
  return common > 0 ? common / (Math.max(aEnd, bEnd) - Math.min(a.startS, b.startS)) : 0
}
