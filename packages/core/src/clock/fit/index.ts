export * from './clock-posterior.ts'
