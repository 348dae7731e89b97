import { fail, ok, type Result } from '../../math/result.ts'
import type { Channel } from '../../signal/recording.ts'
import type { ModelCode } from './model-code.ts'
import { EPOCH_S } from './stage.ts'

/**
 * Whether a stager can read these channels: their rates (Hz) are `enough`, which `expected` says in
 * words, and none is shorter than an epoch. `MODEL_INPUT` names the first that is not so.
 */
export function checkChannels(
  channels: readonly Channel[],
  enough: (rateHz: number) => boolean,
  expected: string,
): Result<readonly Channel[], ModelCode> {
  for (const { label, rateHz, samples } of channels) {
    const where = `channel ${label}`
    if (!enough(rateHz)) return fail('MODEL_INPUT', where, `${rateHz} Hz`, expected)
    if (samples.length < rateHz * EPOCH_S) {
      const got = `${samples.length / rateHz} s`
      return fail('MODEL_INPUT', where, got, `at least ${EPOCH_S} s`)
    }
  }
  return ok(channels)
}

/** Whole epochs that all channels have; at least one channel. */
export function wholeEpochs(channels: readonly Channel[]): number {
  const lengths = channels.map(({ samples, rateHz }) => samples.length / (rateHz * EPOCH_S))
  return Math.floor(Math.min(...lengths) + 1e-9)
}
