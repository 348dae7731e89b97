import type { Lease } from '@nocturne/core/night'
import mqtt, { type MqttClient } from 'mqtt'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Broker, hasMosquitto, MOSQUITTO_MISSING, startMosquitto } from '#test/mosquitto.ts'
import { HomeAssistant } from './home-assistant.ts'
import { LampOutput } from './lamp.ts'
import type { Effect } from './output.ts'
import { nodeTimer } from './timer.ts'

const BOX = { id: 'test', name: 'Bedside box', version: '0.1.0' }

/** A bulb as Zigbee2MQTT shows one: it turns itself off when its own countdown has run out. */
class Bulb {
  readonly client: MqttClient
  readonly #base: string
  state = { state: 'OFF', brightness: 0 }
  heard: Record<string, unknown>[] = []
  #countdown: NodeJS.Timeout | undefined

  constructor(url: string, name: string) {
    this.#base = `zigbee2mqtt/${name}`
    this.client = mqtt.connect(url)
    this.client.on('message', (_topic, payload) => this.#obey(JSON.parse(String(payload))))
  }

  async ready(name: string): Promise<void> {
    await new Promise((done) => this.client.once('connect', done))
    await this.client.subscribeAsync(`${this.#base}/set`)
    const config = {
      name: null,
      schema: 'json',
      brightness: true,
      state_topic: this.#base,
      command_topic: `${this.#base}/set`,
      origin: { name: 'Zigbee2MQTT', sw: '2.1.0' },
      device: { name },
    }
    await this.client.publishAsync(
      `homeassistant/light/0x01/light/config`,
      JSON.stringify(config),
      {
        retain: true,
      },
    )
  }

  /** Somebody's hand on the switch. */
  byHand(state: { state: string; brightness: number }): void {
    clearTimeout(this.#countdown)
    this.state = state
    this.client.publish(this.#base, JSON.stringify(state))
  }

  #obey(command: Record<string, unknown>): void {
    this.heard.push(command)
    const on = command.state === 'ON'
    this.byHand({ state: on ? 'ON' : 'OFF', brightness: on ? Number(command.brightness) : 0 })
    if (on && typeof command.on_time === 'number') {
      const off = (): void => this.byHand({ state: 'OFF', brightness: 0 })
      this.#countdown = setTimeout(off, command.on_time * 1000)
    }
  }
}

function lease(seq: number, seconds: number): Lease {
  return {
    id: `lease-${seq}`,
    seq,
    issuedAtMs: 0,
    notAfterMs: seconds * 1000,
    token: 1,
    actuator: 'light',
    action: 'lamp',
    maxLevel: 8,
    fallback: 'natural',
    consentId: 'consent',
    reason: 'wake light',
  }
}

async function until(what: () => boolean): Promise<void> {
  const end = Date.now() + 8000
  while (!what()) {
    if (Date.now() > end) throw new Error('waited 8 s in vain')
    await new Promise((done) => setTimeout(done, 10))
  }
}

describe.skipIf(!hasMosquitto)(`Home Assistant over mosquitto ${MOSQUITTO_MISSING}`, () => {
  let broker: Broker
  let watcher: MqttClient
  const seen = new Map<string, string>()
  beforeAll(async () => {
    broker = await startMosquitto()
    watcher = mqtt.connect(broker.url)
    watcher.on('message', (topic, payload) => seen.set(topic, String(payload)))
    await watcher.subscribeAsync(['homeassistant/#', 'nocturne/#'])
  })
  afterAll(async () => {
    await watcher.endAsync(true)
    await broker.stop()
  })

  it('introduces a box by discovery, again when Home Assistant comes back', async () => {
    const home = await HomeAssistant.connect({ url: broker.url, box: BOX })
    home.show('mode', 'natural')
    const topic = 'homeassistant/button/nocturne_test/stop/config'
    await until(() => seen.has(topic) && seen.get('nocturne/v1/test/home/mode') === 'natural')
    const config = JSON.parse(seen.get(topic) ?? '')
    expect(config).toMatchObject({
      unique_id: 'nocturne_test_stop',
      command_topic: 'nocturne/v1/test/home/stop',
      availability_topic: 'nocturne/v1/test/home/availability',
    })
    expect(config.device.identifiers).toEqual(['nocturne_test'])
    for (const [each, payload] of seen) {
      if (!/^homeassistant\/(sensor|siren)/.test(each)) continue
      expect(JSON.parse(payload).state_topic, each).toMatch(/^nocturne\//)
    }
    seen.clear()
    await watcher.publishAsync('homeassistant/status', 'online')
    await until(() => seen.has(topic))
    await home.close()
    await until(() => seen.get('nocturne/v1/test/home/availability') === 'offline')
  })

  it('is shown as away by its last will when it dies without a word', async () => {
    const home = await HomeAssistant.connect({ url: broker.url, box: { ...BOX, id: 'dies' } })
    const topic = 'nocturne/v1/dies/home/availability'
    await until(() => seen.get(topic) === 'online')
    dieSuddenly(home)
    await until(() => seen.get(topic) === 'offline')
    await home.close()
  })

  it('lets the button stop everything, and the alarm be silenced but not started', async () => {
    const home = await HomeAssistant.connect({ url: broker.url, box: BOX })
    const stops: string[] = []
    home.onStop((by) => stops.push(by))
    home.showAlarm(false)
    await until(() => seen.get('nocturne/v1/test/home/alarm') === 'OFF')
    seen.delete('nocturne/v1/test/home/alarm')
    await watcher.publishAsync('nocturne/v1/test/home/alarm/set', 'ON')
    await until(() => seen.get('nocturne/v1/test/home/alarm') === 'OFF')
    expect(stops).toEqual([])
    await watcher.publishAsync('nocturne/v1/test/home/stop', 'STOP')
    await watcher.publishAsync('nocturne/v1/test/home/alarm/set', 'OFF')
    await until(() => stops.length === 2)
    await home.close()
  })

  it('lights a bulb by a lease with on_time that the bulb ends (N42), though the box died meanwhile', async () => {
    const bulb = new Bulb(broker.url, 'bed')
    await bulb.ready('bed')
    const home = await HomeAssistant.connect({ url: broker.url, box: { ...BOX, id: 'lamp' } })
    await until(() => home.lamps.length === 1)
    const lamp = new LampOutput(home.lamps[0]!, 100, home, nodeTimer)
    const effects: Effect[] = []
    lamp.onEffect((effect) => effects.push(effect))
    lamp.carry(lease(1, 1), 5)
    await until(() => effects.some(({ effect }) => effect === 'confirmed'))
    expect(bulb.heard[0]).toMatchObject({ state: 'ON', brightness: 12, on_time: 1 })
    expect(bulb.state.state).toBe('ON')
    dieSuddenly(home)
    await until(() => bulb.state.state === 'OFF')
    expect(bulb.heard.length).toBe(1)
    await home.close()
    await bulb.client.endAsync(true)
  })

  it('tells a hand on the lamp, an end, and a bulb that does not answer', async () => {
    const bulb = new Bulb(broker.url, 'desk')
    await bulb.ready('desk')
    const home = await HomeAssistant.connect({ url: broker.url, box: { ...BOX, id: 'hand' } })
    await until(() => home.lamps.some(({ name }) => name === 'desk'))
    const lamp = new LampOutput(home.lamps[0]!, 100, home, nodeTimer)
    const effects: string[] = []
    const hands: string[] = []
    lamp.onEffect(({ effect }) => effects.push(effect))
    lamp.onOverride((by) => hands.push(by))
    lamp.carry(lease(1, 1), 5)
    lamp.carry(lease(1, 1), 5)
    await until(() => effects.includes('ended'))
    expect(effects).toEqual(['confirmed', 'ended'])
    expect(bulb.heard.length).toBe(1)
    bulb.byHand({ state: 'ON', brightness: 200 })
    await until(() => hands.length === 1)
    await bulb.client.endAsync(true)
    lamp.carry(lease(2, 30), 5)
    await until(() => effects.includes('failed'))
    await lamp.close()
    await home.close()
  })
})

/** Cuts the connection as a power cut would: nothing is said. */
function dieSuddenly(home: HomeAssistant): void {
  const { client } = home
  client.options.reconnectPeriod = 0
  client.stream.destroy()
}
