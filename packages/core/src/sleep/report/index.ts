export * from './coupling-figure.ts'
export * from './figure.ts'
export * from './report.ts'
export * from './stage-figure.ts'
