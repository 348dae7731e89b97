import { createSocket, type Socket } from 'node:dgram'
import { networkInterfaces } from 'node:os'

/** Ports that discovery and streams use. */
export type LslPorts = {
  /** Where every offerer listens for queries. */
  readonly discovery: number
  /** The first of the ports that streams take, one after another, and how many there are. */
  readonly base: number
  readonly range: number
}

/** The ports of the standard. */
export const LSL_PORTS: LslPorts = { discovery: 16_571, base: 16_572, range: 32 }

/** Groups that offerers join: this link's, and this site's. */
export const MULTICAST_GROUPS: readonly string[] = ['224.0.0.183', '239.255.172.215']

/** How far a query for a site travels, hops. */
export const MULTICAST_HOPS = 24

/** This machine's IPv4 addresses, the loopback among them. */
export function ownAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter(({ family }) => family === 'IPv4')
    .map(({ address }) => address)
}

/** Binds a UDP socket; undefined where the port is taken or there is no such network. */
export function boundSocket(
  port: number,
  options: { readonly shared?: boolean; readonly address?: string } = {},
): Promise<Socket | undefined> {
  return new Promise((done) => {
    const socket = createSocket({ type: 'udp4', reuseAddr: options.shared ?? false })
    const failed = (): void => {
      socket.close()
      done(undefined)
    }
    socket.once('error', failed)
    socket.bind(
      { port, exclusive: true, ...(options.address && { address: options.address }) },
      () => {
        socket.off('error', failed)
        // What goes wrong with one datagram is that datagram's loss.
        socket.on('error', () => undefined)
        done(socket)
      },
    )
  })
}

/** Binds a UDP socket to the first free port of the range, or to any. */
export async function firstFreeSocket({ base, range }: LslPorts): Promise<Socket | undefined> {
  for (let port = base; port < base + range; port++) {
    const socket = await boundSocket(port)
    if (socket) return socket
  }
  return boundSocket(0)
}
