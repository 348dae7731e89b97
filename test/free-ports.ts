import { createServer } from 'node:net'

/** Ports of this machine that were free, all at the same time. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer())
  const listening = servers.map(
    (server) =>
      new Promise<number>((done, refuse) => {
        server.once('error', refuse)
        server.listen(0, '127.0.0.1', () => {
          const address = server.address()
          done(typeof address === 'object' && address !== null ? address.port : 0)
        })
      }),
  )
  const ports = await Promise.all(listening)
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))))
  return ports
}
