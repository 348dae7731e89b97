/** Who publishes: the box, in topics and in Home Assistant's device list. */
export type BoxIdentity = {
  /** Letters, digits, `_` and `-`: part of topics and unique ids. */
  readonly id: string
  readonly name: string
  readonly version: string
}

/** A message that describes one entity to Home Assistant; retained. */
export type DiscoveryMessage = {
  readonly topic: string
  readonly payload: Readonly<Record<string, unknown>>
}

/** The topic under which everything of a box is said. */
export function boxTopic(id: string, leaf: string): string {
  return `nocturne/v1/${id}/home/${leaf}`
}

/** Seconds after which Home Assistant shows a reading as unknown when no newer one came. */
const EXPIRE_AFTER_S = 120

/**
 * The entities of a box: mode, stage and who acts until when as sensors, one button that stops
 * everything, and the alarm as a siren which can be silenced and not started from outside. Source:
 * home-assistant.io/integrations/mqtt, discovery messages; every entity has a state topic, so that
 * nothing is shown that was not confirmed.
 */
export function discoveryMessages(box: BoxIdentity, prefix = 'homeassistant'): DiscoveryMessage[] {
  const shared = {
    availability_topic: boxTopic(box.id, 'availability'),
    payload_available: 'online',
    payload_not_available: 'offline',
    device: {
      identifiers: [`nocturne_${box.id}`],
      name: box.name,
      manufacturer: 'Nocturne',
      model: 'bedside box',
      sw_version: box.version,
    },
    origin: { name: 'nocturne', sw_version: box.version },
  }
  const entity = (
    component: string,
    object: string,
    rest: Record<string, unknown>,
  ): DiscoveryMessage => ({
    topic: `${prefix}/${component}/nocturne_${box.id}/${object}/config`,
    payload: { ...shared, unique_id: `nocturne_${box.id}_${object}`, ...rest },
  })
  const sensor = (object: string, name: string, icon: string): DiscoveryMessage =>
    entity('sensor', object, {
      name,
      icon,
      state_topic: boxTopic(box.id, object),
      expire_after: EXPIRE_AFTER_S,
    })
  return [
    sensor('mode', 'Mode', 'mdi:shield-moon'),
    sensor('stage', 'Sleep stage', 'mdi:sleep'),
    sensor('acting', 'Acting', 'mdi:hand-back-right-off'),
    entity('button', 'stop', {
      name: 'Stop everything',
      icon: 'mdi:stop-circle',
      command_topic: boxTopic(box.id, 'stop'),
      payload_press: 'STOP',
    }),
    entity('siren', 'alarm', {
      name: 'Alarm',
      state_topic: boxTopic(box.id, 'alarm'),
      command_topic: boxTopic(box.id, 'alarm/set'),
      support_duration: false,
      support_volume_set: false,
    }),
  ]
}

/** A lamp that Home Assistant was told of and that can hold a lease by itself. */
export type KnownLamp = {
  readonly name: string
  readonly stateTopic: string
  readonly commandTopic: string
}

/**
 * A lamp out of somebody's discovery message: a light of the JSON schema with brightness and a
 * state topic, published by Zigbee2MQTT, whose bulbs turn off by themselves after `on_time`.
 * Anything else is undefined: a lamp that cannot hold its own expiry is not used.
 */
export function knownLamp(payload: string): KnownLamp | undefined {
  let read: unknown
  try {
    read = JSON.parse(payload)
  } catch {
    return undefined
  }
  if (typeof read !== 'object' || read === null) return undefined
  const { name, object_id, schema, brightness, state_topic, command_topic, origin, device } =
    read as Record<string, unknown>
  if (schema !== 'json' || brightness !== true) return undefined
  if (typeof state_topic !== 'string' || typeof command_topic !== 'string') return undefined
  const from = typeof origin === 'object' ? (origin as Record<string, unknown> | null) : null
  if (from?.name !== 'Zigbee2MQTT') return undefined
  const owner = typeof device === 'object' ? (device as Record<string, unknown> | null) : null
  const called = [name, owner?.name, object_id].find((each) => typeof each === 'string')
  if (called === undefined) return undefined
  return { name: String(called), stateTopic: state_topic, commandTopic: command_topic }
}
