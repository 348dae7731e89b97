import {
  type Analysis,
  type Assumptions,
  blockPairs,
  designText,
  type Evidence,
  type Power,
  type Trial,
} from '@nocturne/core/night'

/** A trial that nobody has opened, for a person: how far it is, and no word of any arm. */
export function statusText(trial: Trial): string {
  const { name, design, commitment, nights, opened } = trial
  const measured = design.blockMin === undefined ? 'swaUv2' : 'blocks'
  const count = (field: 'swaUv2' | 'blocks' | 'kss' | 'guess'): number =>
    nights.filter((night) => night[field] !== undefined).length
  return lines([
    `trial ${name}: ${designText(design)}`,
    `  commitment: ${commitment}`,
    `  nights noted: ${nights.length} of ${design.nights}`,
    `  slow waves: ${count(measured)}, sleepiness: ${count('kss')}, guesses: ${count('guess')}`,
    opened ? '  opened: its arms are known' : '  sealed: no arm is known until it is opened',
  ])
}

/** What an opened trial says, for a person. */
export function analysisText(name: string, analysis: Analysis): string {
  const { stimNights, controlNights, swa, swaP, kss, soundWakes, blinding } = analysis
  const { windows, mutedWindows, evoked, spindle, blocks } = analysis
  const { bangSound, bangSilence, james, nights } = blinding
  const index = (x: number): string => (Number.isNaN(x) ? '-' : x.toFixed(2))
  return lines([
    blocks
      ? `trial ${name}: ${stimNights} nights, ${blocks.pairs} pairs of blocks of ${blocks.blockMin} min`
      : `trial ${name}: ${stimNights} nights with stimulation, ${controlNights} without`,
    `  ${analysis.sentence}`,
    `  in pairs of windows:    ${evidenceText(windows)}`,
    `  the same, muted ${blocks ? 'block' : 'night'}s: ${evidenceText(mutedWindows)}`,
    `  slow waves, log power:  ${evidenceText(swa)}; sign-flip p ${swaP.toFixed(3)}`,
    ...(blocks ? [`  the same, whole blocks: ${evidenceText(blocks.whole)}`] : []),
    `  evoked trough, uV:      ${evidenceText(evoked)}`,
    `  spindles, log power:    ${evidenceText(spindle)}`,
    `  sleepiness, points:     ${blocks ? 'every night has both arms' : evidenceText(kss)}`,
    `  P(sounds bring over 2 % more arousals): ${soundWakes.toFixed(2)}`,
    `  blinding over ${nights} guesses: Bang ${index(bangSound)} with sound, ` +
      `${index(bangSilence)} without (0 = chance, 1 = all known); James ${index(james)} (.5 = chance)`,
  ])
}

/** How many nights a simulated sleeper needs, with what was assumed of it. */
export function powerText(assumed: Assumptions, windows: Power, byArms: Power): string {
  const { gain, nightSd, habituationNights, pairs, pairSd } = assumed
  return lines([
    `${needOf(windows)} to see ${percent(gain)} in four trials of five, by pairs of windows.`,
    ...sharesOf(windows),
    `${needOf(byArms)} by nights with sound against muted ones alone.`,
    `Assumed, of a simulated sleeper: ${pairs} pairs of windows in a night, power after a marker ` +
      `varies by ${percent(pairSd)} from pair to pair and by ${percent(nightSd)} from night to ` +
      `night, habituation takes up to half of the gain within some ${habituationNights} nights, ` +
      "the night's total stays; blocks of two nights, looked at after each, no claim before 12.",
  ])
}

/** The same of a trial with both arms in each night. */
export function blockPowerText(
  assumed: Assumptions,
  blockMin: number,
  byBlocks: Power,
  windows: Power,
): string {
  const { gain, habituationNights, pairs, pairSd, blockSd } = assumed
  return lines([
    `${needOf(byBlocks)} to see ${percent(gain)} in four trials of five, by blocks of ${blockMin} min.`,
    ...sharesOf(byBlocks),
    `${needOf(windows)} by pairs of windows inside the blocks with sound.`,
    `Assumed, of a simulated sleeper: ${blockPairs(assumed, blockMin)} pairs of blocks in a night, ` +
      `power after a marker varies by ${percent(blockSd)} from block to block of a pair; ${pairs} ` +
      `pairs of windows, half of them with sound, and by ${percent(pairSd)} from one to the other; ` +
      `habituation takes up to half of the gain within some ${habituationNights} nights of full ` +
      'dose. One difference a night, looked at after each, no claim before 6. What sound takes ' +
      'from the minutes after it is not in it: such blocks show what happens within minutes alone.',
  ])
}

function needOf({ byNights, nightsFor80 }: Power): string {
  return nightsFor80 === undefined
    ? `More than ${byNights.at(-1)!.nights} nights`
    : `About ${nightsFor80} nights`
}

function sharesOf({ byNights }: Power): string[] {
  const last = byNights.at(-1)!.nights
  return byNights
    .filter(({ nights }) => [14, 28, 56, 84, 112, 140].includes(nights) || nights === last)
    .map(({ nights, share }) => `  by night ${nights}: ${percent(share)} of trials`)
}

function percent(x: number): string {
  return `${(100 * x).toFixed(0)} %`
}

function evidenceText({ blocks, estimate, low, high, e }: Evidence): string {
  if (blocks === 0) return 'nothing yet'
  const number = (x: number): string => (Number.isFinite(x) ? x.toFixed(2) : 'no bound')
  return `${number(estimate)}, from ${number(low)} to ${number(high)} (e = ${e.toPrecision(2)})`
}

function lines(texts: readonly string[]): string {
  return `${texts.join('\n')}\n`
}
