import type { RemoteInfo, Socket } from 'node:dgram'
import { lslClockS } from './clock.ts'
import { boundSocket, type LslPorts, MULTICAST_GROUPS, ownAddresses } from './network.ts'
import { matchesQuery } from './query.ts'
import { type LslStreamInfo, streamInfoElement, streamInfoXml } from './stream-info.ts'
import { timeAnswer } from './time-sync.ts'

/**
 * Answers on a socket those who look for the stream; with `tellsTime`, those who compare clocks
 * too. What is no question is passed over.
 */
export function answerQuestions(socket: Socket, info: LslStreamInfo, tellsTime: boolean): void {
  const document = streamInfoXml(info, false)
  const element = streamInfoElement(info, true)
  socket.on('message', (message: Buffer, from: RemoteInfo) => {
    const metS = lslClockS()
    const text = message.toString('utf8')
    const time = tellsTime ? timeAnswer(text, metS) : undefined
    if (time !== undefined) socket.send(time, from.port, from.address, () => undefined)
    const match = /^LSL:shortinfo\r?\n([^\n]*)\n\s*(\d{1,5})\s+(\S+)/.exec(text)
    const port = Number(match?.[2])
    if (!match || !(port > 0 && port < 65_536)) return
    if (!matchesQuery(element, match[1]!.trim())) return
    socket.send(`${match[3]!}\r\n${document}`, port, from.address, () => undefined)
  })
}

/**
 * A socket that hears questions to everybody: the groups on every interface, broadcast, and this
 * machine. Undefined where that port cannot be shared; the stream can then be found by those who
 * ask this machine by name.
 */
export async function discoverySocket({ discovery }: LslPorts): Promise<Socket | undefined> {
  const socket = await boundSocket(discovery, { shared: true })
  if (socket === undefined) return undefined
  for (const group of MULTICAST_GROUPS) {
    for (const address of ownAddresses()) {
      try {
        socket.addMembership(group, address)
      } catch {
        // An interface without multicast.
      }
    }
  }
  return socket
}
