import type { SnapshotPort } from '../desk-run/snapshots.ts'
import type { StorePort } from '../store/store-port.ts'

const TABLE = `CREATE TABLE IF NOT EXISTS partition_state (
  seat BIGINT PRIMARY KEY, next BIGINT NOT NULL, state TEXT NOT NULL)`
const READ = 'SELECT next, state FROM partition_state WHERE seat = ?'
/** Of two machines the one that has seen more is right, whoever writes last. */
const WRITE = `INSERT INTO partition_state (seat, next, state) VALUES (?, ?, ?)
  ON CONFLICT (seat) DO UPDATE SET next = excluded.next, state = excluded.state
  WHERE partition_state.next <= excluded.next`

/** Snapshots in the store that all machines share: whoever takes over reads on from there. */
export async function storeSnapshots(store: StorePort): Promise<SnapshotPort> {
  await store.run(TABLE)
  return {
    read: async (partition) => {
      const [row] = await store.all(READ, [partition])
      return row && { offset: Number(row.next), text: String(row.state) }
    },
    write: async (partition, { offset, text }) => {
      await store.run(WRITE, [partition, offset, text])
    },
  }
}
