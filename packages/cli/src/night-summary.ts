import { durationText } from '@nocturne/core/figure'
import { type Night, STAGES, type Stage } from '@nocturne/core/sleep'

const WIDTH = 72
const ROWS: readonly Stage[] = ['W', 'R', 'N1', 'N2', 'N3']

/** A night for a terminal: a small hypnogram, the main numbers, what was written, what was odd. */
export function nightSummary(night: Night, written: readonly string[]): string {
  const { recording, statistics, model } = night
  const used = Object.values(recording.used).join(', ')
  const lines = [
    `${recording.file}  ${recording.startTime?.replace('T', ' ') ?? 'start unknown'}  ${durationText(recording.durationS / 60)}`,
    `read from ${used} by ${model.name} ${model.version}`,
    '',
    ...drawing(night.stages),
    '',
    row('asleep', durationText(statistics.tstMin), 'efficiency', percent(statistics.efficiencyPct)),
    row('to fall asleep', minutes(statistics.solMin), 'awake after', minutes(statistics.wasoMin)),
    row('N1', minutes(statistics.n1Min), 'N2', minutes(statistics.n2Min)),
    row('N3', minutes(statistics.n3Min), 'REM', minutes(statistics.remMin)),
    row('REM latency', minutes(statistics.remLatencyMin), 'awakenings', `${statistics.awakenings}`),
    row('spindles', `${night.spindles.length}`, 'slow waves', `${night.slowWaves.length}`),
    ...agreementLines(night),
    ...night.warnings.map((warning) => `note: ${warning}`),
    ...written.map((path) => `wrote ${path}`),
    'Estimates of a model, not a diagnosis.',
  ]
  return `${lines.join('\n')}\n`
}

/** The hypnogram in block characters, one row per stage; a column shows the stage most of it is. */
function drawing(stages: readonly Stage[]): string[] {
  const columns = Math.min(WIDTH, stages.length)
  const most = Array.from({ length: columns }, (_, column) => {
    const part = stages.slice(
      Math.floor((column * stages.length) / columns),
      Math.floor(((column + 1) * stages.length) / columns),
    )
    return commonest(part)
  })
  return ROWS.map((stage) => {
    const marks = most.map((shown) => (shown === stage ? '█' : '·')).join('')
    return `${stage.padStart(3)} ${marks}`
  })
}

function commonest(stages: readonly Stage[]): Stage {
  const counted = [...STAGES, '?' as const].map((stage) => ({
    stage,
    n: stages.filter((other) => other === stage).length,
  }))
  return counted.reduce((best, next) => (next.n > best.n ? next : best)).stage
}

function agreementLines({ reference }: Night): string[] {
  if (!reference) return []
  const { accuracy, kappa } = reference.agreement
  return [row('agreement', percent(100 * accuracy), 'kappa', kappa.toFixed(3))]
}

function row(name: string, value: string, other: string, second: string): string {
  return `${name.padEnd(16)}${value.padEnd(16)}${other.padEnd(14)}${second}`
}

function minutes(value: number | undefined): string {
  return value === undefined || !Number.isFinite(value) ? '-' : durationText(value)
}

function percent(value: number | undefined): string {
  return value === undefined || !Number.isFinite(value) ? '-' : `${value.toFixed(1)} %`
}
