import { type Arguments, oneLine, UsageError } from './command.ts'

/**
 * Runs a night whose work says when it has begun. What fails before that, for a reason of the
 * world, is told as one line that says what it means to someone who is about to sleep: where an
 * alarm was asked for, or a box was named that may have held one, no alarm is set.
 */
export async function startedOrTold<T>(
  args: Arguments,
  work: (begun: () => void) => Promise<T>,
): Promise<T> {
  let hasBegun = false
  try {
    return await work(() => {
      hasBegun = true
    })
  } catch (error) {
    const line = oneLine(error)
    const isAwaited = args.text('wake') !== undefined || args.text('box') !== undefined
    if (hasBegun || line === undefined || !isAwaited) throw error
    throw new UsageError(`${line}; nothing was started, and no alarm is set`)
  }
}
