const USAGE = `usage: npm run evaluate -- starter|wearable DIR [--loso]
  accuracy, kappa, F1, calibration of a shipped stager on a folder of scored nights`

const what = process.argv.splice(2, 1)[0]
if (what === 'starter') await import('./starter.ts')
else if (what === 'wearable') await import('./wearable.ts')
else {
  console.error(USAGE)
  process.exit(2)
}
