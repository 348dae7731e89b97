import type { TargetState } from '../paging/caller.ts'
import type { Centre } from './centre.ts'

/** Time between two looks of the meter of the event loop, s. */
const LOOK_S = 0.01

/** One family of samples: name, type, and each sample's labels and value. */
type Family = readonly [
  name: string,
  type: 'counter' | 'gauge',
  samples: readonly (readonly [labels: string, value: number])[],
]

/** What a centre counts, in the text that Prometheus reads (format 0.0.4). */
export function metricsText(centre: Centre, status: unknown): string {
  const families = [
    ...[...doorFamilies(centre), ...centreFamilies(centre)],
    ...[...pageFamilies(centre), ...fleetFamilies(status)],
  ]
  const lines = families.flatMap(([name, type, samples]) => [
    `# TYPE nocturne_${name} ${type}`,
    ...samples.map(([labels, value]) => `nocturne_${name}${labels} ${value}`),
  ])
  lines.push(...centre.meters.logTimes.lines('nocturne_log_append_seconds'))
  return `${lines.join('\n')}\n`
}

function doorFamilies({ door }: Centre): Family[] {
  const counts = door.counts()
  return [
    ['door_received_total', 'counter', [['', counts.received]]],
    ['door_durable_total', 'counter', [['', counts.durable]]],
    ['door_pending', 'gauge', [['', counts.pending]]],
    ['door_rejected_total', 'counter', labelled('reason', counts.rejected)],
    ['door_connections', 'gauge', [['', counts.connections]]],
    ['door_admitted_total', 'counter', [['', counts.admitted]]],
    ['door_ended_total', 'counter', labelled('reason', counts.ended)],
    ['door_unheard_total', 'counter', labelled('reason', counts.unheard)],
    ['door_throttled_total', 'counter', [['', counts.throttled]]],
    ['door_bytes_total', 'counter', [['', counts.bytes]]],
  ]
}

function centreFamilies({ meters, rows, run, slots }: Centre): Family[] {
  const { loop } = meters
  return [
    ['log_records_total', 'counter', [['', meters.logRecords]]],
    ['log_bytes_total', 'counter', [['', meters.logBytes]]],
    ['log_dropped_records_total', 'counter', [['', meters.droppedRecords]]],
    ['log_dropped_bytes_total', 'counter', [['', meters.droppedBytes]]],
    ['disk_free_bytes', 'gauge', meters.disk ? [['', meters.disk.freeBytes]] : []],
    ['disk_size_bytes', 'gauge', meters.disk ? [['', meters.disk.sizeBytes]] : []],
    ['log_failures_total', 'counter', labelled('code', Object.fromEntries(meters.logFailures))],
    ['grants_total', 'counter', [['', meters.grants]]],
    ['http_answers_total', 'counter', labelled('status', Object.fromEntries(meters.answers))],
    ['watchers', 'gauge', [['', meters.watchers]]],
    ['http_connections', 'gauge', labelled('kind', slots.counts)],
    ['http_turned_away_total', 'counter', [['', slots.turnedAway]]],
    ['rows_waiting', 'gauge', [['', rows.waiting]]],
    ['partitions_held', 'gauge', [['', run.held.length]]],
    ['partitions_standing_still', 'gauge', [['', run.broken.length]]],
    ['states_unwritten_total', 'counter', [['', meters.unwrittenStates]]],
    [
      ...(['loop_delay_seconds', 'gauge'] as const),
      [50, 99, 100].map((share) => [
        `{quantile="${share / 100}"}`,
        loopDelayS(loop.percentile(share)),
      ]),
    ],
    ['memory_bytes', 'gauge', [['', process.memoryUsage.rss()]]],
    [
      'cpu_seconds_total',
      'counter',
      [['', process.cpuUsage().user / 1e6 + process.cpuUsage().system / 1e6]],
    ],
    ['uptime_seconds', 'gauge', [['', process.uptime()]]],
  ]
}

/** How the ways do by which people are called. */
function pageFamilies({ pager }: Centre): Family[] {
  const by = (count: (state: TargetState) => number): (readonly [string, number])[] =>
    pager.states.map((state) => [`{way="${state.name}"}`, count(state)])
  return [
    ['pages_told_total', 'counter', by(({ told }) => told)],
    ['pages_failed_total', 'counter', by(({ failed }) => failed)],
    ['pages_waiting', 'gauge', by(({ waiting }) => waiting)],
    ['pages_failing', 'gauge', by((state) => (state.failingSinceMs === undefined ? 0 : 1))],
  ]
}

/** How late the event loop came, s: the histogram counts the time between two looks too. */
function loopDelayS(betweenNs: number): number {
  return Math.max(0, betweenNs / 1e9 - LOOK_S)
}

/** What the desk says of the fleet, as far as it has said it. */
function fleetFamilies(status: unknown): Family[] {
  const told = (status ?? {}) as {
    readonly enrolled?: number
    readonly online?: number
    readonly modes?: Readonly<Record<string, number>>
  }
  return [
    ['devices_enrolled', 'gauge', [['', told.enrolled ?? 0]]],
    ['devices_online', 'gauge', [['', told.online ?? 0]]],
    ['devices_by_mode', 'gauge', labelled('mode', told.modes ?? {})],
  ]
}

function labelled(
  label: string,
  values: Readonly<Record<string, number | undefined>>,
): (readonly [string, number])[] {
  return Object.entries(values).map(([name, value]) => [`{${label}="${name}"}`, value ?? 0])
}
