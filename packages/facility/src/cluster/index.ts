export * from './cluster.ts'
export * from './store-snapshots.ts'
