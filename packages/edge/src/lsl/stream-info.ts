import { fail, ok, type Result } from '@nocturne/core/math'
import { childText, elementsAt, leaf, readXml, writeXml, type XmlElement } from './xml.ts'

/** How the values of a stream are written. */
export type LslFormat = 'float32' | 'double64' | 'string' | 'int32' | 'int16' | 'int8' | 'int64'

/** Every format, and the bytes of one of its values; a string's length is its own. */
export const FORMAT_BYTES: Readonly<Record<LslFormat, number>> = {
  ...{ float32: 4, double64: 8, string: 0, int32: 4, int16: 2, int8: 1, int64: 8 },
}

/** What somebody who offers a stream says about it. */
export type LslStream = {
  readonly name: string
  /** `EEG`, `Markers`, … */
  readonly type: string
  readonly channelCount: number
  /** Nominal rate, Hz; 0 for a stream of events. */
  readonly rateHz: number
  readonly format: LslFormat
  /** Names the device, so that a stream is found again after its program was restarted. */
  readonly sourceId: string
  /** What stands under `<desc>`: channels and the like. */
  readonly description: readonly XmlElement[]
}

/** A stream as its offerer's machine serves it. */
export type LslStreamInfo = LslStream & {
  /** Protocol of the offerer x 100: 110 is 1.10. */
  readonly version: number
  /** By the offerer's clock, seconds. */
  readonly createdAtS: number
  /** New for every run of the offering program. */
  readonly uid: string
  readonly sessionId: string
  readonly hostname: string
  /** Where it answered from; empty until it did. */
  readonly address: string
  readonly dataPort: number
  readonly timePort: number
}

/**
 * Why a stream cannot be had: `LSL_INFO` it describes itself wrongly, `LSL_CONNECT` nobody answers,
 * `LSL_PROTOCOL` another protocol or another stream, `LSL_PORT` no port is free.
 */
export type LslCode = 'LSL_INFO' | 'LSL_CONNECT' | 'LSL_PROTOCOL' | 'LSL_PORT'

/** Most channels of a stream that is taken. */
const MOST_CHANNELS = 4096

/** The document of a stream; without the description it is the short one that discovery carries. */
export function streamInfoXml(info: LslStreamInfo, full: boolean): string {
  return `<?xml version="1.0"?>\n${writeXml(streamInfoElement(info, full))}`
}

/** The document's root, for queries. */
export function streamInfoElement(info: LslStreamInfo, full: boolean): XmlElement {
  const children = [
    leaf('name', info.name),
    leaf('type', info.type),
    leaf('channel_count', info.channelCount),
    leaf('channel_format', info.format),
    leaf('source_id', info.sourceId),
    leaf('nominal_srate', info.rateHz.toFixed(13)),
    leaf('version', (info.version / 100).toFixed(15)),
    leaf('created_at', info.createdAtS.toFixed(9)),
    leaf('uid', info.uid),
    leaf('session_id', info.sessionId),
    leaf('hostname', info.hostname),
    // The address is not said: whoever is answered sees it.
    leaf('v4address', ''),
    leaf('v4data_port', info.dataPort),
    leaf('v4service_port', info.timePort),
    leaf('v6address', ''),
    leaf('v6data_port', 0),
    leaf('v6service_port', 0),
    { name: 'desc', text: '', children: full ? info.description : [] },
  ]
  return { name: 'info', text: '', children }
}

/**
 * Reads a stream's document, short or full, as it came from `address`. IPv4 ports are taken. Fails
 * with LSL_INFO where a field that is needed is missing or out of its range.
 */
export function readStreamInfo(text: string, address: string): Result<LslStreamInfo, LslCode> {
  const root = readXml(text)
  if (root?.name !== 'info') return fail('LSL_INFO', 'stream', 'no <info>', 'a description in XML')
  const stream = readStream(root)
  if (!stream.ok) return stream
  const of = (name: string): string => childText(root, name)
  const version = Math.round(Number(of('version')) * 100)
  if (!(version > 0)) return fail('LSL_INFO', '<version>', `"${of('version')}"`, 'a number above 0')
  if (of('uid') === '') return fail('LSL_INFO', '<uid>', 'nothing', 'a name of its own')
  return ok({
    ...stream.value,
    ...{ version, uid: of('uid'), address, createdAtS: Number(of('created_at')) },
    ...{ sessionId: of('session_id'), hostname: of('hostname') },
    dataPort: port(of('v4data_port')),
    timePort: port(of('v4service_port')),
  })
}

/** Reads what a stream is from the root of its document, live or in a file of streams. */
export function readStream(root: XmlElement): Result<LslStream, LslCode> {
  const of = (name: string): string => childText(root, name)
  for (const field of ['channel_count', 'nominal_srate']) {
    if (of(field) === '' || !(Number(of(field)) >= 0)) {
      return fail('LSL_INFO', `<${field}>`, `"${of(field)}"`, 'a number from 0')
    }
  }
  const format = of('channel_format')
  if (!Object.hasOwn(FORMAT_BYTES, format)) {
    return fail('LSL_INFO', '<channel_format>', `"${format}"`, Object.keys(FORMAT_BYTES).join(', '))
  }
  const channelCount = Number(of('channel_count'))
  if (!Number.isInteger(channelCount) || channelCount > MOST_CHANNELS) {
    return fail('LSL_INFO', '<channel_count>', `${channelCount}`, `up to ${MOST_CHANNELS}`)
  }
  if (of('name') === '') return fail('LSL_INFO', '<name>', 'nothing', 'a name')
  return ok({
    ...{ name: of('name'), type: of('type'), channelCount, rateHz: Number(of('nominal_srate')) },
    ...{ format: format as LslFormat, sourceId: of('source_id') },
    description: elementsAt(root, ['desc'])[0]?.children ?? [],
  })
}

function port(text: string): number {
  const value = Number(text)
  return Number.isInteger(value) && value > 0 && value < 65_536 ? value : 0
}

/** The description of channels that recorders read: label, unit and type of each. */
export function channelsElement(
  channels: readonly { readonly label: string; readonly unit: string; readonly type: string }[],
): XmlElement {
  const children = channels.map(({ label, unit, type }) => ({
    ...{ name: 'channel', text: '' },
    children: [
      leaf('label', label),
      leaf('unit', unit === 'uV' ? 'microvolts' : unit),
      leaf('type', type),
    ],
  }))
  return { name: 'channels', text: '', children }
}

/** Labels and units as a stream describes them; numbered, without unit, where it does not. */
export function describedChannels(info: LslStream): { label: string; unit: string }[] {
  const root = { name: 'desc', text: '', children: info.description }
  const channels = elementsAt(root, ['channels', 'channel'])
  return Array.from({ length: info.channelCount }, (_, k) => ({
    label: (channels[k] && childText(channels[k], 'label')) || `${k + 1}`,
    unit: (channels[k] && childText(channels[k], 'unit')) || '',
  }))
}
