import { describe, expect, it } from 'vitest'
import type { PieceConsent } from './piece-consent.ts'
import { pieceMessages, readPieceMessage } from './piece-message.ts'

const YES: PieceConsent = {
  ...{ incident: 'i-3', device: 'bed-1', fromMs: 1000, toMs: 2000 },
  ...{ signer: 'ab'.repeat(32), signature: 'cd'.repeat(64) },
}

describe('a piece on its way', () => {
  it('is in messages that a front door takes, each with the yes, and whole again in order (F57)', () => {
    const piece = Uint8Array.from({ length: 150_000 }, (_, k) => k % 251)
    const messages = pieceMessages(YES, piece)
    expect(messages.map(({ length }) => length <= 65_000)).toEqual([true, true, true])
    const back: number[] = []
    for (const message of messages) {
      const read = readPieceMessage(message)
      if (!read.ok) throw new Error(read.problem.got)
      expect(read.value).toMatchObject({ consent: YES, of: 150_000, at: back.length })
      back.push(...read.value.bytes)
    }
    expect(Uint8Array.from(back)).toEqual(piece)
  })

  it('is refused, and nothing is thrown, where a line is not what it has to be (F12, F57)', () => {
    const [message] = pieceMessages(YES, Uint8Array.of(1, 2, 3))
    const text = new TextDecoder('latin1').decode(message)
    const bytesOf = (changed: string): Uint8Array =>
      Uint8Array.from(changed, (letter) => letter.charCodeAt(0))
    expect(readPieceMessage(bytesOf(text)).ok).toBe(true)
    for (const changed of [
      ...['', '\n\n', text.slice(0, -3), `${text}x`, text.replace('"at":0', '"at":1')],
      ...[text.replace('i-3', 'x-3'), text.replace('"of":3', '"of":0'), text.slice(1)],
    ]) {
      expect([changed.slice(0, 20), readPieceMessage(bytesOf(changed)).ok]).toEqual([
        changed.slice(0, 20),
        false,
      ])
    }
  })
})
