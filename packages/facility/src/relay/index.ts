export * from './first-packet.ts'
export * from './relay.ts'
