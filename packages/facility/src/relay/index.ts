export * from './first-packet.ts'
export * from './nats-between.ts'
export * from './relay.ts'
