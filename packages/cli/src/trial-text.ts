import {
  type Analysis,
  designText,
  type Evidence,
  type Power,
  type Trial,
  USUAL_SLEEPER,
} from '@nocturne/core/night'

/** A trial that nobody has opened, for a person: how far it is, and no word of any arm. */
export function statusText(trial: Trial): string {
  const { name, design, commitment, nights, opened } = trial
  const count = (field: 'swaUv2' | 'kss' | 'guess'): number =>
    nights.filter((night) => night[field] !== undefined).length
  return lines([
    `trial ${name}: ${designText(design)}`,
    `  commitment: ${commitment}`,
    `  nights noted: ${nights.length} of ${design.nights}`,
    `  slow waves: ${count('swaUv2')}, sleepiness: ${count('kss')}, guesses: ${count('guess')}`,
    opened ? '  opened: its arms are known' : '  sealed: no arm is known until it is opened',
  ])
}

/** What an opened trial says, for a person. */
export function analysisText(name: string, analysis: Analysis): string {
  const { stimNights, controlNights, swa, swaP, kss, soundWakes, blinding } = analysis
  const { bangSound, bangSilence, james, nights } = blinding
  const index = (x: number): string => (Number.isNaN(x) ? '-' : x.toFixed(2))
  return lines([
    `trial ${name}: ${stimNights} nights with stimulation, ${controlNights} without`,
    `  ${analysis.sentence}`,
    `  slow waves, log power:  ${evidenceText(swa)}; sign-flip p ${swaP.toFixed(3)}`,
    `  sleepiness, points:     ${evidenceText(kss)}`,
    `  P(sounds bring over 2 % more arousals): ${soundWakes.toFixed(2)}`,
    `  blinding over ${nights} guesses: Bang ${index(bangSound)} with sound, ` +
      `${index(bangSilence)} without (0 = chance, 1 = all known); James ${index(james)} (.5 = chance)`,
  ])
}

/** How many nights a simulated sleeper needs, with what was assumed of it. */
export function powerText(gain: number, nightSd: number, power: Power): string {
  const { byNights, nightsFor80 } = power
  const most = byNights.at(-1)!
  const plus = `${(100 * gain).toFixed(0)} %`
  const need =
    nightsFor80 === undefined
      ? `More than ${most.nights} nights to see ${plus} in four trials of five.`
      : `About ${nightsFor80} nights to see ${plus} in four trials of five.`
  const shares = byNights
    .filter(({ nights }) => [14, 28, 56, 84, 112, 140].includes(nights) || nights === most.nights)
    .map(({ nights, share }) => `  by night ${nights}: ${(100 * share).toFixed(0)} % of trials`)
  return lines([
    need,
    ...shares,
    `Assumed, of a simulated sleeper: power after sounds varies by ` +
      `${(100 * nightSd).toFixed(0)} % from night to night, habituation takes up to half of the gain within some ` +
      `${USUAL_SLEEPER.habituationNights} nights, the night's total stays; blocks of two nights, ` +
      'looked at after each, no claim before 12 nights.',
  ])
}

function evidenceText({ blocks, estimate, low, high, e }: Evidence): string {
  if (blocks === 0) return 'no block yet'
  const number = (x: number): string => (Number.isFinite(x) ? x.toFixed(2) : 'no bound')
  return `${number(estimate)}, from ${number(low)} to ${number(high)} (e = ${e.toPrecision(2)})`
}

function lines(texts: readonly string[]): string {
  return `${texts.join('\n')}\n`
}
