import { fail, type Problem } from '../../math/result.ts'
import { wallClockS } from '../../math/wall-clock.ts'
import type { EvidenceReader, EvidenceSink } from '../evidence/evidence-reader.ts'
import type { EvidenceCode, EvidenceOptions } from '../evidence/personal-record.ts'
import { type GrowingColumn, growingFloats } from './growing-column.ts'
import { loggerLog } from './logger-log.ts'
import { readingOf } from './reading.ts'

/** Channels of one file. */
const MAX_CHANNELS = 8

/**
 * MotionWatch MTN files of CamNtech: an XML log of changes whose channels hold numbers as text.
 * `motion` is activity counts, `light` is lux; their epoch is in seconds and the start is the
 * property `=StartTime`, on the logger's own clock.
 */
export const motionwatchReader: EvidenceReader = {
  format: 'motionwatch-mtn',
  title: 'MotionWatch MTN',
  takes: 'lines',
  recognises: ({ text }) => text.slice(0, 2000).includes('<motionfile>'),
  open: (options) => openMotionwatch(options),
}

type Channel = { name: string; epochS: number; bad: number; values: GrowingColumn<Float32Array> }

type State = {
  tag: string
  property: string
  startS: number | undefined
  device: string
  channels: Channel[]
  isInChannel: boolean
  nLines: number
}

function openMotionwatch(options: EvidenceOptions): EvidenceSink<string> {
  const where = options.name ?? 'motionwatch-mtn'
  const state: State = {
    tag: '',
    property: '',
    startS: undefined,
    device: 'MotionWatch',
    channels: [],
    isInChannel: false,
    nLines: 0,
  }
  return {
    push(line) {
      state.nLines++
      const opening = line.indexOf('<')
      const lead = opening < 0 ? line : line.slice(0, opening)
      const first = takeText(state, lead, where)
      if (first || opening < 0) return first
      for (const [, name, text] of line.matchAll(/<(\/?[\w:]+)[^<>]*>([^<]*)/g)) {
        takeTag(state, name!)
        const problem = takeText(state, text!, where)
        if (problem) return problem
      }
      return undefined
    },
    end: () => finishChannels(state, options, where),
  }
}

function takeTag(state: State, name: string): void {
  state.tag = name
  if (name === 'channel' && state.channels.length < MAX_CHANNELS) {
    state.isInChannel = true
    state.channels.push({ name: '', epochS: 0, bad: 0, values: growingFloats() })
  }
  if (name === '/channel') state.isInChannel = false
}

function takeText(state: State, text: string, where: string): Problem<EvidenceCode> | undefined {
  const plain = text.trim()
  if (plain === '') return undefined
  const channel = state.isInChannel ? state.channels.at(-1) : undefined
  if (channel === undefined) {
    if (state.tag === 'name') state.property = plain
    if (state.tag === 'content') takeProperty(state, plain)
    return undefined
  }
  if (state.tag === 'name') channel.name = plain
  if (state.tag === 'epoch') channel.epochS = Number(plain)
  if (state.tag !== 'data') return undefined
  for (const cell of plain.split(',')) {
    if (cell.trim() === '') continue
    const value = readingOf(cell.trim())
    if (value === undefined || value < 0) channel.bad++
    if (!channel.values.push(value ?? Number.NaN)) {
      const most = `at most ${channel.values.size()}`
      return fail('TOO_LARGE', `${where} line ${state.nLines}`, 'more epochs', most).problem
    }
  }
  return undefined
}

function takeProperty(state: State, content: string): void {
  if (state.property === '=StartTime') state.startS = wallClockS(content)
  if (state.property === '=Device') state.device = content.slice(0, 20)
}

function finishChannels(
  state: State,
  options: EvidenceOptions,
  where: string,
): ReturnType<EvidenceSink<string>['end']> {
  const { startS, device } = state
  if (startS === undefined)
    return fail('BAD_FIELD', where, 'no =StartTime', 'a start with day and time')
  const read = state.channels.filter(({ name }) => name === 'motion' || name === 'light')
  const [motion] = read
  if (!motion) return fail('TRUNCATED', where, 'no channel of motion or light', 'a channel')
  const epochS = motion.epochS
  const isOdd = ({ epochS: s }: Channel): boolean => !(s >= 1 && s <= 3600) || s !== epochS
  if (read.some(isOdd)) {
    return fail('BAD_FIELD', where, `epochs of ${read.map((c) => c.epochS).join(', ')} s`, 'one')
  }
  const bad = read.find(({ bad: n, values }) => n > 3 && n > values.size() / 20)
  if (bad) return fail('BAD_FIELD', where, `${bad.bad} unreadable epochs of ${bad.name}`, 'numbers')
  const columns = read.map(({ name }) => ({
    kind: name === 'motion' ? ('activityCounts' as const) : ('photopicLux' as const),
    source: `${device} ${name}`,
  }))
  const log = loggerLog('motionwatch-mtn', columns, options)
  const length = Math.max(...read.map(({ values }) => values.size()))
  const values = read.map((channel) => channel.values.values())
  for (let i = 0; i < length; i++) {
    log.add(
      startS + i * epochS,
      values.map((column) => column[i] ?? Number.NaN),
    )
  }
  return log.finish(epochS)
}
