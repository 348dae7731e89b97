export * from './error-function.ts'
export * from './exponential.ts'
export * from './trigonometry.ts'
