export * from './plan.ts'
export * from './solve/index.ts'
