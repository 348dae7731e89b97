import { durationText, element, escapeMarkup } from '../../figure/index.ts'
import { cycles } from '../hypnogram/cycle.ts'
import { stageIndex } from '../hypnogram/hypnogram.ts'
import { isSleep } from '../hypnogram/statistics.ts'
import type { Night } from '../night/night.ts'
import { STAGE_COUNT, type Stage } from '../stage/stage.ts'
import { hypnogramFigure } from './figure.ts'
import { card, figureHtml, list, paragraph } from './html.ts'
import { INSPECTOR_HTML } from './inspector.ts'
import { stagesFigure } from './stage-figure.ts'
import { STAGES_BY_DEPTH, stageLabel } from './stage-name.ts'
import { NO_WHOLE_NIGHT, usualRanges } from './usual-range.ts'
import { counted, momentText, nightMin, percent, stretchesOf } from './words.ts'

/** Mean pairwise agreement of five experts over 25 healthy people (Guillot et al. 2020, DOD-H). */
const EXPERTS_AGREE = 0.79

/**
 * Below this expected accuracy a night is read with care: well under what two experts share (.79).
 */
const UNSURE = 0.7

/** Above this share of epochs without a stage, too. */
const MUCH_UNSCORED = 0.25

/**
 * How many of the stages are right by the model's own calibrated probabilities: the mean over the
 * scored epochs of the probability of the stage given, 0..1; NaN when none is scored.
 */
function expectedAccuracy({ stages, probabilities }: Night): number {
  let sum = 0
  let scored = 0
  for (const [epoch, stage] of stages.entries()) {
    const k = stageIndex(stage)
    const p = k < 0 ? Number.NaN : probabilities[epoch * STAGE_COUNT + k]!
    if (Number.isNaN(p)) continue
    sum += p
    scored++
  }
  return sum / scored
}

/** The first line of the report: how long the sleeper slept, or that no sleep was found. */
export function headline(night: Night): string {
  const { tstMin } = night.statistics
  return tstMin > 0 ? `You slept ${durationText(tstMin)}` : 'No sleep was found in this recording'
}

/** Four figures under the headline. */
export function tiles(night: Night): readonly (readonly [string, string])[] {
  const { statistics: s } = night
  const none = !(s.tstMin > 0)
  return [
    ['Asleep, of the time recorded', none ? '–' : percent((s.efficiencyPct ?? Number.NaN) / 100)],
    ['To fall asleep', none ? '–' : durationText(s.solMin ?? 0)],
    ['Awake during the night', none ? '–' : durationText(s.wasoMin ?? 0)],
    ['Stages expected to be right', percent(expectedAccuracy(night))],
  ]
}

/**
 * The sleeper's part: the night as a picture, in words, beside what is usual, and how far to trust
 * it.
 */
export function sleeperPart(night: Night): string {
  const picture =
    caution(night) +
    stageKey(night) +
    figureHtml(night, 'hypnogram', hypnogramFigure, pictureCaption(night)) +
    INSPECTOR_HTML
  const stages =
    `<figure class="small">${stagesFigure(night)}` +
    `<figcaption>${escapeMarkup(sharesCaption(night))}</figcaption></figure>`
  const found = stood(night)
  return (
    card('night', 'Your night', 2, picture) +
    '<div class="pair">' +
    card('story', 'What happened', 2, found.length ? list(found) : paragraph(nothing(night))) +
    card('shares', 'How your sleep was divided', 2, stages) +
    '</div><div class="pair">' +
    card('usual', 'What is usual', 2, usual(night)) +
    card('trust', 'How sure this is', 2, trust(night)) +
    '</div>'
  )
}

function sharesCaption(night: Night): string {
  const share = 'Share of your sleep in each stage.'
  const [any] = usualRanges(night).values()
  if (!any) return share
  return (
    `${share} The pale bands are where four in five of ${any.people} lie. Light and deep sleep have ` +
    'no usual range: scorers and laboratories differ in them more than people do.'
  )
}

/** Said before anything else when the night should be read with care; empty for an ordinary one. */
function caution(night: Night): string {
  const expected = expectedAccuracy(night)
  const unscored = night.stages.filter((stage) => stage === '?').length
  const reasons = [
    expected < UNSURE
      ? 'the model is unusually unsure of it and expects many of its stages to be wrong; another channel or another model may read it better'
      : '',
    unscored > night.stages.length * MUCH_UNSCORED
      ? `for ${percent(unscored / night.stages.length)} of the time the signal was not good enough to say anything`
      : '',
  ].filter((reason) => reason !== '')
  if (reasons.length === 0) return ''
  return paragraph(`Please read this night with care: ${reasons.join(', and ')}.`, 'caution')
}

function nothing(night: Night): string {
  const length = durationText(nightMin(night))
  return `The model found no sleep in these ${length}. If you did sleep, the signal may not have been good enough: see the quality of the signal below.`
}

/**
 * What the colours mean, in words beside swatches; colour is never the only sign: rows are
 * labelled.
 */
function stageKey(night: Night): string {
  const used: Stage[] = [...STAGES_BY_DEPTH]
  if (night.stages.includes('?')) used.push('?')
  const items = used.map((stage) => {
    const name = stage === '?' ? 'unscored' : stage.toLowerCase()
    const swatch = element('rect', { width: 24, height: 12, rx: 3, fill: `var(--stage-${name})` })
    return `<li><svg viewBox="0 0 24 12" aria-hidden="true">${swatch}</svg>${stageLabel(stage)}</li>`
  })
  return `<ul class="key" aria-label="Stages and their colours">${items.join('')}</ul>`
}

