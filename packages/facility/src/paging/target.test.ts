import { createHmac } from 'node:crypto'
import { createServer as createHttp, type IncomingMessage } from 'node:http'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import type { Callout } from './callout.ts'
import { mail } from './mail.ts'
import { webhook } from './webhook.ts'

const PAGE: Callout = {
  ...{ id: 'i-1-1000', subject: 'i-1', kind: 'incident', severity: 'critical' },
  what: 'An act outside what a sleeper allowed (release 7): act outside consent',
  ...{ release: 7, again: true, sinceMs: 1000, atMs: 301_000, link: 'https://centre/#fleet/i-1' },
}

const open: { close(done?: () => void): unknown }[] = []
afterEach(async () => {
  for (const server of open.splice(0)) await new Promise<void>((done) => server.close(done))
})

async function portOf(server: Server): Promise<number> {
  open.push(server)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return (server.address() as AddressInfo).port
}

const never = new AbortController().signal

describe('a page by webhook (F84)', () => {
  it('is JSON that the receiver can know to be ours, under an id that stays the same', async () => {
    const heard: { request: IncomingMessage; body: string }[] = []
    const server = createHttp(async (request, response) => {
      let body = ''
      for await (const piece of request) body += piece
      heard.push({ request, body })
      response.writeHead(204).end()
    })
    const port = await portOf(server)
    const hook = webhook(`http://127.0.0.1:${port}/on-call?secret=1`, 'key')
    await hook.send(PAGE, never)
    const { request, body } = heard[0]!
    expect([request.method, JSON.parse(body)]).toEqual(['POST', PAGE])
    const said = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(request.headers['x-nocturne-signature']))
    const own = createHmac('sha256', 'key').update(`${said![1]}.${body}`).digest('hex')
    expect(said![2]).toBe(own)
    expect(request.headers['x-nocturne-page']).toBe(PAGE.id)
    expect(hook.label).toBe(`http://127.0.0.1:${port}/…`)
    server.closeAllConnections()
  })

  it('has not arrived where the other side says no, leads elsewhere, or is not there', async () => {
    const server = createHttp(({ url }, response) => {
      const status = Number(url!.slice(1))
      response.writeHead(status, status === 302 ? { location: '/200' } : {}).end('no')
    })
    const at = `http://127.0.0.1:${await portOf(server)}`
    for (const status of [302, 404, 500]) {
      await expect(webhook(`${at}/${status}`, 'k').send(PAGE, never)).rejects.toThrow(
        `answer ${status}`,
      )
    }
    server.closeAllConnections()
    await new Promise((done) => server.close(done))
    open.length = 0
    await expect(webhook(`${at}/200`, 'k').send(PAGE, never)).rejects.toThrow(
      /^(?:ECONNREFUSED|UND_ERR_SOCKET)$/,
    )
  })
})

/** A server that takes mail, or says no at a word, or at a line. */
async function mailServer(noAt = ''): Promise<{ port: number; lines: string[] }> {
  const lines: string[] = []
  const server = createServer((socket) => {
    let isLetter = false
    let rest = ''
    socket.on('error', () => socket.destroy())
    socket.write('220 here\r\n')
    socket.on('data', (bytes) => {
      rest += bytes.toString()
      for (let end = rest.indexOf('\r\n'); end >= 0; end = rest.indexOf('\r\n')) {
        const line = rest.slice(0, end)
        rest = rest.slice(end + 2)
        lines.push(line)
        if (isLetter && line !== '.') continue
        isLetter = line === 'DATA'
        const word = line.split(' ')[0]!
        const answer = [word, line].includes(noAt) ? '550 no' : isLetter ? '354 go on' : '250 yes'
        socket.write(`${answer}\r\n`)
        if (word === 'QUIT') socket.end()
      }
    })
  })
  return { port: await portOf(server), lines }
}

describe('a page by mail (F84)', () => {
  it('is a short letter to each of those on duty, with its id as the id of the message', async () => {
    const { port, lines } = await mailServer()
    const by = mail(
      `smtp://127.0.0.1:${port}/?to=ann@ward.example,ben@ward.example&from=n@c.example`,
    )
    await by.send(PAGE, never)
    expect(lines).toContain('MAIL FROM:<n@c.example>')
    expect(lines).toContain('RCPT TO:<ann@ward.example>')
    expect(lines).toContain('RCPT TO:<ben@ward.example>')
    const letter = lines.join('\n')
    expect(letter).toContain('Message-ID: <i-1-1000@nocturne>')
    expect(letter.replaceAll(/\n /g, ' ')).toContain('Subject: [critical] An act outside what')
    expect(lines).toContain('release 7')
    expect(lines).toContain('https://centre/#fleet/i-1')
    expect(by.label).toBe('ann@ward.example, ben@ward.example by 127.0.0.1')
  })

  it('has not arrived where the server does not take it', async () => {
    const { port } = await mailServer('MAIL')
    const by = mail(`smtp://127.0.0.1:${port}/?to=ann@ward.example`)
    await expect(by.send(PAGE, never)).rejects.toThrow('EENVELOPE 550')
  })

  it('has not arrived where one of those on duty was refused, who alone is tried again', async () => {
    const { port, lines } = await mailServer('RCPT TO:<ben@ward.example>')
    const by = mail(`smtp://127.0.0.1:${port}/?to=ann@ward.example,ben@ward.example`)
    await expect(by.send(PAGE, never)).rejects.toThrow('refused for 1 of 2')
    await expect(by.send(PAGE, never)).rejects.toThrow('EENVELOPE 550')
    expect(lines.filter((line) => line === 'RCPT TO:<ann@ward.example>').length).toBe(1)
    await expect(by.send({ ...PAGE, id: 'i-1-2000' }, never)).rejects.toThrow('refused for 1 of 2')
  })

  it('says nothing in the clear beyond this machine, also without a password', async () => {
    const { port, lines } = await mailServer('STARTTLS')
    const by = mail(`smtp://0.0.0.0:${port}/?to=ann@ward.example`)
    await expect(by.send(PAGE, never)).rejects.toThrow()
    expect(lines.join()).not.toMatch(/MAIL|RCPT|DATA/)
  })

  it('sends no password in the clear beyond this machine', async () => {
    const { port, lines } = await mailServer('STARTTLS')
    // This machine by an address that is not its loopback one.
    const by = mail(`smtp://ann:secret@0.0.0.0:${port}/?to=ann@ward.example`)
    await expect(by.send(PAGE, never)).rejects.toThrow()
    expect(lines.join()).not.toMatch(/AUTH|MAIL|c2VjcmV0/)
  })
})
