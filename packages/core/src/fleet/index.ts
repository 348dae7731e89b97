export * from './incident/index.ts'
export * from './release/index.ts'
export * from './rollout/index.ts'
export * from './telemetry/index.ts'
