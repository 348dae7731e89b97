/** Shut down, crashed, starting, too many connections; and the class of lost connections. */
const AWAY = /^(57P0[1-3]|53300|08...)$/
const AWAY_SYSTEM =
  /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOENT|EHOSTUNREACH|ENETUNREACH|EAI_AGAIN)$/
const AWAY_WORDS = /^Connection terminated|^timeout exceeded|connection error|^Client was closed/i
const DEADLOCK = /^40(001|P01)$/

/** Whether PostgreSQL is away or went away: what was asked may be asked again. */
export function isAway(error: unknown): boolean {
  const { code, message } = error as { code?: string; message?: string }
  if (code !== undefined) return AWAY.test(code) || AWAY_SYSTEM.test(code)
  return AWAY_WORDS.test(message ?? '')
}

/** Whether two transactions stood in each other's way: nothing was done of this one. */
export function isDeadlock(error: unknown): boolean {
  return DEADLOCK.test((error as { code?: string }).code ?? '')
}
