export * from './attendance.ts'
export * from './contests.ts'
export * from './seat-plan.ts'
export * from './seats.ts'
