export * from './facts.ts'
export * from './live-stager.ts'
export * from './montage.ts'
export * from './seen.ts'
