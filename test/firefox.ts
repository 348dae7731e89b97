import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const CANDIDATES = [process.env.FIREFOX_PATH, '/usr/bin/firefox-esr', '/usr/bin/firefox']
/** It talks to nobody but the test, and asks nothing. */
const QUIET = {
  'app.normandy.enabled': false,
  'app.update.disabledForTesting': true,
  'browser.aboutwelcome.enabled': false,
  'browser.safebrowsing.update.enabled': false,
  'browser.shell.checkDefaultBrowser': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'extensions.update.enabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'services.settings.server': '',
  'toolkit.telemetry.unified': false,
}

/** Path of a Firefox on this machine; undefined where there is none. */
export function firefoxPath(): string | undefined {
  return CANDIDATES.find((path) => path !== undefined && existsSync(path))
}

/** Why a test is skipped: put it in its title. */
export const FIREFOX_MISSING = 'needs Firefox (apt install firefox-esr), which is not here'

/** Opens a page in a headless Firefox with a profile of its own; what comes ends it. */
export function openFirefox(url: string): () => Promise<void> {
  const program = firefoxPath()
  if (!program) throw new Error(FIREFOX_MISSING)
  const home = mkdtempSync(join(tmpdir(), 'nocturne-firefox-'))
  const preferences = Object.entries(QUIET).map(
    ([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});\n`,
  )
  writeFileSync(join(home, 'user.js'), preferences.join(''))
  const child = spawn(program, ['--headless', '--no-remote', '--profile', home, url], {
    // A group of its own: what it starts ends with it.
    ...{ detached: true, stdio: 'ignore' },
    env: { ...process.env, HOME: home },
  })
  const ended = once(child, 'exit')
  return async () => {
    if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
    await ended
    rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
  }
}
