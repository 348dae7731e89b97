import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Writes a small file whole or not at all, before it returns: beside the old one, flushed to the
 * medium, then put in its place, the folder flushed too. For what must be known before it is acted
 * on. Throws the system's error.
 */
export function writeWholeNow(path: string, bytes: string | Uint8Array, mode = 0o600): void {
  const draft = `${path}.part`
  const file = openSync(draft, 'w', mode)
  try {
    let at = 0
    const whole = typeof bytes === 'string' ? Buffer.from(bytes) : bytes
    while (at < whole.length) at += writeSync(file, whole, at)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(draft, path)
  syncFolder(dirname(path))
}

function syncFolder(path: string): void {
  if (process.platform === 'win32') return
  const folder = openSync(path, 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}
