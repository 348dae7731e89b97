/**
 * Stops a programmer's mistake at once, in production too. Never used on a user's data: bad data is
 * a `Result`. Throws an `Error` whose message says what was got and what was expected.
 */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(`assertion failed: ${message}`)
}
