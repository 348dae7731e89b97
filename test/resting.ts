import { readFileSync } from 'node:fs'
import { sharedPath } from './shared.ts'

const SAMPLES = 72_000

/**
 * One of the two channels (F4-A1, CZ-A2) of six minutes of resting EEG, 200 Hz, uV: shared
 * material.
 */
export function restingChannel(channel: number): Float32Array {
  const bytes = readFileSync(sharedPath('golden/eeg/src/resting_EO_200Hz_uV_f32_chmajor.bin'))
  return new Float32Array(new Uint8Array(bytes).buffer).slice(
    channel * SAMPLES,
    (channel + 1) * SAMPLES,
  )
}
