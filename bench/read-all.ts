import { openEdf } from '@nocturne/core/signal'
import { fileSource } from '../packages/cli/src/file-source.ts'

// Reads every channel of a recording into memory and prints how long it took.
const source = await fileSource(process.argv[2] ?? '')
const started = performance.now()
const edf = await openEdf(source)
if (!edf.ok) throw new Error(edf.problem.code)
const channels = await edf.value.readChannels(edf.value.header.signals.map((_, index) => index))
const seconds = (performance.now() - started) / 1000
const samples = channels.reduce((sum, channel) => sum + channel.samples.length, 0)
console.log(JSON.stringify({ seconds, samples }))
await source.close()
