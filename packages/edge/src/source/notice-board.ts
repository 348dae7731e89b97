import type { SourceNotice } from './source.ts'

/** Where a source's notices are told, and who hears them. */
export type NoticeBoard = {
  listen(listener: (notice: SourceNotice) => void): void
  tell(kind: SourceNotice['kind'], atMs: number, text: string): void
}

/** Most notices kept for somebody who begins to listen later. */
const MOST_KEPT = 100

/** A notice board. What was told before anybody listened is told to the first who does. */
export function noticeBoard(): NoticeBoard {
  const listeners: ((notice: SourceNotice) => void)[] = []
  const unheard: SourceNotice[] = []
  return {
    listen: (listener) => {
      listeners.push(listener)
      for (const notice of unheard.splice(0)) listener(notice)
    },
    tell: (kind, atMs, text) => {
      const notice = { kind, atMs, text }
      for (const listener of listeners) listener(notice)
      if (listeners.length > 0) return
      unheard.push(notice)
      if (unheard.length > MOST_KEPT) unheard.shift()
    },
  }
}
