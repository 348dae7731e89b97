import { connect, type NatsConnection } from '@nats-io/transport-node'

/** Time between two looks for a server that answers, ms. */
const RECONNECT_MS = 250
/** A server that is silent for two of these is left for another, ms. */
const PING_MS = 2000

/**
 * Connects to one of the servers of a bus, and to another whenever that one is lost, for as long as
 * it is not closed. `bus` is `nats://[user:password@]host:port[,host:port ...]`; `name` is how the
 * servers call us. Rejects when none answers within `withinMs`.
 */
export async function connectBus(
  bus: string,
  name: string,
  withinMs: number,
): Promise<NatsConnection> {
  const until = performance.now() + withinMs
  const { servers, user, pass } = readBus(bus)
  for (;;) {
    try {
      return await connect({
        servers,
        name,
        ...(user === undefined ? {} : { user, pass }),
        ...{
          maxReconnectAttempts: -1,
          reconnectTimeWait: RECONNECT_MS,
          reconnectJitter: RECONNECT_MS,
        },
        ...{ pingInterval: PING_MS, maxPingOut: 2, timeout: PING_MS, noEcho: false },
      })
    } catch (error) {
      if (performance.now() >= until) {
        throw new Error(`bus ${servers.join(', ')}: got ${String(error)}, expected NATS`)
      }
      await new Promise((again) => setTimeout(again, RECONNECT_MS))
    }
  }
}

type Bus = { servers: string[]; user?: string; pass?: string }

function readBus(bus: string): Bus {
  const rest = bus.replace(/^nats:\/\//, '')
  const at = rest.lastIndexOf('@')
  const servers = rest.slice(at + 1).split(',')
  if (at < 0) return { servers }
  const [user, ...pass] = rest.slice(0, at).split(':')
  return { servers, user: decodeURIComponent(user!), pass: decodeURIComponent(pass.join(':')) }
}
