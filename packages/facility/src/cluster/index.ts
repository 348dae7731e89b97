export * from './cluster.ts'
export * from './same-key.ts'
export * from './store-snapshots.ts'
