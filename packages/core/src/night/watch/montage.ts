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
