import {
  type Box,
  boxesPath,
  coordinate,
  element,
  group,
  type LinearScale,
  label,
  linearScale,
  linePath,
  niceTicks,
  svgDocument,
  type Theme,
  type ThemeName,
  themeOf,
  valueAxis,
} from '../../figure/index.ts'
import { MOMENT_SPAN_MS, type Moment } from './moment.ts'
import { eegIndex, type MomentAccount, momentAccount, momentText, short } from './moment-account.ts'
import { nightClock } from './night-time.ts'

const WIDTH = 960
const LEFT = 84
const RIGHT = 24
const SPAN_S = MOMENT_SPAN_MS / 1000
const TOP = 110
const EEG_HEIGHT = 190
const PHASE_HEIGHT = 84
const STAGE_HEIGHT = 74
const GATE_HEIGHT = 20
const STAGES = ['W', 'N1', 'N2', 'N3', 'R'] as const
/** The signal is drawn at least this tall, so that a still line looks still. */
const LEAST_UV = 40

/** How a moment is drawn. */
export type MomentFigureOptions = {
  readonly theme: ThemeName
  readonly background?: boolean
}

type Frame = { readonly moment: Moment; readonly theme: Theme; readonly x: LinearScale }

/**
 * A moment as a picture: the EEG ten seconds around it with waves, arousals and sounds, the phase
 * that was foretold at each decision, the probabilities of the stages, and the numbers that the
 * decision hung on. SVG with a title, and the account in words as its description.
 */
export function momentFigure(moment: Moment, options: MomentFigureOptions): string {
  const theme = themeOf(options.theme)
  const account = momentAccount(moment)
  const x = linearScale([-SPAN_S, SPAN_S], [LEFT, WIDTH - RIGHT])
  const frame: Frame = { moment, theme, x }
  const phaseAt = TOP + EEG_HEIGHT + 42
  const stageAt = phaseAt + PHASE_HEIGHT + 36
  const gatesAt = stageAt + STAGE_HEIGHT + 58
  const height = gatesAt + account.inputs.gates.length * GATE_HEIGHT + 16
  return svgDocument({
    id: 'moment',
    width: WIDTH,
    height,
    title: `${account.at}: ${account.reason}`,
    description: momentText(account),
    theme,
    background: options.background ?? false,
    children: [
      heading(account, theme),
      group(0, TOP, eegPanel(frame)),
      group(0, phaseAt, phasePanel(frame)),
      group(0, stageAt, stagePanel(frame)),
      group(0, stageAt + STAGE_HEIGHT + 18, clockLabels(frame)),
      group(0, gatesAt, gateRows(account, theme)),
    ],
  })
}

function heading({ at, decision, reason, rule, inputs }: MomentAccount, theme: Theme): string {
  const verdict = decision ? (decision.allowed ? 'allowed' : decision.code) : 'no decision'
  const small = { 'font-size': 12, fill: theme.muted }
  const facts = [
    `mode ${inputs.mode}`,
    ...(rule === undefined ? [] : [ruleText(rule)]),
    `release ${inputs.release}`,
    ...(inputs.levelDb === undefined ? [] : [`${short(inputs.levelDb)} dB(A)`]),
  ]
  return [
    label(16, 28, `${at}  ${verdict}`, { 'font-size': 18, 'font-weight': 600 }),
    label(16, 50, reason, { 'font-size': 14 }),
    label(16, 70, facts.join(' · '), small),
  ].join('')
}

/** What is allowed names every rule that it was held to: more than fit on a line. */
function ruleText(rule: string): string {
  const rules = rule.split(' ')
  return rules.length > 4 ? `all ${rules.length} rules held` : `rule ${rule}`
}

function eegPanel(frame: Frame): string {
  const { moment, theme, x } = frame
  const samples = moment.columns[eegIndex(moment)] ?? new Float32Array(0)
  const { rateHz, channels } = moment.header.montage
  const most = Math.max(LEAST_UV, 1.05 * largest(samples))
  const y = linearScale([-most, most], [EEG_HEIGHT, 0])
  const times = Float64Array.from(samples, (_, i) =>
    x.at((moment.first + i - moment.sample) / rateHz),
  )
  const heights = Float64Array.from(samples, (value) => y.at(value))
  const ticks = niceTicks(-most, most, 4)
  const name = channels[eegIndex(moment)]?.label ?? ''
  return [
    panelTitle(`${name}, uV`, theme),
    seenBands(frame),
    valueAxis(y, ticks, [LEFT, WIDTH - RIGHT], theme),
    element('path', { d: linePath(times, heights), fill: 'none', stroke: theme.ink }),
    sounds(frame),
    centreLine(frame, EEG_HEIGHT),
  ].join('')
}

function panelTitle(text: string, theme: Theme): string {
  return label(16, -14, text, { 'font-size': 12, 'font-weight': 600, fill: theme.muted })
}

/** The moment that was asked for. */
function centreLine({ x, theme }: Frame, height: number): string {
  const d = `M${coordinate(x.at(0))},0V${height}`
  return element('path', { d, stroke: theme.accent, 'stroke-width': 1.5, fill: 'none' })
}

