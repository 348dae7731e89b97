/** Made-up exports, one or two nights each, as the makers document them. */
export const TRACKER_FILES: Readonly<Record<string, string>> = {
  'fitbit-csv':
    'Sleep\nStart Time,End Time,Minutes Asleep,Minutes Awake,Number of Awakenings,Time in Bed,Minutes REM Sleep,Minutes Light Sleep,Minutes Deep Sleep\n"2023-10-28 11:12PM","2023-10-29 7:11AM","480","50","30","539","100","300","80"\n"2023-10-29 10:11PM","2023-10-30 6:10AM","430","49","30","479","100","250","80"\n',
  'fitbit-json': JSON.stringify([
    {
      logId: 1,
      dateOfSleep: '2023-10-29',
      startTime: '2023-10-28T23:10:00.000',
      endTime: '2023-10-29T07:10:00.000',
      duration: 32_400_000,
      minutesAsleep: 500,
      mainSleep: true,
      type: 'stages',
      levels: {
        data: [
          { dateTime: '2023-10-28T23:10:00.000', level: 'wake', seconds: 600 },
          { dateTime: '2023-10-28T23:20:00.000', level: 'light', seconds: 28_800 },
          { dateTime: '2023-10-29T06:20:00.000', level: 'rem', seconds: 2400 },
          { dateTime: '2023-10-29T07:00:00.000', level: 'wake', seconds: 600 },
        ],
      },
    },
    {
      dateOfSleep: '2023-10-29',
      startTime: '2023-10-29T14:00:00.000',
      endTime: '2023-10-29T14:40:00.000',
      minutesAsleep: 38,
      mainSleep: false,
      logType: 'manual',
    },
  ]),
  'oura-json': JSON.stringify({
    data: [
      {
        id: 'a',
        day: '2023-10-29',
        type: 'long_sleep',
        bedtime_start: '2023-10-28T23:00:00.000+02:00',
        bedtime_end: '2023-10-29T07:00:00.000+01:00',
        latency: 600,
        total_sleep_duration: 30_000,
        sleep_phase_5_min: '44221133224',
        heart_rate: {
          interval: 300,
          items: [60, null, 58.5],
          timestamp: '2023-10-28T23:00:00.000+02:00',
        },
        hrv: { interval: 300, items: [40, 0], timestamp: '2023-10-28T23:00:00.000+02:00' },
      },
      { type: 'deleted', bedtime_start: 'x', bedtime_end: 'y' },
    ],
  }),
  'oura-json v1': JSON.stringify({
    sleep: [
      {
        summary_date: '2023-07-01',
        bedtime_start: '2023-07-01T23:30:00-07:00',
        bedtime_end: '2023-07-02T07:00:00-07:00',
        onset_latency: 300,
        total: 25_200,
        hypnogram_5min: '4222113',
        hr_5min: [0, 55, 54],
        rmssd_5min: [0, 40],
      },
    ],
  }),
  'oura-csv':
    'date,Sleep Score,Total Sleep Duration,Bedtime Start,Bedtime End,Sleep Latency\n2023-10-29,80,30000,2023-10-28T23:00:00+02:00,2023-10-29T07:00:00+01:00,600\n2023-10-30,,,,,\n',
  garmin: JSON.stringify([
    {
      calendarDate: '2023-10-29',
      sleepStartTimestampGMT: '2023-10-28T21:10:00.0',
      sleepEndTimestampGMT: '2023-10-29T06:05:00.0',
      sleepStartTimestampLocal: '2023-10-28T23:10:00.0',
      sleepWindowConfirmationType: 'ENHANCED_CONFIRMED_FINAL',
      deepSleepSeconds: 3600,
      lightSleepSeconds: 18_000,
      remSleepSeconds: 7200,
      awakeSleepSeconds: 600,
    },
    { calendarDate: '2023-10-30', sleepWindowConfirmationType: 'OFF_WRIST' },
    {
      calendarDate: '2023-10-31',
      sleepStartTimestampGMT: 1_698_700_000_000,
      sleepEndTimestampGMT: 1_698_725_000_000,
      sleepWindowConfirmationType: 'MANUALLY_CONFIRMED',
    },
  ]),
  'garmin daily': JSON.stringify({
    dailySleepDTO: {
      sleepStartTimestampGMT: 1_698_700_000_000,
      sleepEndTimestampGMT: 1_698_725_000_000,
      sleepStartTimestampLocal: 1_698_703_600_000,
      deepSleepSeconds: 3600,
    },
    sleepLevels: [
      { startGMT: '2023-10-30T21:06:40.0', endGMT: '2023-10-30T22:00:00.0', activityLevel: 1.0 },
      { startGMT: '2023-10-30T22:00:00.0', endGMT: '2023-10-30T23:00:00.0', activityLevel: 0.0 },
    ],
  }),
  withings:
    'from,to,"light (s)","deep (s)","rem (s)","awake (s)","wake up","Duration to sleep (s)","Duration to wake up (s)","Average heart rate"\n2023-10-28T23:00:00+02:00,2023-10-29T07:00:00+01:00,18000,7200,3600,1800,2,900,300,55\n',
  whoop:
    'Cycle start time,Cycle end time,Cycle timezone,Sleep onset,Wake onset,Sleep performance %,Asleep duration (min),In bed duration (min),Nap\n2023-10-28 23:15:00,,UTC+02:00,2023-10-28 23:15:00,2023-10-29 08:00:00,90,500,525,false\n2023-10-29 23:15:00,,UTCZ,2023-10-29 14:15:00,2023-10-29 14:40:00,90,20,25,true\n2023-10-30 23:15:00,,UTC-08:00,,,,,,\n',
  'sleep-as-android':
    'Id,Tz,From,To,Sched,Hours,Rating,Comment,Framerate,Snore,Noise,Cycles,DeepSleep,LenAdjust,Geo,"2:40","2:50","Event","Event"\n"1698543600000","Europe/Berlin","29. 10. 2023 2:40","29. 10. 2023 9:00","29. 10. 2023 9:00","7.3","3.0","#work, ""x""","10007","-1","-1.0","5","0.5","0","","1.0","0.5","DEEP_START-1698546600000","HR-1698546600000-55.5","DEEP_END-1698548400000","ALARM_DISMISS-1698566400000"\nId,Tz,From,To,Sched,Hours,Rating,Comment,Framerate,Snore,Noise,Cycles,DeepSleep,LenAdjust,Geo,"7:00"\n"1698602400000","Asia/Tokyo","30. 10. 2023 3:00","30. 10. 2023 7:00","30. 10. 2023 7:00","4.0","0.0","Manually added","10007","-1","-1.0","-1","-1.0","0","","0.0"\n',
  sleepmeter:
    'custom_aid_id,class,name\nCUSTOM_0001,HERBAL,"test "\',\\"\n\nwake,sleep,bedtime,holes,type,dreams,aid,hindrances,tags,quality,notes\n"2023-10-29 07:00+0100","2023-10-28 23:00+0200","2023-10-28 22:50+0200",59-69|100-120,NIGHT_SLEEP,NONE,NONE,NOISE|ALARM_CLOCK,WORK_NIGHT,5,"a \\" quote\n"\n"2023-10-29 14:40+0100","2023-10-29 14:00+0100","2023-10-29 14:00+0100",,NAP,NONE,NONE,NONE,NONE,5,""\n',
  'plees-tracker':
    'sid,start,stop,rating\n1,1698527400000,1698559200000,3\n2,1698620000000,1698640000000,0\n',
}
