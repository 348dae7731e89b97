import { describeProblem, type Result } from '@nocturne/core/math'
import type { LiveFeed } from './live-feed.ts'
import type { SourceCode } from './source.ts'
import { waited } from './wait.ts'

/** A connection to a device that is up. */
export type Link = {
  /** Resolves with the reason when the device or the network ends it. */
  readonly ended: Promise<string>
  close(): Promise<void>
}

/** Connects to a device once; samples go to the feed from then on. */
export type Connect = () => Promise<Result<Link, SourceCode>>

/** How a link is kept up; the numbers of a night unless said. */
export type Persistence = {
  /** First wait before connecting again, ms; doubled after every failure. */
  readonly firstWaitMs: number
  readonly longestWaitMs: number
  /** Failures in a row before the source ends. */
  readonly mostFailures: number
  /** Silence that counts as a lost link, ms. */
  readonly silenceMs: number
}

/** Waits from .25 s to 30 s, for a day; 5 s of silence. */
export const NIGHTLONG: Persistence = {
  ...{ firstWaitMs: 250, longestWaitMs: 30_000, mostFailures: 2900, silenceMs: 5000 },
}

/** Longest wait for the end of a link that is closed, ms. */
const CLOSE_MS = 1000

/** A link that is kept up until it is closed. */
export type PersistentLink = { close(): Promise<void> }

/**
 * Keeps a link up: when it ends or falls silent it is closed and made anew, with waits that double
 * up to a bound; the feed is told `lost` and `back`. Ends the feed after too many failures in a
 * row.
 */
export function persistentLink(
  first: Link,
  connect: Connect,
  feed: LiveFeed,
  persistence: Persistence,
): PersistentLink {
  const stop = new AbortController()
  const running = keepUp(first, connect, feed, persistence, stop.signal)
  return {
    close: async () => {
      stop.abort()
      // A try that is under way ends by itself and is undone.
      const patience = new AbortController()
      await Promise.race([running, waited(CLOSE_MS, patience.signal)])
      patience.abort()
    },
  }
}

async function keepUp(
  first: Link,
  connect: Connect,
  feed: LiveFeed,
  persistence: Persistence,
  stop: AbortSignal,
): Promise<void> {
  let link: Link | undefined = first
  while (link) {
    const reason = await endOf(link, feed, persistence.silenceMs, stop)
    await link.close()
    if (stop.aborted) return
    feed.tell('lost', reason)
    link = await connectedAgain(connect, feed, persistence, stop)
  }
}

/** Waits until the link ends, falls silent, or the source is closed. */
async function endOf(
  link: Link,
  feed: LiveFeed,
  silenceMs: number,
  stop: AbortSignal,
): Promise<string> {
  const openedMs = feed.nowMs()
  let silence: NodeJS.Timeout | undefined
  const silent = new Promise<string>((done) => {
    silence = setInterval(() => {
      const quietMs = Math.min(feed.silentMs(), feed.nowMs() - openedMs)
      if (quietMs > silenceMs) done(`no sample for ${(quietMs / 1000).toFixed(1)} s`)
    }, silenceMs / 4)
  })
  const stopped = new Promise<string>((done) => {
    if (stop.aborted) done('closed')
    stop.addEventListener('abort', () => done('closed'), { once: true })
  })
  const reason = await Promise.race([link.ended, silent, stopped])
  clearInterval(silence)
  return reason
}

async function connectedAgain(
  connect: Connect,
  feed: LiveFeed,
  persistence: Persistence,
  stop: AbortSignal,
): Promise<Link | undefined> {
  let waitMs = persistence.firstWaitMs
  let problem = ''
  for (let failures = 0; failures < persistence.mostFailures; failures++) {
    await waited(waitMs, stop)
    if (stop.aborted) return undefined
    const link = await connect()
    if (link.ok) {
      if (!stop.aborted) feed.tell('back', `connected again after ${failures + 1} tries`)
      return link.value
    }
    problem = describeProblem(link.problem)
    waitMs = Math.min(persistence.longestWaitMs, 2 * waitMs)
  }
  feed.end(`given up after ${persistence.mostFailures} tries: ${problem}`)
  return undefined
}
