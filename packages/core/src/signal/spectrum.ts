export * from './band-power.ts'
export * from './welch.ts'
