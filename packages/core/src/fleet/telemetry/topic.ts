import { type DeviceId, readDeviceId } from './device-id.ts'

/** What every topic of a device begins with. */
const TOPIC_ROOT = 'nocturne/v1/'

/** Longest topic, bytes: a device's longest name and the longest last part. */
export const LONGEST_TOPIC = 72

/** What a device publishes: its birth, frames, events, pieces of a black box, its last will. */
export type UpChannel = 'birth' | 't' | 'e' | 'bb' | 'death'

/** What a device reads: grants, administration, updates. */
export type DownChannel = 'cmd' | 'adm' | 'upd'

const UP: readonly string[] = ['birth', 't', 'e', 'bb', 'death']
const DOWN: readonly string[] = ['cmd', 'adm', 'upd']

/** The topic of one of a device's channels: `nocturne/v1/<device>/<channel>`. Rule F10. */
export function topicOf(device: DeviceId, channel: UpChannel | DownChannel): string {
  return `${TOPIC_ROOT}${device}/${channel}`
}

/** Where a device publishes each of its channels: names made once, not for each message. */
export function upTopicsOf(device: DeviceId): Readonly<Record<UpChannel, string>> {
  const topic = (channel: UpChannel): string => topicOf(device, channel)
  const [birth, death] = [topic('birth'), topic('death')]
  return { birth, t: topic('t'), e: topic('e'), bb: topic('bb'), death }
}

/**
 * The channel of a topic that is this device's own and published upwards; undefined for every
 * other, which a device may not publish under.
 */
export function upChannelOf(device: DeviceId, topic: string): UpChannel | undefined {
  return channelOf(device, topic, UP) as UpChannel | undefined
}

/** The channel of a topic that a device may subscribe to; undefined for what it may not read. */
export function downChannelOf(device: DeviceId, topic: string): DownChannel | undefined {
  return channelOf(device, topic, DOWN) as DownChannel | undefined
}

/** The device whose topic this is; undefined for what is no topic of a device. */
export function deviceOfTopic(topic: string): DeviceId | undefined {
  if (topic.length > LONGEST_TOPIC || !topic.startsWith(TOPIC_ROOT)) return undefined
  const [device = '', channel = '', ...rest] = topic.slice(TOPIC_ROOT.length).split('/')
  if (rest.length > 0 || !(UP.includes(channel) || DOWN.includes(channel))) return undefined
  const read = readDeviceId(device)
  return read.ok ? read.value : undefined
}

function channelOf(
  device: DeviceId,
  topic: string,
  channels: readonly string[],
): string | undefined {
  const prefix = `${TOPIC_ROOT}${device}/`
  return topic.startsWith(prefix)
    ? channels.find((channel) => channel === topic.slice(prefix.length))
    : undefined
}