function pictureCaption(night: Night): string {
  const gaps = night.stages.includes('?')
    ? ' Slanted lines: the signal was not good enough to say.'
    : ''
  const scorer = night.reference
    ? ' The second row of stages was scored by a person and came with the recording.'
    : ''
  return escapeMarkup(
    'Time runs from left to right, depth of sleep from top to bottom. Pale bars, and the dark marks ' +
      `named “Unsure”, are moments over which human experts would probably disagree too.${gaps}${scorer} ` +
      'The coloured ribbon shows how likely the model finds each stage at each moment: one colour from ' +
      'top to bottom means it is certain, a mixture means it is not.',
  )
}

/** Up to six plain sentences about this night. */
function stood(night: Night): string[] {
  const { statistics: s, stages, epochS } = night
  if (!(s.tstMin > 0)) return []
  const first = stages.findIndex(isSleep)
  const last = stages.length - [...stages].reverse().findIndex(isSleep)
  const [fell, woke] = [momentText(night, first * epochS), momentText(night, last * epochS)]
  const sentences = [
    `You fell asleep at ${fell} and woke for the last time at ${woke}.`,
    waking(night),
    deep(night, first, last),
    rem(night),
    rounds(night),
    spindles(night),
  ]
  return sentences.filter((sentence) => sentence !== '')
}

function waking({ statistics: s }: Night): string {
  const wasoMin = s.wasoMin ?? 0
  if (!(wasoMin > 0)) return 'In between, no waking was found.'
  const times = counted(s.awakenings, 'time', 'times')
  return `In between you were awake for ${durationText(wasoMin)}, ${times} in all. Everybody wakes many times a night, mostly too briefly to remember.`
}

function deep({ statistics: s, stages, epochS }: Night, first: number, last: number): string {
  if (!(s.n3Min > 0)) return 'No deep sleep was found. It becomes rarer with age.'
  const third = first + (last - first) / 3
  const early = stages.filter((stage, i) => stage === 'N3' && i < third).length * (epochS / 60)
  const share = early / s.n3Min
  const when = share > 0.5 ? `, ${percent(share)} of it in the first third of the night` : ''
  return `Deep sleep took ${durationText(s.n3Min)}${when}. Most people have most of it early.`
}

function rem(night: Night): string {
  const periods = stretchesOf(night, 'R')
  if (periods.length === 0) return 'No REM sleep was found that lasted two minutes or more.'
  const longest = periods.reduce((a, b) => (b.length > a.length ? b : a))
  const at = momentText(night, longest.start * night.epochS)
  const total = durationText(night.statistics.remMin)
  const length = durationText((longest.length * night.epochS) / 60)
  const where = periods.length === 1 ? `, beginning at ${at}` : `, the longest (${length}) at ${at}`
  const times = counted(periods.length, 'stretch', 'stretches')
  return `REM sleep, when most vivid dreams happen, took ${total} in ${times}${where}.`
}

function rounds(night: Night): string {
  const whole = cycles(night).filter(({ complete }) => complete)
  if (whole.length < 2) return ''
  const epochs = whole.reduce((sum, { start, end }) => sum + end - start, 0)
  const length = durationText((epochs * night.epochS) / 60 / whole.length)
  return `Sleep runs in cycles from light to deep to REM: the model saw ${whole.length} whole ones, ${length} each on average.`
}

function spindles({ spindles: found, statistics: s }: Night): string {
  const nrem = s.n2Min + s.n3Min
  if (found.length === 0 || !(nrem > 0)) return ''
  const rate = (found.length / nrem).toFixed(1)
  return `${counted(found.length, 'sleep spindle was', 'sleep spindles were')} found, about ${rate} in a minute of light and deep sleep: short bursts of brain rhythm that are part of ordinary sleep.`
}

const PLACES = { below: 'shorter', within: 'inside that range', above: 'longer' } as const

function usual(night: Night): string {
  const sleep = usualRanges(night).get('tstMin')
  const [low, high] = sleep?.usual.map(durationText) ?? []
  const compared = sleep
    ? `Four in five of ${sleep.people} slept ${low} to ${high} in a recorded night. Your sleep was ${PLACES[sleep.place]}.`
    : NO_WHOLE_NIGHT
  return (
    paragraph(
      `${compared} Sleep medicine advises adults to sleep seven hours or more on a regular basis.`,
    ) +
    paragraph(
      'One night says little: sleep changes from night to night and with age, place and mood, and a night spent wearing sensors is often a lighter one. How you feel by day tells you more than any single figure here.',
    )
  )
}

function trust(night: Night): string {
  const { model } = night
  const best = model.figures[0]
  const tested = best
    ? ` Tested on people it had never seen (${best.set}; ${counted(best.people, 'person', 'people')}), it gave the same stage as the scorer for ${Math.round(100 * best.accuracy)} of 100 half-minutes. Two human experts, on other recordings, agree with each other on about ${Math.round(100 * EXPERTS_AGREE)}.`
    : ''
  const expected = expectedAccuracy(night)
  const own = Number.isNaN(expected)
    ? ''
    : ` For this night its own probabilities say that about ${Math.round(100 * expected)} of 100 are right; where experts would probably disagree too, the picture is pale.`
  return (
    paragraph(
      `The stages are estimates of a computer model (${model.name} ${model.version}), not measurements.${tested}${own}`,
    ) +
    paragraph(
      'This is not a medical device and not a diagnosis. It does not look for sleep apnoea or any other illness. If your sleep worries you, talk to a doctor; you can bring this page.',
      'note',
    )
  )
}
