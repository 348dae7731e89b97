/** A last will: what is published for a client whose connection breaks. */
export type MqttWill = {
  readonly topic: string
  readonly payload: Uint8Array
  readonly qos: 0 | 1
  readonly retain: boolean
}

/** How a client comes. */
export type MqttConnect = {
  readonly type: 'connect'
  readonly clientId: string
  /** Longest silence of the client, s; 0 = unbounded. */
  readonly keepAliveS: number
  readonly clean: boolean
  readonly will?: MqttWill
  readonly username?: string
  readonly password?: Uint8Array
}

/** A message; `id` is 0 at QoS 0. */
export type MqttPublish = {
  readonly type: 'publish'
  readonly topic: string
  readonly payload: Uint8Array
  readonly qos: 0 | 1
  readonly retain: boolean
  readonly dup: boolean
  readonly id: number
}

/** What a client would like to read; the QoS that it asks for may be 2, what it gets may not. */
export type MqttWish = { readonly filter: string; readonly qos: 0 | 1 | 2 }

/**
 * The packets of MQTT 3.1.1 (OASIS, 2014) that the profile knows: QoS 0 and 1 only, texts in
 * printable ASCII.
 */
export type MqttPacket =
  | MqttConnect
  | { readonly type: 'connack'; readonly sessionPresent: boolean; readonly code: number }
  | MqttPublish
  | { readonly type: 'puback'; readonly id: number }
  | { readonly type: 'subscribe'; readonly id: number; readonly wishes: readonly MqttWish[] }
  /** 0 and 1 are the QoS granted, 128 is a refusal. */
  | { readonly type: 'suback'; readonly id: number; readonly codes: readonly number[] }
  | { readonly type: 'unsubscribe'; readonly id: number; readonly filters: readonly string[] }
  | { readonly type: 'unsuback'; readonly id: number }
  | { readonly type: 'pingreq' }
  | { readonly type: 'pingresp' }
  | { readonly type: 'disconnect' }

/** Why bytes are no packet of the profile; every one of them ends the connection. */
export type MqttCode =
  /** More bytes than the reader allows. */
  | 'MQTT_TOO_LONG'
  /** A remaining length in five bytes, in more bytes than it needs, or that does not fit. */
  | 'MQTT_LENGTH'
  | 'MQTT_TYPE'
  /** Reserved bits that are not as they must be, or QoS 0 with the mark of a repeat. */
  | 'MQTT_FLAGS'
  | 'MQTT_QOS'
  /** A protocol other than MQTT 3.1.1. */
  | 'MQTT_PROTOCOL'
  /** Text that is not printable ASCII, or a topic with a wildcard or without a letter. */
  | 'MQTT_TEXT'
  /** The packet number 0. */
  | 'MQTT_ID'

/** Most wishes or filters of one packet. */
export const MOST_FILTERS = 8
