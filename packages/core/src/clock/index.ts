export * from './fit/index.ts'
export * from './homeostat/index.ts'
export * from './light/index.ts'
export * from './pacemaker/index.ts'
