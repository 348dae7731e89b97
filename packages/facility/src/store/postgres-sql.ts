const PARTS = /'(?:[^']|'')*'|"(?:[^"]|"")*"|\?/g
/** Statements whose translation is kept. */
const MOST_KEPT = 500
const kept = new Map<string, string>()

/** A statement as PostgreSQL has it: `?` becomes `$1`, `$2` ..., but not within quotes. */
export function postgresSql(sql: string): string {
  const known = kept.get(sql)
  if (known !== undefined) return known
  let count = 0
  const made = sql.replace(PARTS, (part) => (part === '?' ? `$${++count}` : part))
  if (kept.size >= MOST_KEPT) kept.clear()
  kept.set(sql, made)
  return made
}
