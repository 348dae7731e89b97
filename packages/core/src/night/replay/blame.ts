import type { ByteSource } from '../../signal/source.ts'
import { PARAMETERS, type ParameterName, type Release } from '../loop/release.ts'
import type { RunOptions } from './loop-run.ts'
import { type Difference, replay } from './replay.ts'

/** A parameter in which two releases differ. */
export type ParameterChange = {
  readonly parameter: ParameterName
  readonly was: number
  readonly is: number
  readonly unit: string
  /** True when this change alone, all others taken back, makes the same difference. */
  readonly alone: boolean
}

/**
 * The parameters in which two releases differ, in the order of the table. One that a release of an
 * older program does not name is as shipped: a new parameter changes nothing until it is set.
 */
export function parameterChanges(was: Release, is: Release): Omit<ParameterChange, 'alone'>[] {
  const valueIn = ({ parameters }: Release, name: ParameterName): number =>
    parameters[name] ?? PARAMETERS[name].value
  const names = Object.keys(PARAMETERS) as ParameterName[]
  return names
    .map((parameter) => ({
      parameter,
      was: valueIn(was, parameter),
      is: valueIn(is, parameter),
      unit: PARAMETERS[parameter].unit,
    }))
    .filter((change) => !Object.is(change.was, change.is))
}

/** A release with one parameter of another. */
export function withParameter(release: Release, parameter: ParameterName, value: number): Release {
  return { ...release, parameters: { ...release.parameters, [parameter]: value } }
}

/**
 * Which parameters made a decision differ: the box is run again up to it once for every parameter
 * in which the releases differ, with that change alone. It is to blame alone when the same decision
 * differs then in the same field, first.
 */
export async function blame<State>(
  sources: readonly ByteSource[],
  options: RunOptions<State>,
  releases: { readonly was: Release; readonly is: Release },
  difference: Difference,
): Promise<ParameterChange[]> {
  const changes: ParameterChange[] = []
  for (const change of parameterChanges(releases.was, releases.is)) {
    const release = withParameter(releases.was, change.parameter, change.is)
    const untilMs = difference.atS * 1000
    const again = await replay(sources, { ...options, release, untilMs, stopAtFirst: true })
    const first = again.ok ? again.value.firstDifference : undefined
    const alone = first?.input === difference.input && first.field === difference.field
    changes.push({ ...change, alone })
  }
  return changes
}
