import type { Decision } from '../loop/decision.ts'
import type { LoopEvent } from '../loop/event.ts'

/** Where two values part: the path of the field, and what it is on each side. */
export type FieldDifference = {
  readonly field: string
  readonly was: unknown
  readonly is: unknown
}

/** Fields of a decision in the order in which they say most. */
const DECISION_FIELDS = ['code', 'allowed', 'rule', 'want', 'saw', 'atMs', 'sample'] as const

/**
 * The first field in which two plain values differ, or undefined when they are the same to the bit:
 * NaN is NaN, and 0 is not -0. A property that is undefined counts as absent.
 */
export function fieldDifference(
  was: unknown,
  is: unknown,
  field = '',
): FieldDifference | undefined {
  if (Object.is(was, is)) return undefined
  if (!isCompound(was) || !isCompound(is) || Array.isArray(was) !== Array.isArray(is)) {
    return { field, was, is }
  }
  const before = was as Record<string, unknown>
  const after = is as Record<string, unknown>
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const path = field === '' ? key : `${field}.${key}`
    const found = fieldDifference(before[key], after[key], path)
    if (found) return found
  }
  return undefined
}

/** Whether `fieldDifference` finds none: nearly always so, and then soon said. */
function isSame(was: unknown, is: unknown): boolean {
  if (Object.is(was, is)) return true
  if (!isCompound(was) || !isCompound(is) || Array.isArray(was) !== Array.isArray(is)) return false
  const before = was as Record<string, unknown>
  const after = is as Record<string, unknown>
  for (const key of Object.keys(before)) if (!isSame(before[key], after[key])) return false
  for (const key of Object.keys(after)) {
    if (after[key] !== undefined && !Object.hasOwn(before, key)) return false
  }
  return true
}

/** The first difference of two events; of decisions, in the field that says most. */
export function eventDifference(
  was: LoopEvent | undefined,
  is: LoopEvent | undefined,
): FieldDifference | undefined {
  if (isSame(was, is)) return undefined
  if (was?.kind === 'decision' && is?.kind === 'decision') {
    return decisionDifference(was.decision, is.decision)
  }
  if (was === undefined || is === undefined || was.kind !== is.kind) {
    return was === is ? undefined : { field: 'event', was: nameOf(was), is: nameOf(is) }
  }
  const found = fieldDifference(was, is)
  return found && { ...found, field: `${was.kind}.${found.field}` }
}

/** The first difference of two decisions, in the field that says most. */
function decisionDifference(was: Decision, is: Decision): FieldDifference | undefined {
  for (const field of DECISION_FIELDS) {
    const found = fieldDifference(was[field], is[field], `decision.${field}`)
    if (found) return found
  }
  return fieldDifference(was, is, 'decision')
}

/** A decision by its code, another event by its kind. */
function nameOf(event: LoopEvent | undefined): string | undefined {
  return event?.kind === 'decision' ? `decision ${event.decision.code}` : event?.kind
}

function isCompound(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}
