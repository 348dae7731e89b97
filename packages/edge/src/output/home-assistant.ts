import type { Stopper } from '@nocturne/core/night'
import type { MqttClient } from 'mqtt'
import {
  type BoxIdentity,
  boxTopic,
  discoveryMessages,
  type KnownLamp,
  knownLamp,
} from './home-assistant-discovery.ts'
import type { LampWire } from './lamp.ts'

/** What a box shows of itself in Home Assistant. */
export type BoxReading = 'mode' | 'stage' | 'acting'

/** How to reach the broker and as whom. */
export type HomeAssistantOptions = {
  /** `mqtt://host:1883`, with name and password inside it if the broker wants them. */
  readonly url: string
  readonly box: BoxIdentity
  /** Topic prefix of discovery; `homeassistant` unless the house uses another. */
  readonly prefix?: string
}

/** Time to reach a broker before it is said to be away, ms. */
const CONNECT_MS = 5000
/** Between two tries, ms. */
const RECONNECT_MS = 5000
/** After so long without a word the broker tells everyone that the box is gone, s. */
const KEEPALIVE_S = 15
/** Most lamps that are remembered. */
const MOST_LAMPS = 256

/**
 * A box in Home Assistant over MQTT: entities by discovery, availability by last will, discovery
 * said again when Home Assistant comes back, a button that stops everything. Commands to lamps go
 * out at QoS 0 and only while connected: a command is never kept and delivered late. Source:
 * home-assistant.io/integrations/mqtt.
 */
export class HomeAssistant implements LampWire {
  /** The connection itself: a test cuts it. */
  readonly client: MqttClient
  readonly #box: BoxIdentity
  readonly #prefix: string
  readonly #listeners = new Map<string, ((payload: string) => void)[]>()
  readonly #lamps = new Map<string, KnownLamp>()
  readonly #stops: ((by: Stopper) => void)[] = []
  readonly #readings = new Map<string, string>()

  private constructor(client: MqttClient, { box, prefix = 'homeassistant' }: HomeAssistantOptions) {
    this.client = client
    this.#box = box
    this.#prefix = prefix
    client.on('connect', () => this.#arrive())
    client.on('message', (topic, payload) => this.#hear(topic, payload.toString('utf8')))
    client.on('error', () => undefined) // told by `connected`; the client tries again by itself
  }

  /** Connects; rejects with one line when the broker cannot be reached in 5 s. */
  static async connect(options: HomeAssistantOptions): Promise<HomeAssistant> {
    const { connect } = await import('mqtt')
    const client = connect(options.url, {
      clientId: `nocturne_${options.box.id}`,
      clean: true,
      keepalive: KEEPALIVE_S,
      reconnectPeriod: RECONNECT_MS,
      connectTimeout: CONNECT_MS,
      queueQoSZero: false,
      will: {
        topic: boxTopic(options.box.id, 'availability'),
        payload: Buffer.from('offline'),
        qos: 1,
        retain: true,
      },
    })
    const home = new HomeAssistant(client, options)
    await new Promise<void>((arrive, refuse) => {
      const alarm = setTimeout(() => {
        client.end(true)
        refuse(new Error(`${options.url}: no MQTT broker answered within 5 s`))
      }, CONNECT_MS)
      client.once('connect', () => {
        clearTimeout(alarm)
        arrive()
      })
    })
    return home
  }

  /** True while the broker hears the box. */
  get connected(): boolean {
    return this.client.connected
  }

  /** Lamps of the house that hold a lease by themselves, as discovery has told so far. */
  get lamps(): readonly KnownLamp[] {
    return [...this.#lamps.values()]
  }

  /** Shows a reading; said again after the broker was away. */
  show(reading: BoxReading, text: string): void {
    this.#retain(boxTopic(this.#box.id, reading), text)
  }

  /** Shows whether the alarm sounds. */
  showAlarm(on: boolean): void {
    this.#retain(boxTopic(this.#box.id, 'alarm'), on ? 'ON' : 'OFF')
  }

  /** Hears the stop button, and the alarm being silenced. */
  onStop(listener: (by: Stopper) => void): void {
    this.#stops.push(listener)
  }

  publish(topic: string, payload: string): boolean {
    if (!this.client.connected) return false
    this.client.publish(topic, payload, { qos: 0, retain: false })
    return true
  }

  listen(topic: string, listener: (payload: string) => void): void {
    const known = this.#listeners.get(topic) ?? []
    this.#listeners.set(topic, [...known, listener])
    if (this.client.connected) this.client.subscribe(topic, { qos: 1 })
  }

  /** Says goodbye: the box is shown as away. */
  async close(): Promise<void> {
    if (this.client.connected) {
      await this.client.publishAsync(boxTopic(this.#box.id, 'availability'), 'offline', {
        qos: 1,
        retain: true,
      })
    }
    await this.client.endAsync(!this.client.connected)
  }

  #arrive(): void {
    const { id } = this.#box
    this.client.subscribe(
      [
        `${this.#prefix}/status`,
        `${this.#prefix}/light/+/+/config`,
        boxTopic(id, 'stop'),
        boxTopic(id, 'alarm/set'),
        ...this.#listeners.keys(),
      ],
      { qos: 1 },
    )
    this.#introduce()
  }

  #introduce(): void {
    for (const { topic, payload } of discoveryMessages(this.#box, this.#prefix)) {
      this.client.publish(topic, JSON.stringify(payload), { qos: 1, retain: true })
    }
    this.client.publish(boxTopic(this.#box.id, 'availability'), 'online', { qos: 1, retain: true })
    for (const [topic, text] of this.#readings) {
      this.client.publish(topic, text, { qos: 1, retain: true })
    }
  }

  #retain(topic: string, text: string): void {
    this.#readings.set(topic, text)
    if (this.client.connected) this.client.publish(topic, text, { qos: 1, retain: true })
  }

  #hear(topic: string, payload: string): void {
    for (const listener of this.#listeners.get(topic) ?? []) listener(payload)
    if (topic === `${this.#prefix}/status` && payload === 'online') this.#introduce()
    else if (topic === boxTopic(this.#box.id, 'stop')) this.#stop('button')
    else if (topic === boxTopic(this.#box.id, 'alarm/set')) this.#hearAlarm(payload)
    else if (topic.startsWith(`${this.#prefix}/light/`)) this.#meet(topic, payload)
  }

  /** The alarm can be silenced from outside and never started: the state says what is true. */
  #hearAlarm(payload: string): void {
    const off = payload === 'OFF' || payload.includes('"OFF"')
    if (off) this.#stop('button')
    else this.showAlarm(this.#readings.get(boxTopic(this.#box.id, 'alarm')) === 'ON')
  }

  #meet(topic: string, payload: string): void {
    const lamp = knownLamp(payload)
    if (lamp === undefined) this.#lamps.delete(topic)
    else if (this.#lamps.has(topic) || this.#lamps.size < MOST_LAMPS) this.#lamps.set(topic, lamp)
  }

  #stop(by: Stopper): void {
    for (const listener of this.#stops) listener(by)
  }
}
