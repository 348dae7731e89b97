import { execFile } from 'node:child_process'
import { createReadStream, type Stats } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { connect } from 'node:net'
import type { Duplex, Readable } from 'node:stream'
import { ReadStream } from 'node:tty'
import { fail, ok, type Result } from '@nocturne/core/math'
import type { SourceCode } from './source.ts'

/** Bytes to and from a device. */
export type SerialLine = {
  onBytes(listener: (bytes: Uint8Array) => void): void
  /** Sends; where the line takes nothing (a file), nothing happens. */
  write(text: string): void
  /** Resolves with the reason when the line ends. */
  readonly ended: Promise<string>
  close(): Promise<void>
}

const CONNECT_MS = 5000
const BAUD = '115200'

/**
 * Opens a serial port (115 200 baud, raw), a file or pipe of its bytes, or `HOST:PORT`. Fails with
 * SOURCE_LINK where it cannot be opened.
 */
export async function openSerial(place: string): Promise<Result<SerialLine, SourceCode>> {
  const [, host, port] = /^([\w.-]+):(\d{1,5})$/.exec(place) ?? []
  if (host !== undefined && Number(port) < 65_536) return openSocket(host, Number(port))
  const found = await stat(place).catch((error: NodeJS.ErrnoException) => error)
  if (found instanceof Error) {
    const got = found.code === 'ENOENT' ? 'no such device' : String(found.code)
    return fail('SOURCE_LINK', `serial:${place}`, got, 'a serial port, a file or HOST:PORT')
  }
  return (found as Stats).isCharacterDevice()
    ? openPort(place)
    : ok(lineOf(createReadStream(place)))
}

async function openPort(place: string): Promise<Result<SerialLine, SourceCode>> {
  const flag = process.platform === 'darwin' ? '-f' : '-F'
  const settings = [flag, place, BAUD, 'raw', '-echo']
  const problem = await new Promise<string>((done) => {
    execFile('stty', settings, (error, _, said) => done(error ? said.trim() || error.message : ''))
  })
  if (problem !== '') {
    return fail('SOURCE_LINK', `serial:${place}`, problem, 'a serial port of 115 200 baud')
  }
  try {
    const file = await open(place, 'r+')
    const stream = new ReadStream(file.fd) as unknown as Duplex
    return ok(lineOf(stream, (text) => void file.write(text).catch(() => undefined)))
  } catch (error) {
    const got = String((error as NodeJS.ErrnoException).code ?? error)
    return fail('SOURCE_LINK', `serial:${place}`, got, 'a serial port that may be read and written')
  }
}

function openSocket(host: string, port: number): Promise<Result<SerialLine, SourceCode>> {
  return new Promise((done) => {
    const socket = connect(port, host)
    const failed = (got: string): void => {
      socket.destroy()
      done(fail('SOURCE_LINK', `serial:${host}:${port}`, got, 'somebody who listens there'))
    }
    const wait = setTimeout(() => failed('no answer'), CONNECT_MS)
    socket.once('error', (error) => failed(error.message))
    socket.once('connect', () => {
      clearTimeout(wait)
      socket.setNoDelay(true)
      done(ok(lineOf(socket, (text) => socket.write(text))))
    })
    socket.once('close', () => clearTimeout(wait))
  })
}

function lineOf(stream: Readable, write: (text: string) => void = () => undefined): SerialLine {
  const ended = new Promise<string>((done) => {
    stream.once('end', () => done('the line ended'))
    stream.once('close', () => done('the line was closed'))
    stream.on('error', (error) => done(error.message))
  })
  return {
    onBytes: (listener) => {
      stream.on('data', (bytes: Buffer) => listener(bytes))
    },
    write: (text) => {
      if (!stream.destroyed) write(text)
    },
    ended,
    close: async () => {
      stream.destroy()
      await ended
    },
  }
}
