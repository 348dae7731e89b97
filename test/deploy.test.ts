import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { command } from '../packages/cli/src/command/facility.ts'
import { hasNats, NATS_MISSING } from './nats-servers.ts'

const deploy = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`../deploy/${name}`, import.meta.url)), 'utf8')

describe('what is started on many machines', () => {
  it('says nothing to the program that it does not know', () => {
    const words = deploy('compose.yaml')
      .match(/ --[a-z-]+/g)!
      .map((word) => word.slice(3))
    expect(words).toContain('inner')
    expect(words.filter((word) => command.options?.[word] === undefined)).toEqual([])
  })

  it.skipIf(!hasNats)(
    `has a configuration that nats-server reads${hasNats ? '' : `, ${NATS_MISSING}`}`,
    () => {
      const folder = mkdtempSync(join(tmpdir(), 'nocturne-deploy-'))
      const file = join(folder, 'nats.conf')
      const text = deploy('nats.conf')
      // Debian's 2.9 does not know this word yet, which the log needs on disks that may lose power.
      expect(text).toMatch(/^ {2}sync_interval: always$/m)
      writeFileSync(file, text.replace(/^ {2}sync_interval: always$/m, ''))
      const env = { ...process.env, NODE: 'nats-1', NATS_PASSWORD: 'secret' }
      const { status, stderr } = spawnSync('nats-server', ['-t', '-c', file], { env })
      rmSync(folder, { recursive: true, force: true })
      expect({ status, said: stderr.toString() }).toMatchObject({ status: 0 })
    },
  )
})
