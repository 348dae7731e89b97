#!/usr/bin/env node
// In a checkout the program is bundled from source on the first call after a change; the published
// package carries the bundle only.
import { existsSync } from 'node:fs'

const build = new URL('../build.js', import.meta.url)
if (existsSync(build)) {
  const { buildWhenStale } = await import(build.href)
  await buildWhenStale()
}
await import('../dist/nocturne.js')
