/** What a channel of the loop is for. */
export type MontageRole = 'eeg' | 'eog-left' | 'eog-right' | 'emg' | 'ecg' | 'acc'

/** One channel of the loop: uV for voltages, g for acceleration. */
export type MontageChannel = { readonly label: string; readonly role: MontageRole }

/** The channels that reach the loop, all at one rate. */
export type Montage = {
  readonly channels: readonly MontageChannel[]
  /** Whole Hz. */
  readonly rateHz: number
}

/** Index of the first channel of a role, or -1. */
export function channelOf(montage: Montage, role: MontageRole): number {
  return montage.channels.findIndex((channel) => channel.role === role)
}

/** Where left and right eye are heard: their own channels, or frontal EEG beside them. */
const BESIDE_LEFT = /^(EEG[ _:.-]*)?(AF7|F7|FP1)\b/i
const BESIDE_RIGHT = /^(EEG[ _:.-]*)?(AF8|F8|FP2)\b/i

/** Indices of the channels beside the left and the right eye; undefined without two of them. */
export function eyePair(montage: Montage): readonly [number, number] | undefined {
  const own = [channelOf(montage, 'eog-left'), channelOf(montage, 'eog-right')] as const
  if (own[0] >= 0 && own[1] >= 0) return own
  const beside = (label: RegExp): number =>
    montage.channels.findIndex((c) => c.role === 'eeg' && label.test(c.label))
  const frontal = [beside(BESIDE_LEFT), beside(BESIDE_RIGHT)] as const
  return frontal[0] >= 0 && frontal[1] >= 0 ? frontal : undefined
}
