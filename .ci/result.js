// Reads what vitest wrote, names what was skipped and why, and closes with one line of counts.
import { readFileSync } from 'node:fs'

let status = Number(process.argv[2] ?? 1)
let counts = { passed: 0, failed: 1, skipped: 0 }
try {
  const result = JSON.parse(readFileSync('test-results/vitest.json', 'utf8'))
  const tests = result.testResults.flatMap((file) =>
    file.assertionResults.map((test) => ({ ...test, file: file.name })),
  )
  const skipped = tests.filter(({ status }) => status !== 'passed' && status !== 'failed')
  for (const test of skipped) console.log(`skipped: ${test.file}: ${test.fullName}`)
  const broken = result.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  )
  for (const file of broken) console.log(`did not run: ${file.name}: ${file.message}`)
  counts = {
    passed: tests.filter(({ status }) => status === 'passed').length,
    failed: tests.filter(({ status }) => status === 'failed').length + broken.length,
    skipped: skipped.length,
  }
} catch (error) {
  console.log(`no test result: ${error.message}`)
}
if (counts.failed > 0 || counts.skipped > 0 || counts.passed === 0) status = status || 1
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`)
process.exit(status)
