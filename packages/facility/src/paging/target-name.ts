import { createHash } from 'node:crypto'

/** The name of a target: of its address without telling it, since it may hold a password. */
export function targetName(url: string): string {
  return createHash('sha256').update(url).digest('hex').slice(0, 12)
}
