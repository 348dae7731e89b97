export * from './clock-figure.ts'
