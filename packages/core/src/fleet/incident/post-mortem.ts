import { wallClockText } from '../../math/wall-clock.ts'
import type { Incident, Suspect } from './incident.ts'

const LN10 = Math.LN10

/**
 * An incident for its readers, as Markdown: what was seen, what was done by rule and by whom, what
 * the replay found, how it ended. Times are UTC. The incident itself is the same as JSON.
 */
export function postMortemText(incident: Incident): string {
  const { id, key, metric, openedMs, signals, status, closed } = incident
  const lines = [
    `# Incident ${id}`,
    '',
    `${sentence(key)}; ${metric}. Opened ${at(openedMs)}, ${signals} signs, ${status}.`,
    '',
    ...section('Release', [suspectText(incident.suspect)]),
    ...section('Evidence', evidenceLines(incident)),
    ...section('Done by rule', actionLines(incident)),
    ...section(
      'Pieces of black boxes',
      incident.pieces.map(
        ({ device, fromMs, toMs, status: piece, digest }) =>
          `- ${device}, ${at(fromMs)} to ${at(toMs)}: ${piece}${digest ? `, SHA-256 ${digest}` : ''}`,
      ),
    ),
    ...section(
      'Timeline',
      incident.timeline.map(
        ({ atMs, what, who, words }) =>
          `- ${at(atMs)} ${what}${who ? ` by ${quoted(who)}` : ''}${words ? `: ${quoted(words)}` : ''}`,
      ),
    ),
    ...section(
      'End',
      closed ? [`${closed.as}, by ${quoted(closed.operator)}.`, '', quoted(closed.words)] : [],
    ),
  ]
  return `${lines.join('\n').trimEnd()}\n`
}

function section(title: string, lines: readonly string[]): string[] {
  return [`## ${title}`, '', ...(lines.length === 0 ? ['None.'] : lines), '']
}

function suspectText(suspect: Suspect | undefined): string {
  if (suspect === undefined) return 'No release is under suspicion.'
  const { release, lastGood, by } = suspect
  const how = {
    signal: 'named by the sign alone',
    comparison: 'older releases among like people are quiet',
    replay: 'found by replaying nights',
  }[by]
  const good = lastGood === undefined ? '' : `, last good ${lastGood}`
  return `Release ${release}${good}: ${how}.`
}

function evidenceLines({ evidence, cohorts }: Incident): string[] {
  const [first, last] = [evidence[0], evidence.at(-1)]
  if (!first || !last) return []
  const most = evidence.reduce((best, point) => (point.logE > best.logE ? point : best), first)
  const point = (name: string, { atMs, logE }: typeof first): string =>
    `- ${name} ${at(atMs)}: e-value 10^${(logE / LN10).toFixed(1)}`
  return [
    ...[point('first', first), point('most', most), point('last', last)],
    ...cohorts.map(({ cohort, logE }) => `- ${cohort}: 10^${(logE / LN10).toFixed(1)}`),
  ]
}

function actionLines({ actions }: Incident): string[] {
  return actions.map(({ atMs, action }) => {
    const about =
      action.do === 'stop-rollout'
        ? ` of release ${action.release}`
        : action.do === 'ask-piece'
          ? ` of ${action.device}`
          : ''
    return `- ${at(atMs)} ${action.do}${about}`
  })
}

function at(ms: number): string {
  return `${wallClockText(ms / 1000)}Z`
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** A person's words on one line, so that they cannot pass for a heading of ours. */
function quoted(words: string): string {
  return words.replaceAll(/\s+/g, ' ').replaceAll(/[<>`]/g, '')
}
