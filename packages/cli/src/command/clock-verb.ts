import type { Command } from '../command.ts'

/**
 * One verb of `nocturne clock`, a command in itself: `positionals` counts what follows the verb,
 * and `usage` begins with it.
 */
export type ClockVerb = Omit<Command, 'summary'>
