import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

/** What takes ten minutes and more by itself runs at night only: `npm run nightly`. */
const nightOnly = process.env.NOCTURNE_NIGHTLY ? [] : ['**/cluster-kill.test.ts']

export default defineConfig({
  resolve: {
    conditions: ['nocturne:src', 'module', 'node', 'import', 'default'],
    alias: { '#test': fileURLToPath(new URL('./test', import.meta.url)) },
  },
  // Without 'import': Node adds it where it imports, and with it pg cannot require its own parts.
  ssr: { resolve: { conditions: ['nocturne:src', 'module', 'node', 'default'] } },
  test: {
    include: [
      'packages/**/*.{test,prop}.ts',
      'packages/**/*.test.tsx',
      'packages/**/e2e/*.e2e.ts',
      'test/**/*.test.ts',
    ],
    exclude: ['**/node_modules/**', '**/dist/**', ...nightOnly],
    // What counts to a hundred by day counts to thousands by night.
    testTimeout: process.env.NOCTURNE_NIGHTLY ? 3_600_000 : 60_000,
    hookTimeout: 120_000,
    maxWorkers: '100%',
    reporters: process.env.CI ? ['default', 'json'] : ['default'],
    outputFile: { json: 'test-results/vitest.json' },
  },
})
