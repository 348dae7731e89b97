import type { StorePort } from '../store/store-port.ts'

const TABLE =
  'CREATE TABLE IF NOT EXISTS centre_key (name TEXT PRIMARY KEY, public_key TEXT NOT NULL)'
const PUT = `INSERT INTO centre_key (name, public_key) VALUES ('grants', ?)
  ON CONFLICT (name) DO NOTHING`
const READ = "SELECT public_key FROM centre_key WHERE name = 'grants'"

/**
 * Whether the key that signs grants here (its public half) is that of the other machines: devices
 * believe one. The first machine that asks decides.
 */
export async function isCentresKey(store: StorePort, publicKey: string): Promise<boolean> {
  await store.run(TABLE)
  await store.run(PUT, [publicKey])
  const [row] = await store.all(READ)
  return row?.public_key === publicKey
}
