import type { ByteSource } from '@nocturne/core/signal'
import type { RecordingOrigin } from './messages.ts'

/** A source over wherever a recording comes from. */
export async function originSource(origin: RecordingOrigin): Promise<ByteSource> {
  return 'file' in origin ? fileSource(origin.file) : siteSource(origin.url)
}

/** A source over a file the user chose: read range by range, never uploaded, never whole in memory. */
export function fileSource(file: File): ByteSource {
  return {
    name: file.name,
    size: file.size,
    read: async (offset, length) =>
      new Uint8Array(await file.slice(offset, offset + length).arrayBuffer()),
  }
}

/** A source over a file of this site, read by HTTP ranges. Rejects when the server has none. */
async function siteSource(url: string): Promise<ByteSource> {
  const head = await fetch(url, { method: 'HEAD' })
  if (!head.ok) throw new Error(`${url}: got HTTP ${head.status}, expected 200`)
  return {
    name: url.split('/').at(-1) ?? url,
    size: Number(head.headers.get('content-length')),
    read: async (offset, length) => {
      const range = { range: `bytes=${offset}-${offset + length - 1}` }
      const response = await fetch(url, { headers: range })
      if (response.status !== 206)
        throw new Error(`${url}: got HTTP ${response.status}, expected 206`)
      return new Uint8Array(await response.arrayBuffer())
    },
  }
}
