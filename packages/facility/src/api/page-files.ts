import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { extname, join, relative, sep } from 'node:path'
import { pipeline } from 'node:stream'

/** Serves files of the page; calls the last when it has none of that name. */
export type Page = (request: IncomingMessage, response: ServerResponse, none: () => void) => void

/** By this the page knows that a centre is behind it, and what its readers come for. */
const markOf = (first: FirstView): string => `<meta name="nocturne-centre" content="${first}" />`

/** What a page shows to who asks for nothing: the fleet, or a sleeper's own pages. */
export type FirstView = 'fleet' | 'night'

/** Files up to this length are held in memory, bytes: nobody's request waits for a disk. */
const HELD_BYTES = 2 << 20
const MOST_FILES = 2000

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.wasm': 'application/wasm',
}

type Held = {
  readonly path: string
  readonly type: string
  readonly length: number
  readonly etag: string
  /** Undefined for one that is read when it is asked for. */
  readonly bytes: Buffer | undefined
}

/**
 * The files of a built page, as they are now: read once, so that a page that is built anew behind
 * the centre's back takes nothing away. A long file that is gone later ends its own answer only.
 */
export async function pageFiles(folder: string, first: FirstView = 'fleet'): Promise<Page> {
  const files = new Map<string, Held>()
  const names = await readdir(folder, { recursive: true })
  for (const name of names.slice(0, MOST_FILES)) {
    const held = await heldOf(join(folder, name), first)
    if (held !== undefined) files.set(`/${relative('', name).split(sep).join('/')}`, held)
  }
  return (request, response, none) => {
    const path = pathOf(request.url ?? '/')
    const file = files.get(path === '/' ? '/index.html' : path)
    if (file === undefined) none()
    else give(file, request, response)
  }
}

function pathOf(url: string): string {
  try {
    return decodeURIComponent(url.split('?')[0]!)
  } catch {
    return ''
  }
}

async function heldOf(path: string, first: FirstView): Promise<Held | undefined> {
  const found = await stat(path)
  if (!found.isFile()) return undefined
  const type = TYPES[extname(path)] ?? 'application/octet-stream'
  if (found.size > HELD_BYTES) {
    const etag = `"${found.size}-${Math.floor(found.mtimeMs)}"`
    return { path, type, length: found.size, etag, bytes: undefined }
  }
  const read = await readFile(path)
  const bytes = path.endsWith('index.html')
    ? Buffer.from(read.toString('utf8').replace('<head>', `<head>\n    ${markOf(first)}`))
    : read
  const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`
  return { path, type, length: bytes.length, etag, bytes }
}

function give(file: Held, { headers, method }: IncomingMessage, response: ServerResponse): void {
  const { type, length, etag, bytes, path } = file
  response.setHeader('etag', etag)
  response.setHeader('cache-control', 'no-cache')
  response.setHeader('accept-ranges', 'bytes')
  if (headers['if-none-match'] === etag) {
    response.writeHead(304).end()
    return
  }
  const range = rangeOf(headers.range, length)
  if (range === 'none') {
    response.writeHead(416, { 'content-range': `bytes */${length}` }).end()
    return
  }
  const [from, to] = range ?? [0, length]
  response.writeHead(range ? 206 : 200, {
    ...{ 'content-type': type, 'content-length': to - from },
    ...(range && { 'content-range': `bytes ${from}-${to - 1}/${length}` }),
  })
  if (method === 'HEAD' || to === from) response.end()
  else if (bytes !== undefined) response.end(bytes.subarray(from, to))
  else pipeline(createReadStream(path, { start: from, end: to - 1 }), response, () => undefined)
}

/** From and to, the latter not counted; undefined for all, `none` for what is not there. */
function rangeOf(
  header: string | undefined,
  length: number,
): readonly [number, number] | 'none' | undefined {
  const [, from = '', to = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '') ?? []
  if (from === '' && to === '') return undefined
  const first = from === '' ? Math.max(0, length - Number(to)) : Number(from)
  const last = from === '' || to === '' ? length - 1 : Math.min(Number(to), length - 1)
  return first > last ? 'none' : [first, last + 1]
}
