import type { Held, Watermark } from '../telemetry/birth.ts'

/** Numbers of one boot in a row that are durable; `toSeq` is not counted. */
export type Stretch = { readonly boot: number; readonly fromSeq: number; readonly toSeq: number }

/** What of a device's keys is durable: all below the mark, and stretches beyond it, in order. */
export type Durable = {
  boot: number
  seq: number
  ahead: Stretch[]
  /** What the device, at its last birth, said that it holds of earlier boots than its own. */
  held: readonly Held[]
}

/** Stretches beyond the mark that are kept; what comes then is taken when it comes again. */
const MOST_AHEAD = 64

/** Nothing heard of. */
export function nothingDurable(): Durable {
  return { boot: 0, seq: 0, ahead: [], held: [] }
}

/** Where the mark stands. */
export function markOf({ boot, seq }: Durable): Watermark {
  return { boot, seq }
}

/**
 * A stretch more is durable, and the mark moves over all that is. `known` when all of it was
 * before; `full` when it cannot be kept in mind: it counts as not heard, and a device sends again
 * all that is above the mark. Rules F15 and F16 of SPEC.md. Changes `durable`.
 */
export function noteDurable(durable: Durable, stretch: Stretch, boot: number): NotedStretch {
  const { fromSeq, toSeq } = stretch
  if (!isBefore(durable, stretch.boot, toSeq)) return 'known'
  if (durable.ahead.length === 0 && durable.boot === stretch.boot && durable.seq >= fromSeq) {
    durable.seq = toSeq
    if (durable.held.length > 0) settle(durable, boot)
    return 'new'
  }
  const isKnown = (one: Stretch): boolean =>
    one.boot === stretch.boot && one.fromSeq <= fromSeq && toSeq <= one.toSeq
  if (durable.ahead.some(isKnown)) return 'known'
  add(durable, stretch)
  settle(durable, boot)
  if (durable.ahead.length <= MOST_AHEAD) return 'new'
  // The last is the farthest; whether it is the one that came or not, it comes again.
  const dropped = durable.ahead.pop()!
  return dropped.boot === stretch.boot && dropped.fromSeq === fromSeq ? 'full' : 'new'
}

/** Whether a stretch was new. */
export type NotedStretch = 'new' | 'known' | 'full'

/**
 * A birth of `boot`: what earlier boots hold no more never comes, so that the mark moves over it.
 * Changes `durable`.
 */
export function noteBirth(durable: Durable, held: readonly Held[], boot: number): void {
  const own = held.find((each) => each.boot === boot)
  durable.held = held
  settle(durable, boot)
  // Numbers of this boot that the device holds no more and that never came will not come.
  if (own !== undefined && durable.boot === boot && isBefore(durable, boot, own.fromSeq)) {
    durable.seq = own.fromSeq
    settle(durable, boot)
  }
}

function settle(durable: Durable, boot: number): void {
  for (;;) {
    const next = durable.ahead[0]
    if (next !== undefined && !isBefore(durable, next.boot, next.fromSeq)) {
      if (isBefore(durable, next.boot, next.toSeq)) {
        durable.boot = next.boot
        durable.seq = next.toSeq
      }
      durable.ahead.shift()
    } else if (!overGap(durable, boot)) {
      if (durable.boot >= boot) durable.held = []
      return
    }
  }
}

/** To the next key that may still come, when it is of a later boot or beyond what is lost. */
function overGap(durable: Durable, boot: number): boolean {
  if (durable.boot >= boot) return false
  const next = durable.held.find((each) => isBefore(durable, each.boot, each.toSeq + 1))
  if (next === undefined || next.boot >= boot) {
    durable.seq = next?.boot === boot ? next.fromSeq : 0
    durable.boot = boot
    return true
  }
  if (!isBefore(durable, next.boot, next.fromSeq)) return false
  durable.boot = next.boot
  durable.seq = next.fromSeq
  return true
}

function add(durable: Durable, stretch: Stretch): void {
  const { ahead } = durable
  const last = ahead.at(-1)
  if (last?.boot === stretch.boot && last.toSeq === stretch.fromSeq) {
    ahead[ahead.length - 1] = { ...last, toSeq: stretch.toSeq }
    return
  }
  ahead.push(stretch)
  ahead.sort((a, b) => a.boot - b.boot || a.fromSeq - b.fromSeq)
}

function isBefore(mark: Watermark, boot: number, seq: number): boolean {
  return mark.boot < boot || (mark.boot === boot && mark.seq < seq)
}
