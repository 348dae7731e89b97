/** What a number of a frame is: its unit, its scale, and what it may be. */
export type ChannelRow = {
  /** Stored value = measured value x scale, rounded to an integer. */
  readonly scale: number
  readonly unit: string
  readonly from: number
  readonly to: number
  readonly means: string
}

/** The name of one of the twelve numbers of a frame. */
export type ChannelName =
  | 'stage'
  | 'heartRate'
  | 'movement'
  | 'deltaDb'
  | 'sigmaDb'
  | 'remDensity'
  | 'arousals'
  | 'vividness'
  | 'soundDb'
  | 'stimuli'
  | 'quality'
  | 'battery'

const ROWS: Readonly<Record<ChannelName, readonly [number, string, number, number, string]>> = {
  stage: [1, 'code', 0, 4, 'stage seen by the device: 0 W, 1 N1, 2 N2, 3 N3, 4 R'],
  heartRate: [10, '1/min', 20, 250, 'mean heart rate'],
  movement: [1, 'mg', 0, 4000, 'mean departure of acceleration from 1 g'],
  deltaDb: [100, 'dB', -100, 100, 'power of 0.5-4 Hz, dB re 1 uV^2'],
  sigmaDb: [100, 'dB', -100, 100, 'power of 11-16 Hz, dB re 1 uV^2'],
  remDensity: [100, '1/min', 0, 120, 'rapid eye movements, where the stage is R'],
  arousals: [10, '1/h', 0, 400, 'arousals, as a rate over the last 5 min'],
  vividness: [10, '0-10', 0, 10, 'how vivid the last dream was, as the sleeper said'],
  soundDb: [10, 'dB(A)', 0, 100, 'loudest sound of the frame at the ear, LAFmax'],
  stimuli: [10, '1/min', 0, 120, 'stimuli given'],
  quality: [1000, 'share', 0, 1, 'share of the signal that is good'],
  battery: [1000, 'share', 0, 1, 'charge of the battery'],
}

/** The twelve numbers of a frame, in their order on the wire; the order never changes. */
export const CHANNELS: Readonly<Record<ChannelName, ChannelRow>> = Object.fromEntries(
  Object.entries(ROWS).map(([name, [scale, unit, from, to, means]]) => [
    name,
    { scale, unit, from, to, means },
  ]),
) as never

/** Their names in the order on the wire. */
export const CHANNEL_NAMES: readonly ChannelName[] = Object.keys(ROWS) as ChannelName[]

/** How a missing number is stored; reading gives NaN. */
export const MISSING = -32768
