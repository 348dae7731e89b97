import {
  type Bisection,
  type Decision,
  gatesOf,
  type NightHeader,
  nightClock,
  type ParameterChange,
  type Release,
  type Replay,
  short,
} from '@nocturne/core/night'
import type { ReleaseFile } from './release-files.ts'

/** What came of running a night again, for a person. */
export function replayText(
  header: NightHeader,
  result: Replay,
  changes: readonly ParameterChange[],
): string {
  const { identical, decisions, differences, inputs, firstDifference, damage } = result
  const isUnsigned = firstDifference?.field === 'consent.verified'
  const lines = [
    identical
      ? `identical: ${decisions} decisions over ${inputs} inputs came again to the last bit`
      : `different: ${differences} decisions, events or consents, where ${decisions} decisions were recorded`,
  ]
  if (isUnsigned) lines.push('a consent is not what its signer signed: it was altered (N10)')
  else if (!identical && result.ran === result.recorded) {
    lines.push('the release is the same: other code, or another engine, recorded this box')
  }
  if (damage) lines.push(`the box goes no further than byte ${damage.offset} (${damage.what})`)
  if (firstDifference) {
    const { atS, field, was, is } = firstDifference
    const clock = nightClock(header, atS * 1000)
    lines.push(`first at ${clock} (${atS} s): ${field} was ${value(was)}, is ${value(is)}`)
    const { was: before, is: after } = firstDifference.decisions ?? {}
    if (before) lines.push(sideText('was', result.recorded, before))
    if (after) lines.push(sideText('is', result.ran, after))
  }
  for (const change of changes) lines.push(changeText(change))
  return `${lines.join('\n')}\n`
}

/** Which release of a series changed the night, for a person. */
export function bisectionText(result: Bisection, series: readonly ReleaseFile[]): string {
  const { index, release, behaviour, changes, replays } = result
  const runs = `${replays} replays`
  if (index === undefined || !release) {
    return `none of ${series.length} releases: ${behaviour} (${runs})\n`
  }
  const name = `${release.name} ${release.version} (${series[index]!.path})`
  if (index === 0) return `already in the first, ${name}: ${behaviour} (${runs})\n`
  const head = `${name}, number ${index + 1} of ${series.length}: ${behaviour} (${runs})`
  return `${[head, ...changes.map(changeText)].join('\n')}\n`
}

/** One side of a difference: its verdict, and the numbers that it hung on. */
export function sideText(side: string, release: Release, decision: Decision): string {
  const gates = gatesOf(release, decision).map(
    ({ says, value: v, unit, bound, limit, holds }) =>
      `    ${holds ? 'holds' : 'fails'}  ${says}: ${short(v)} ${unit}, ${bound} ${short(limit)}`,
  )
  const { code, rule } = decision
  const head = `  ${side} (${release.name} ${release.version}): ${code}, rule ${rule}`
  return [head, ...gates].join('\n')
}

/** A parameter that changed, and whether it makes the difference alone. */
export function changeText({ parameter, was, is, unit, alone }: ParameterChange): string {
  const guilt = alone ? 'makes the difference alone' : 'does not make it alone'
  return `  ${parameter}: ${was} -> ${is} ${unit}: ${guilt}`
}

function value(of: unknown): string {
  if (of === undefined) return 'nothing'
  if (typeof of === 'number') return Number.isNaN(of) ? 'unknown' : String(of)
  return typeof of === 'string' ? of : JSON.stringify(of)
}
