import {
  beginDesk,
  beginPartition,
  DESK_PARTITION,
  deskStep,
  partitionStep,
  writeDesk,
  writePartition,
} from '@nocturne/core/fleet'
import { describe, expect, it } from 'vitest'
import type { LogPort } from '../log/log-port.ts'
import { recoverDesk, recoverPartitions } from './recovery.ts'
import type { SnapshotPort } from './snapshots.ts'
import { PLAIN_STATES } from './state-text.ts'

const AT_MS = 1_790_000_000_000
const SETTINGS = { handshakesPerS: 5 }

describe('a centre that was ended well', () => {
  it('goes on at the time of its states, though its log holds nothing behind them (F29)', async () => {
    const desk = deskStep(beginDesk(SETTINGS), { kind: 'tick', atMs: AT_MS }).state
    const { standing } = desk
    const word = { kind: 'standing', atMs: AT_MS, standing: standing! } as const
    const partition = partitionStep(beginPartition(3), word).state
    const texts = new Map([
      [3, writePartition(partition)],
      [DESK_PARTITION, writeDesk(desk)],
    ])
    const snapshots: SnapshotPort = {
      read: async (of) => ({ offset: 9, text: texts.get(of)! }),
      write: async () => undefined,
    }
    const log = { async *read() {} } as unknown as LogPort
    const found = await recoverPartitions([3], log, snapshots, PLAIN_STATES)
    expect(found.get(3)).toMatchObject({ next: 9, lastMs: AT_MS })
    expect(await recoverDesk(log, snapshots, SETTINGS)).toMatchObject({ next: 9, lastMs: AT_MS })
  })
})
