import { hostname } from 'node:os'
import { isLoopback } from '../operator/own-machine.ts'
import { type Callout, calloutText } from './callout.ts'
import type { Target } from './target.ts'
import { targetName } from './target-name.ts'

/** How long each step of the other side may take, ms. */
const STEP_MS = 10_000

/** Pages of which it is known who was refused; the oldest goes first. */
const MOST_LEFT = 100

/** The ports of mail that is handed in: TLS from the first byte, or asked for. */
const PORT = { 'smtps:': 465, 'smtp:': 587 } as const

/**
 * Calls by mail: `smtp(s)://[user:password@]host[:port]/?to=a@b[,c@d][&from=e@f]`. A password is
 * never sent in the clear beyond this machine: without TLS of the other side nothing is sent. A
 * page has arrived when nobody of them was refused; whoever was is tried again alone. The page's id
 * makes the Message-ID.
 */
export function mail(url: string): Target {
  const { protocol, username, password, hostname: host, port, searchParams } = new URL(url)
  const to = (searchParams.get('to') ?? '').split(',')
  const user = decodeURIComponent(username)
  const from = searchParams.get('from') ?? (user.includes('@') ? user : `nocturne@${hostname()}`)
  const isSecure = protocol === 'smtps:'
  /** To whom a page has still to go, by its id. */
  const left = new Map<string, readonly string[]>()
  return {
    ...{ name: targetName(url), kind: 'mail', label: `${to.join(', ')} by ${host}` },
    send: async (page, signal) => {
      const { createTransport } = await import('nodemailer')
      let refused: readonly string[] = []
      const transport = createTransport({
        host: host.replaceAll(/[[\]]/g, ''),
        port: port === '' ? PORT[isSecure ? 'smtps:' : 'smtp:'] : Number(port),
        ...{ secure: isSecure, requireTLS: !isLoopback(host) },
        ...(user !== '' && { auth: { user, pass: decodeURIComponent(password) } }),
        ...{ connectionTimeout: STEP_MS, greetingTimeout: STEP_MS, socketTimeout: STEP_MS },
        ...{ disableFileAccess: true, disableUrlAccess: true },
      })
      const end = (): void => transport.close()
      signal.addEventListener('abort', end)
      try {
        const letter = letterOf(page, from, left.get(page.id) ?? to)
        refused = (await transport.sendMail(letter)).rejected.map(String)
      } catch (error) {
        const { code, responseCode } = error as { code?: string; responseCode?: number }
        throw new Error([code, responseCode].filter(Boolean).join(' ') || 'no answer')
      } finally {
        signal.removeEventListener('abort', end)
        transport.close()
      }
      left.delete(page.id)
      if (refused.length === 0) return
      left.set(page.id, refused)
      if (left.size > MOST_LEFT) left.delete(left.keys().next().value!)
      throw new Error(`refused for ${refused.length} of ${to.length}`)
    },
  }
}

/** A page as a letter. */
function letterOf(page: Callout, from: string, to: readonly string[]) {
  return {
    ...{ from, to: [...to], subject: `[${page.severity}] ${page.what}`, text: calloutText(page) },
    messageId: `<${page.id}@nocturne>`,
    // Nobody's holiday answers to it.
    headers: { 'auto-submitted': 'auto-generated', 'x-nocturne-page': page.id },
  }
}
