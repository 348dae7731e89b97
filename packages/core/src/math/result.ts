/**
 * What went wrong, as data: a closed code, where it went wrong, and got / expected in plain words.
 */
export type Problem<Code extends string = string> = {
  readonly code: Code
  /** The place in the input: a byte offset, a line, a field's name. */
  readonly where: string
  readonly got: string
  readonly expected: string
}

/**
 * A value, or the problem that kept it from being made. A bad world is a value, never an exception.
 */
export type Result<T, Code extends string = string> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: Problem<Code> }

/** Wraps a value as a success. */
export function ok<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value }
}

/**
 * Wraps a problem as a failure: `fail('EDF_HEADER', 'byte 252', '"abc"', 'a number of signals')`.
 */
export function fail<Code extends string>(
  code: Code,
  where: string,
  got: string,
  expected: string,
): { readonly ok: false; readonly problem: Problem<Code> } {
  return { ok: false, problem: { code, where, got, expected } }
}

/**
 * One line for a person: `header byte 252: got "abc", expected a number of signals (EDF_HEADER)`.
 */
export function describeProblem(problem: Problem): string {
  return `${problem.where}: got ${problem.got}, expected ${problem.expected} (${problem.code})`
}
