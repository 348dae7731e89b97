import { join } from 'node:path'
import { keptKey } from '../desk-run/grant-signer.ts'
import { CalloutBook } from '../paging/callout-book.ts'
import { mail } from '../paging/mail.ts'
import { Pager } from '../paging/pager.ts'
import { webhook } from '../paging/webhook.ts'
import { type Parts, troublesOf } from './centre-of.ts'
import type { FacilityOptions } from './facility-options.ts'

/** The key by which a receiver of pages knows that they are this centre's. */
const KEY_FILE = 'page-key'

/** Who calls people, by what the options say; `site` gets its address later. */
export async function pagerOf(
  { folder, pages = {}, journal }: FacilityOptions,
  parts: Pick<Parts, 'clock' | 'rows' | 'run' | 'signer' | 'store'>,
  site: Parts['site'],
): Promise<Pager> {
  const { webhooks = [], mails = [] } = pages
  const { clock, signer, store, rows, run } = parts
  // Two of the same would both be told.
  const urls = [...new Set(webhooks)]
  // The same on all machines of a centre, unless another was put there.
  const fresh = signer.keyFor('nocturne page 1')
  const key = urls.length > 0 ? await keptKey(join(folder, KEY_FILE), fresh) : ''
  const targets = [...urls.map((url) => webhook(url, key)), ...[...new Set(mails)].map(mail)]
  if (targets.length > 0) {
    const labels = targets.map(({ label }) => label).join(', ')
    journal('info', 'people are called', { by: labels })
  }
  return new Pager({
    ...{ targets, book: await CalloutBook.open(store), say: journal },
    link: () => (site.origin === '' ? undefined : `${site.origin}/#fleet`),
    incidents: () => run.desk?.book.incidents,
    troubles: () => troublesOf(parts),
    nowMs: () => clock.nowMs(),
    changed: (told) => {
      // Where the desk is held elsewhere that machine's word counts.
      if (run.desk !== undefined) rows.put({ table: 'fleet', key: 'pages', value: told })
    },
  })
}
