import type { Centre } from './centre.ts'
import type { Route } from './route.ts'
import { flag, list, moment, object, oneOf, type Schema, whole } from './schema.ts'

const COUNT = whole(0, Number.MAX_SAFE_INTEGER)
const LINE: Schema = { type: 'string' }
const KIND = oneOf('webhook', 'mail')
const TARGET = object({
  ...{ name: LINE, kind: KIND, label: LINE, waiting: COUNT, told: COUNT, failed: COUNT },
  ...{ 'toldMs?': moment, 'failingSinceMs?': moment, 'why?': LINE },
})
const OUTCOME = object({ kind: KIND, label: LINE, isTold: flag, 'why?': LINE })

/** How people are called when something is wrong. */
export function pageRoutes({ pager }: Centre): Route[] {
  return [
    {
      ...{ method: 'GET', path: '/v1/pages', name: 'pages', deed: 'look' },
      summary: 'By which ways people are called, and whether each works',
      answer: object({ targets: list(TARGET) }),
      handle: async () => ({ targets: pager.states }),
    },
    {
      ...{ method: 'POST', path: '/v1/pages/test', name: 'testPages', deed: 'call-people' },
      summary: 'Sends a page that says it is a test by every way, once; half a minute at most',
      ...{ body: object({}), answer: object({ outcomes: list(OUTCOME) }), isRare: true },
      handle: async () => ({ outcomes: await pager.test() }),
    },
  ]
}
