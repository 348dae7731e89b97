import { bundled } from './bundled.ts'
import { runNode } from './measure.ts'

/**
 * How many times faster than it was lived ten minutes of a night are run again, by CPU time: the
 * box read, every byte checked and every record, the loop run anew with staging, predictors and
 * governor, and every event held against what was recorded.
 */
export async function benchReplay(): Promise<void> {
  process.stdout.write(runNode([await bundled('replay-run.ts')]).stdout)
}
