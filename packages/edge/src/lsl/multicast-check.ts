import { randomInt } from 'node:crypto'
import type { Socket } from 'node:dgram'
import { boundSocket, MULTICAST_GROUPS, ownAddresses } from './network.ts'

const ANSWER_MS = 500

/**
 * Whether this machine hears what it says to the groups of Lab Streaming Layer, on any interface.
 * Where it does not, streams are found by the names of their machines alone. A switch or a radio
 * between two machines may still keep groups apart.
 */
export async function multicastWorks(): Promise<boolean> {
  const hearer = await boundSocket(0)
  if (hearer === undefined) return false
  const senders: Socket[] = []
  const word = String(randomInt(2 ** 47))
  try {
    return await new Promise<boolean>((done) => {
      const last = setTimeout(() => done(false), ANSWER_MS)
      hearer.on('message', (message) => {
        if (message.toString() !== word) return
        clearTimeout(last)
        done(true)
      })
      for (const address of ownAddresses()) {
        void spoken(hearer, address, word).then((sender) => sender && senders.push(sender))
      }
    })
  } finally {
    for (const socket of [hearer, ...senders]) socket.close()
  }
}

/** Says a word to the groups on one interface, and listens there. */
async function spoken(hearer: Socket, address: string, word: string): Promise<Socket | undefined> {
  const sender = await boundSocket(0)
  if (sender === undefined) return undefined
  try {
    sender.setMulticastInterface(address)
    for (const group of MULTICAST_GROUPS) {
      hearer.addMembership(group, address)
      sender.send(word, hearer.address().port, group, () => undefined)
    }
  } catch {
    // An interface without multicast.
  }
  return sender
}
