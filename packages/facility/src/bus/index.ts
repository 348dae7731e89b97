export * from './connect-bus.ts'
export * from './nats-between.ts'
