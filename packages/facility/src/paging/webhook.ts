import { createHmac } from 'node:crypto'
import type { Target } from './target.ts'
import { targetName } from './target-name.ts'

/** How long the other side has for its answer, ms. */
const ANSWER_MS = 10_000

/**
 * Calls by HTTP: the page as JSON in a POST, its id in `x-nocturne-page`, and in
 * `x-nocturne-signature` the time of sending `t` (unix s) and `v1`, the HMAC-SHA256 in hexadecimal
 * of `t`, a dot and the body under the key. A status of 200 to 299 says that it arrived.
 */
export function webhook(url: string, key: string): Target {
  const { origin, pathname } = new URL(url)
  return {
    ...{ name: targetName(url), kind: 'webhook' },
    // What stands behind the question mark, and often the end of a path, is a secret.
    label: origin + (pathname.length > 1 ? '/…' : ''),
    send: async (page, signal) => {
      const body = JSON.stringify(page)
      const answer = await fetch(url, {
        ...{ method: 'POST', body, redirect: 'manual' },
        headers: {
          'content-type': 'application/json',
          'user-agent': 'nocturne',
          'x-nocturne-page': page.id,
          'x-nocturne-signature': signatureOf(body, key, Math.floor(Date.now() / 1000)),
        },
        signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]),
      }).catch((error: Error & { cause?: { code?: string } }) => {
        throw new Error(error.cause?.code ?? error.name)
      })
      await answer.body?.cancel().catch(() => undefined)
      if (!answer.ok) throw new Error(`answer ${answer.status}`)
    },
  }
}

/** The signature of a body that is sent at a moment, unix s: `t=...,v1=...`. */
export function signatureOf(body: string, key: string, atS: number): string {
  const v1 = createHmac('sha256', key).update(`${atS}.${body}`).digest('hex')
  return `t=${atS},v1=${v1}`
}
