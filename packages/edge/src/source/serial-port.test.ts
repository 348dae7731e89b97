import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { describeProblem } from '@nocturne/core/math'
import { describe, expect, it } from 'vitest'
import { openSource } from './open-source.ts'

const PYTHON = process.env.NOCTURNE_PYTHON_LSL
const WITHOUT = PYTHON ? '' : ' (needs NOCTURNE_PYTHON_LSL, any python)'

/** A board behind a terminal: sends a second of packets when it is started. */
const BOARD = `
import os, pty, sys
board, port = pty.openpty()
print(os.ttyname(port), flush=True)
heard = b''
while b'b' not in heard:
    heard += os.read(board, 100)
os.write(board, b'OpenBCI V3 8-16 channel$$$')
for n in range(250):
    packet = bytearray(33)
    packet[0], packet[1], packet[2:5], packet[32] = 0xa0, n, n.to_bytes(3, 'big'), 0xc0
    os.write(board, bytes(packet))
while heard.count(b's') < 2:
    heard += os.read(board, 100)
print(heard.decode(), flush=True)
`

describe.skipIf(!PYTHON)(`a serial port${WITHOUT}`, () => {
  it('is made raw, read to the byte, and let go', async () => {
    const child = spawn(PYTHON!, ['-c', BOARD], { stdio: ['ignore', 'pipe', 'inherit'] })
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
    const port = String((await lines.next()).value)
    const source = await openSource(`serial:${port}`, { channels: ['EEG 1'] })
    if (!source.ok) throw new Error(describeProblem(source.problem))
    const values: number[] = []
    for await (const { columns } of source.value.chunks()) {
      values.push(...columns[0]!)
      if (values.length >= 249) break
    }
    const step = 4.5e6 / 24 / 8388607
    expect(values.slice(0, 249)).toEqual(
      Array.from({ length: 249 }, (_, n) => Math.fround(n * step)),
    )
    await source.value.close()
    expect((await lines.next()).value).toBe('sbs')
  })
})
