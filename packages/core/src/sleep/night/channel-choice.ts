import type { Channel } from '../../signal/recording.ts'

/** What a label says a channel is. */
export type ChannelKind = 'eeg' | 'eog' | 'emg' | 'other'

/** A channel to read, or a derivation: the difference of two that were recorded apart. */
export type ChannelPick = {
  readonly label: string
  /** Index of the channel in the recording. */
  readonly index: number
  /** Index of the channel to subtract; absent when the label is recorded as it stands. */
  readonly minus?: number
}

/** The channels to stage from, best first. */
export type ChannelPicks = {
  readonly eeg: readonly ChannelPick[]
  readonly eog: readonly ChannelPick[]
  readonly emg: readonly ChannelPick[]
}

/** What is known of a channel before its samples are read. */
export type ChannelFacts = Pick<Channel, 'label' | 'rateHz'>

/**
 * Labels a person asked for; undefined leaves the choice to the rule, `none` leaves the kind out.
 */
export type ChannelWishes = { readonly eeg?: string; readonly eog?: string; readonly emg?: string }

/** Fewest samples a second that carry sleep's rhythms up to sigma. */
export const LEAST_RATE_HZ = 40
const MASTOIDS = ['M1', 'M2', 'A1', 'A2', 'TP9', 'TP10']
/**
 * Central derivations first (AASM: spindles), then frontal (slow waves), then the headbands' sites.
 */
const EEG_SITES =
  'C4 C3 CZ FPZ F4 F3 FZ FP1 FP2 FP AF7 AF8 AF3 AF4 HB PZ P4 P3 OZ O2 O1 T3 T4 T5 T6 F7 F8 TP9 TP10'.split(
    ' ',
  )
const EOG_WORDS = /^(E1|E2|LOC|ROC|LEOG|REOG|EOG.*|.*EOG|HEOG|VEOG|HORIZONTAL|VERTICAL)$/
const EMG_WORDS = /^(EMG.*|CHIN.*|MENTALIS|SUBMENTAL|.*EMG)$/
const LEG_WORDS = /LEG|TIB|LAT\b|RAT\b|ARM/

/** A label in one spelling: upper case, no `EEG ` in front, no spaces, one kind of dash. */
function plain(label: string): string {
  return label
    .toUpperCase()
    .replace(/[\u2010-\u2015\u2212:]/g, '-')
    .replace(/^(EEG|EOG|EMG)[ _-]+(?=\S)/, '')
    .replace(/[\s._]+/g, '')
    .replace(/-?(REF|LE|AVG)$/, '')
}

/** What kind of signal a label announces; `other` for ECG, breath, legs and everything unknown. */
export function channelKind(label: string): ChannelKind {
  const upper = label.toUpperCase()
  const [site = ''] = plain(label).split('-')
  if (/EKG|ECG/.test(upper)) return 'other'
  if (EOG_WORDS.test(site) || /EOG/.test(upper)) return 'eog'
  if (EMG_WORDS.test(site) || /EMG|CHIN/.test(upper)) return LEG_WORDS.test(upper) ? 'other' : 'emg'
  if (siteRank(site) < EEG_SITES.length || MASTOIDS.includes(site)) return 'eeg'
  return /^EEG/.test(upper) ? 'eeg' : 'other'
}

/** Signals of a night that are no EEG, whatever else is in the file. */
const BODY_WORDS = [
  /ECG|EKG|HEART|^HR$|PULSE|PPG|PLETH|SPO2|SAO2/,
  /RESP|FLOW|THOR|ABD|CHEST|SNOR|^POS|LEG|TIB|^ACC/,
  /TEMP|LIGHT|STATUS|TRIG|MARKER|EVENT/,
]

/** True when a lone channel can be EEG: its label says so, or does not say what else it is. */
export function mayBeEeg(label: string): boolean {
  const kind = channelKind(label)
  return (
    kind === 'eeg' || (kind === 'other' && !BODY_WORDS.some((words) => words.test(plain(label))))
  )
}

function siteRank(site: string): number {
  const rank = EEG_SITES.indexOf(site)
  return rank < 0 ? EEG_SITES.length : rank
}

