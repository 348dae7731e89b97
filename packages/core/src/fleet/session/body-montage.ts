import { fail, ok, type Result } from '../../math/result.ts'
import type { NightMontage } from '../../night/loop/night-montage.ts'

/** One channel of a source: its name and unit. */
type BodyChannel = { readonly label: string; readonly unit: string }

/** No ECG: `--ecg none`. */
const NONE = 'none'
const HEART = /\b(ECG|EKG)/i
/** What is measured of electrodes is no heart. */
const NO_HEART = /imp|quality|rate|\bhr\b/i
const VOLTS = /^[\u00b5un\u03bcm]?V$/i
const AXIS = /^ACC/i
const AXES = 3

/**
 * What a device tells its centre of the body beside its sleep: the ECG (in volts, by its name, or
 * the channel called `ecg`; `none` for none) and the three axes of an accelerometer in g, as far as
 * a source has them, maybe nothing. It is beside the loop: nothing is decided by it, and it is in
 * no black box. Fails where a channel is named that is not there.
 */
export function bodyMontage(
  channels: readonly BodyChannel[],
  rateHz: number,
  ecg?: string,
): Result<NightMontage, 'MONTAGE'> {
  const heart = ecg === undefined ? heartOf(channels) : channels.findIndex((c) => isIt(c, ecg))
  if (ecg !== undefined && heart < 0 && ecg.toLowerCase() !== NONE) {
    const labels = channels.map(({ label }) => label).join(', ')
    return fail('MONTAGE', 'ecg', `no "${ecg}"`, `one of ${labels}`)
  }
  const axes = channels.flatMap(({ label, unit }, k) =>
    AXIS.test(label) && unit === 'g' ? [k] : [],
  )
  const chosen = [
    ...(heart < 0 ? [] : [{ index: heart, role: 'ecg' as const }]),
    ...(axes.length === AXES ? axes.map((index) => ({ index, role: 'acc' as const })) : []),
  ]
  const named = chosen.map(({ index, role }) => ({ label: channels[index]!.label, role }))
  return ok({
    montage: { channels: named, rateHz },
    from: chosen.map(({ index }) => ({ index })),
  })
}

function isIt({ label }: BodyChannel, wish: string): boolean {
  return label.trim().toLowerCase() === wish.trim().toLowerCase()
}

/** The shortest name is the plainest: "ECG" before "ECG II". */
function heartOf(channels: readonly BodyChannel[]): number {
  const hearts = channels.filter(
    ({ label, unit }) => HEART.test(label) && !NO_HEART.test(label) && VOLTS.test(unit),
  )
  const [plainest] = [...hearts].sort((a, b) => a.label.length - b.label.length)
  return plainest === undefined ? -1 : channels.indexOf(plainest)
}
