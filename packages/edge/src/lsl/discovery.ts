import { randomInt } from 'node:crypto'
import type { Socket } from 'node:dgram'
import {
  boundSocket,
  firstFreeSocket,
  LSL_PORTS,
  type LslPorts,
  MULTICAST_GROUPS,
  MULTICAST_HOPS,
  ownAddresses,
} from './network.ts'
import { type LslStreamInfo, readStreamInfo } from './stream-info.ts'

/** How to look for streams. */
export type FindOptions = {
  /** Ends the search as soon as this many are found; 1 unless said. */
  readonly least?: number
  /** Longest search, ms; 5 s unless said. */
  readonly timeoutMs?: number
  /** Hosts (names or IPv4 addresses) that are asked one by one, where multicast does not reach. */
  readonly peers?: readonly string[]
  /** False asks the peers alone. */
  readonly multicast?: boolean
  readonly ports?: LslPorts
}

/** Time between two waves of questions, ms. */
const WAVE_MS = 500
const USUAL_TIMEOUT_MS = 5000
/** Most streams that one search gives, and most peers it asks. */
const MOST_STREAMS = 1024
const MOST_PEERS = 64

/**
 * Finds the streams on the network whose description matches a query (`matchesQuery`): asks by
 * multicast on every interface, by broadcast, this machine, and every port of the peers, until
 * enough have answered or the time is over. Each stream comes once, with the address it answered
 * from. Where there is no network at all nothing is found.
 */
export async function findStreams(
  query: string,
  options: FindOptions = {},
): Promise<LslStreamInfo[]> {
  const { least = 1, timeoutMs = USUAL_TIMEOUT_MS, ports = LSL_PORTS } = options
  const answers = await firstFreeSocket(ports)
  if (answers === undefined) return []
  const senders = options.multicast === false ? [] : await multicastSenders()
  const found = new Map<string, LslStreamInfo>()
  const id = String(randomInt(1, 2 ** 47))
  const question = Buffer.from(`LSL:shortinfo\r\n${query}\r\n${answers.address().port} ${id}\r\n`)
  const ask = (): void => {
    for (const sender of senders) askAll(sender, question, ports)
    askPeers(answers, question, options, ports)
  }
  await new Promise<void>((done) => {
    const wave = setInterval(ask, WAVE_MS)
    const end = (): void => {
      clearInterval(wave)
      clearTimeout(last)
      done()
    }
    const last = setTimeout(end, timeoutMs)
    answers.on('message', (message, { address }) => {
      const info = answerOf(message, id, address)
      if (info && !found.has(info.uid) && found.size < MOST_STREAMS) found.set(info.uid, info)
      if (found.size >= least) end()
    })
    ask()
  })
  for (const socket of [answers, ...senders]) socket.close()
  return [...found.values()]
}

/** Sockets that speak to the groups, one an interface, and to everybody. */
async function multicastSenders(): Promise<Socket[]> {
  const senders: Socket[] = []
  for (const address of ownAddresses()) {
    const socket = await boundSocket(0)
    if (socket === undefined) continue
    try {
      socket.setBroadcast(true)
      socket.setMulticastTTL(MULTICAST_HOPS)
      socket.setMulticastInterface(address)
      senders.push(socket)
    } catch {
      socket.close() // an interface without multicast
    }
  }
  return senders
}

function askAll(sender: Socket, question: Buffer, { discovery }: LslPorts): void {
  for (const address of [...MULTICAST_GROUPS, '255.255.255.255', '127.0.0.1']) {
    sender.send(question, discovery, address, () => undefined)
  }
}

function askPeers(socket: Socket, question: Buffer, options: FindOptions, ports: LslPorts): void {
  for (const peer of (options.peers ?? []).slice(0, MOST_PEERS)) {
    socket.send(question, ports.discovery, peer, () => undefined)
    for (let port = ports.base; port < ports.base + ports.range; port++) {
      socket.send(question, port, peer, () => undefined)
    }
  }
}

function answerOf(message: Buffer, id: string, address: string): LslStreamInfo | undefined {
  const text = message.toString('utf8')
  const end = text.indexOf('\n')
  if (end < 0 || text.slice(0, end).trim() !== id) return undefined
  const info = readStreamInfo(text.slice(end + 1), address)
  return info.ok && info.value.dataPort > 0 ? info.value : undefined
}
