const USAGE = `usage: npm run evaluate -- starter|wearable DIR [--loso]
  accuracy, kappa, F1, calibration of a shipped stager on a folder of scored nights
npm run evaluate -- clock-coverage [PEOPLE] [FIRST_SEED]
  do the 80 % intervals of clock fits hold the truth of made-up people 80 % of the time
npm run evaluate -- clock-cyepi
  the last two nights of 15 people foretold from the nights before`

const what = process.argv.splice(2, 1)[0]
if (what === 'starter') await import('./starter.ts')
else if (what === 'wearable') await import('./wearable.ts')
else if (what === 'clock-coverage') await import('./clock-coverage.ts')
else if (what === 'clock-cyepi') await import('./clock-cyepi.ts')
else {
  console.error(USAGE)
  process.exit(2)
}
