import type { Mode } from '../../night/governor/mode.ts'
import type { DeviceSelf, NewFrames } from '../session/device-words.ts'
import { frameOfSleeper, stageOfSleeper } from './sleeper.ts'

/**
 * What of a device is in its frames; `restlessness` is how many times as many arousals as usual.
 */
type FramedDevice = {
  readonly index: number
  readonly mode: Mode
  readonly self: DeviceSelf
  readonly nowS: number
  readonly restlessness: number
}

/** The frame of a device at a true time, ms, in a simulation that began at a Unix time, ms. */
export function frameOf(device: FramedDevice, trueMs: number, wallMs: number): NewFrames {
  const { mode, self, nowS, index, restlessness } = device
  const atS = trueMs / 1000
  return {
    ...{ startS: nowS, wallOffsetS: Math.round(wallMs / 1000 + atS - nowS), mode },
    ...{ consent: self.consent, release: self.release, stepsDs: new Uint16Array(1) },
    asleep: stageOfSleeper(index, atS) > 0,
    values: frameOfSleeper(index, atS, restlessness),
  }
}
