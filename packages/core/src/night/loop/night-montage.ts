import { fail, ok, type Result } from '../../math/result.ts'
import {
  type ChannelPick,
  type ChannelWishes,
  chooseChannels,
} from '../../sleep/night/channel-choice.ts'
import type { Montage, MontageChannel } from '../watch/montage.ts'

/** Which channels of a source the loop listens to, and how its columns are made of them. */
export type NightMontage = {
  readonly montage: Montage
  /** For each channel of the montage: the column of the source, less another where it says so. */
  readonly from: readonly { readonly index: number; readonly minus?: number }[]
}

/** More EEG than this costs time and betters nothing. */
const MOST_EEG = 2
const LEFT_EYE = /E1|LOC|LEOG|EOG.*L|LEFT/i

/**
 * Chooses what a loop listens to from the channels of a source: the best EEG first (it leads), a
 * second, both eyes, the chin; wishes as `--eeg`, `--eog`, `--emg` have them. Fails without an EEG,
 * and when a wish is not there.
 */
export function nightMontage(
  labels: readonly string[],
  rateHz: number,
  wishes: ChannelWishes = {},
): Result<NightMontage, 'MONTAGE'> {
  const facts = labels.map((label) => ({ label, rateHz }))
  const { picks, missing } = chooseChannels(facts, wishes)
  if (missing.length > 0) {
    return fail('MONTAGE', 'channels', `no "${missing[0]}"`, `one of ${labels.join(', ')}`)
  }
  // A file with one unknown channel: that is the one.
  const only: ChannelPick[] = labels.length === 1 ? [{ label: labels[0]!, index: 0 }] : []
  const eeg = (picks.eeg.length > 0 ? picks.eeg : only).slice(0, MOST_EEG)
  if (eeg.length === 0) {
    return fail('MONTAGE', 'channels', labels.join(', ') || 'none', 'an EEG channel: name it')
  }
  const left = picks.eog.find(({ label }) => LEFT_EYE.test(label)) ?? picks.eog[0]
  const right = picks.eog.find((pick) => pick !== left)
  const chosen: [ChannelPick, MontageChannel['role']][] = eeg.map((pick) => [pick, 'eeg'])
  if (left !== undefined && right !== undefined) {
    chosen.push([left, 'eog-left'], [right, 'eog-right'])
  }
  if (picks.emg[0] !== undefined) chosen.push([picks.emg[0], 'emg'])
  return ok({
    montage: { channels: chosen.map(([{ label }, role]) => ({ label, role })), rateHz },
    from: chosen.map(([{ index, minus }]) => (minus === undefined ? { index } : { index, minus })),
  })
}

/** The columns of the loop out of those of the source. */
export function montageColumns(
  { from }: NightMontage,
  columns: readonly Float32Array[],
): readonly Float32Array[] {
  return from.map(({ index, minus }) => {
    const column = columns[index]!
    if (minus === undefined) return column
    const other = columns[minus]!
    return column.map((v, i) => v - other[i]!)
  })
}