/**
 * Chooses what to read: central EEG before frontal before occipital, referenced to the far mastoid
 * (made from two channels where they were recorded apart), both eyes, the chin. Wishes come first,
 * one label or several with commas; a wish that is not in the recording is returned in `missing`.
 */
export function chooseChannels(
  channels: readonly ChannelFacts[],
  wishes: ChannelWishes = {},
): { readonly picks: ChannelPicks; readonly missing: readonly string[] } {
  const missing: string[] = []
  const pick = (kind: 'eeg' | 'eog' | 'emg'): readonly ChannelPick[] => {
    const wish = wishes[kind]
    if (wish === undefined) return pickKind(channels, kind)
    if (wish.toLowerCase() === 'none') return []
    return wish.split(',').flatMap((label) => {
      const found = findChannel(channels, label)
      if (!found) missing.push(label.trim())
      return found ? [found] : []
    })
  }
  return { picks: { eeg: pick('eeg'), eog: pick('eog'), emg: pick('emg') }, missing }
}

function pickKind(channels: readonly ChannelFacts[], kind: ChannelKind): ChannelPick[] {
  const usable = channels.flatMap((channel, index) =>
    channelKind(channel.label) === kind && channel.rateHz >= LEAST_RATE_HZ
      ? [{ label: channel.label, index }]
      : [],
  )
  if (kind !== 'eeg') return usable
  const sites = usable.filter(({ label }) => !MASTOIDS.includes(plain(label)))
  const scalp = sites.length > 0 ? sites : usable
  return scalp
    .map((pick) => referenced(channels, pick))
    .sort((a, b) => rankOf(a.label) - rankOf(b.label) || a.index - b.index)
}

function rankOf(label: string): number {
  return siteRank(plain(label).split('-')[0] ?? '')
}

/** A bare site such as `C4` becomes `C4-M1` when the far mastoid was recorded beside it. */
function referenced(channels: readonly ChannelFacts[], pick: ChannelPick): ChannelPick {
  const site = plain(pick.label)
  if (site.includes('-') || !EEG_SITES.includes(site)) return pick
  const odd = /[13579]$/.test(site)
  const wanted = odd ? ['M2', 'A2', 'M1', 'A1'] : ['M1', 'A1', 'M2', 'A2']
  for (const mastoid of wanted) {
    const minus = channels.findIndex((channel) => plain(channel.label) === mastoid)
    if (minus >= 0 && channels[minus]?.rateHz === channels[pick.index]?.rateHz) {
      return { label: `${site}-${mastoid}`, index: pick.index, minus }
    }
  }
  return pick
}

/**
 * Finds a channel by the label a person typed: exactly, then in any spelling, then by its number
 * from 1, then as a derivation `A-B` of two channels at the same rate. Undefined when it is none of
 * these.
 */
export function findChannel(
  channels: readonly ChannelFacts[],
  wish: string,
): ChannelPick | undefined {
  const label = wish.trim()
  const exact = channels.findIndex((channel) => channel.label === label)
  if (exact >= 0) return { label, index: exact }
  const same = channels.findIndex((channel) => plain(channel.label) === plain(label))
  if (same >= 0) return { label: channels[same]!.label, index: same }
  const number = /^\d+$/.test(label) ? Number(label) - 1 : -1
  if (channels[number]) return { label: channels[number].label, index: number }
  return derivation(channels, label)
}

function derivation(channels: readonly ChannelFacts[], label: string): ChannelPick | undefined {
  const [plus, minus, ...more] = plain(label).split('-')
  if (plus === undefined || minus === undefined || more.length > 0) return undefined
  const a = channels.findIndex((channel) => plain(channel.label) === plus)
  const b = channels.findIndex((channel) => plain(channel.label) === minus)
  if (a < 0 || b < 0 || channels[a]!.rateHz !== channels[b]!.rateHz) return undefined
  return { label, index: a, minus: b }
}

/**
 * Subtracts one channel from another, sample by sample; NaN where either is missing. Same rate,
 * same length.
 */
export function deriveChannel(label: string, plus: Channel, minus: Channel): Channel {
  const samples = new Float32Array(Math.min(plus.samples.length, minus.samples.length))
  for (let i = 0; i < samples.length; i++) samples[i] = plus.samples[i]! - minus.samples[i]!
  return { label, unit: plus.unit, rateHz: plus.rateHz, samples }
}