/** Slow waves in the colour of deep sleep, arousals and movements in that of waking. */
function seenBands({ moment, theme, x }: Frame): string {
  const { rateHz } = moment.header.montage
  const bands = (wanted: RegExp): readonly Box[] =>
    moment.events.flatMap(({ event }): Box[] => {
      if (event.kind !== 'seen' || !wanted.test(event.what)) return []
      const from = inside((event.from - moment.sample) / rateHz)
      const to = inside((event.to - moment.sample) / rateHz)
      return to > from ? [[x.at(from), 0, x.at(to) - x.at(from), EEG_HEIGHT]] : []
    })
  const area = (d: string, fill: string): string =>
    d === '' ? '' : element('path', { d, fill, 'fill-opacity': 0.16 })
  return (
    area(boxesPath(bands(/^slow-wave$/)), theme.stages.N3) +
    area(boxesPath(bands(/^(arousal|movement)$/)), theme.stages.W)
  )
}

/** Where something was commanded to be heard; the arm of a trial is not known here. */
function sounds({ moment, theme, x }: Frame): string {
  const { rateHz } = moment.header.montage
  return moment.events
    .map(({ event }) => {
      if (event.kind !== 'command') return ''
      const at = (event.heardAt - moment.sample) / rateHz
      if (Math.abs(at) > SPAN_S) return ''
      const middle = x.at(at)
      const d = `M${coordinate(middle)},${EEG_HEIGHT}l-5,9h10Z`
      return element('path', { d, fill: theme.accent })
    })
    .join('')
}

function phasePanel(frame: Frame): string {
  const { moment, theme, x } = frame
  const { rateHz } = moment.header.montage
  const y = linearScale([-180, 180], [PHASE_HEIGHT, 0])
  const dots = moment.events.map(({ event }) => {
    if (event.kind !== 'decision') return ''
    const { sample, saw, allowed } = event.decision
    const at = (sample - moment.sample) / rateHz
    if (!Number.isFinite(saw.phaseRad) || Math.abs(at) > SPAN_S) return ''
    const place = { cx: x.at(at), cy: y.at((saw.phaseRad * 180) / Math.PI), r: 3.5 }
    const fill = allowed ? theme.accent : theme.surface
    return element('circle', { ...place, fill, stroke: theme.accent })
  })
  return [
    panelTitle('Phase foretold, degrees (0 = peak; full: allowed)', theme),
    valueAxis(y, [-180, 0, 180], [LEFT, WIDTH - RIGHT], theme),
    ...dots,
    centreLine(frame, PHASE_HEIGHT),
  ].join('')
}

function stagePanel(frame: Frame): string {
  const { moment, theme, x } = frame
  const { rateHz } = moment.header.montage
  const boxes: Record<(typeof STAGES)[number], Box[]> = { W: [], N1: [], N2: [], N3: [], R: [] }
  for (const { event } of moment.events) {
    if (event.kind !== 'stage') continue
    const at = (event.sample - moment.sample) / rateHz
    const [from, to] = [x.at(inside(at)), x.at(inside(at + 1))]
    let below = STAGE_HEIGHT
    for (const [k, stage] of STAGES.entries()) {
      const height = STAGE_HEIGHT * (event.probabilities[k] ?? Number.NaN)
      if (!Number.isFinite(height) || to <= from) continue
      below -= height
      boxes[stage].push([from, below, to - from, height])
    }
  }
  const areas = STAGES.map((stage) =>
    element('path', { d: boxesPath(boxes[stage]), fill: theme.stages[stage] }),
  )
  const key = STAGES.map((stage, k) =>
    label(300 + 40 * k, -14, stage, {
      ...{ 'font-size': 12, 'font-weight': 600, fill: theme.stages[stage] },
    }),
  )
  return [
    panelTitle('Probability of the stages, each second', theme),
    ...key,
    ...areas,
    centreLine(frame, STAGE_HEIGHT),
  ].join('')
}

function clockLabels({ moment, theme, x }: Frame): string {
  return [-10, -5, 0, 5, 10]
    .map((s) =>
      label(x.at(s), 0, nightClock(moment.header, moment.askedMs + 1000 * s), {
        'text-anchor': s === -10 ? 'start' : s === 10 ? 'end' : 'middle',
        'font-size': 12,
        fill: theme.muted,
      }),
    )
    .join('')
}

function gateRows({ inputs, rule }: MomentAccount, theme: Theme): string {
  return inputs.gates
    .map(({ says, value, unit, bound, limit, holds, parameter }, k) => {
      const y = k * GATE_HEIGHT
      const weight = parameter === rule ? 600 : undefined
      const words = { 'font-size': 13, 'font-weight': weight }
      const known = Number.isNaN(value) ? 'unknown' : `${short(value)} ${unit}`
      const mark = holds ? theme.stages.N2 : theme.stages.W
      return [
        element('circle', { cx: 24, cy: y - 4, r: 4.5, fill: mark }),
        label(38, y, says, words),
        label(260, y, known, words),
        label(420, y, `${bound} ${short(limit)} ${unit}`, { ...words, fill: theme.muted }),
        label(600, y, holds ? 'holds' : 'fails', words),
      ].join('')
    })
    .join('')
}

function inside(s: number): number {
  return Math.max(-SPAN_S, Math.min(SPAN_S, s))
}

/** The largest size of a sample; 0 where there is none. */
function largest(samples: Float32Array): number {
  let most = 0
  for (const value of samples) if (Math.abs(value) > most) most = Math.abs(value)
  return most
}
