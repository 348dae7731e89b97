export * from './failsafe.ts'
export * from './granting.ts'
export * from './softness.ts'
