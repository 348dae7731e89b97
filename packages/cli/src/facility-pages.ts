import type { FacilityOptions } from '@nocturne/facility'
import { type Arguments, type Command, UsageError } from './command.ts'

/** Options that say how people are called when something is wrong. */
export const PAGE_OPTIONS: Command['options'] = {
  'page-webhook': {
    type: 'string',
    value: 'URL',
    isMany: true,
    help: 'call people by a signed POST; more than once, or NOCTURNE_PAGE_WEBHOOK',
  },
  'page-mail': {
    type: 'string',
    value: 'smtp://...',
    isMany: true,
    help: 'call people by mail: smtp(s)://user:password@host/?to=a@b; or NOCTURNE_PAGE_MAIL',
  },
}

/** Ways of each kind. */
const MOST_WAYS = 16
const ADDRESS = /^[^@\s,]+@[^@\s,]+$/

/** What `--page-webhook` and `--page-mail` ask for; nothing without them. Throws `UsageError`. */
export function pagesOf(args: Arguments): Pick<FacilityOptions, 'pages'> {
  // A password or a secret path is better kept out of the list of processes.
  const webhooks = listed(args.text('page-webhook') ?? process.env.NOCTURNE_PAGE_WEBHOOK)
  const mails = listed(args.text('page-mail') ?? process.env.NOCTURNE_PAGE_MAIL)
  for (const [name, urls] of Object.entries({ 'page-webhook': webhooks, 'page-mail': mails })) {
    if (urls.length > MOST_WAYS) {
      throw new UsageError(`--${name}: got ${urls.length}, expected ${MOST_WAYS} at most`)
    }
  }
  if (!webhooks.every((url) => /^https?:\/\/\S+$/.test(url) && URL.canParse(url))) {
    throw new UsageError('--page-webhook: got another address, expected https://HOST/PATH')
  }
  if (!mails.every(isMail)) {
    throw new UsageError(
      '--page-mail: got another address, expected smtp(s)://USER:PASSWORD@HOST/?to=A@B',
    )
  }
  return webhooks.length + mails.length > 0 ? { pages: { webhooks, mails } } : {}
}

function listed(text: string | undefined): string[] {
  return (text ?? '').split(/\s+/).filter((word) => word !== '')
}

function isMail(url: string): boolean {
  if (!/^smtps?:\/\/\S+$/.test(url) || !URL.canParse(url)) return false
  const { hostname, searchParams } = new URL(url)
  const { to = '', from, ...others } = Object.fromEntries(searchParams)
  const isKnown = Object.keys(others).length === 0
  const hasFrom = from === undefined || ADDRESS.test(from)
  return hostname !== '' && isKnown && hasFrom && to.split(',').every((each) => ADDRESS.test(each))
}
