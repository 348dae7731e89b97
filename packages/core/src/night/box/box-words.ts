import { strToU8 } from 'fflate'

/**
 * The words that events and inputs are made of, most frequent last, as Deflate's preset dictionary
 * (RFC 1950, section 2.2). Part of version 1 of the format: never changed, only replaced with a
 * new version.
 */
export const BOX_WORDS: Uint8Array = strToU8(
  [
    '{"kind":"night","header":{"montage":{"channels":[{"label":"","role":"eeg"}],"rateHz":256},',
    '"startMs":,"timeZone":"UTC","release":{"name":"nocturne","version":"0.1.0","parameters":{}},',
    '"aim":{"kind":"target"},"seed":,"rehearsal":true,"bedtimeMs":,"wakeMs":,"fullScaleDbA":}}',
    '{"kind":"note","atMs":,"text":"restart","why":"end"}',
    '{"kind":"input","input":{"kind":"consent","atMs":0,"consent":{"terms":{"id":"","mode":"control"',
    '{"kind":"input","input":{"kind":"facility","atMs":,"message":{"say":"natural","reason":""}}}',
    '{"kind":"input","input":{"kind":"stop","atMs":,"by":"button"}}',
    '{"kind":"input","input":{"kind":"clock","atMs":,"stepMs":}}',
    '{"kind":"input","input":{"kind":"latency","atMs":,"meanMs":,"sdMs":}}',
    '{"kind":"input","input":{"kind":"mode","atMs":,"to":"control","awake":true}}',
    '{"kind":"input","input":{"kind":"tick","atMs":',
    '{"kind":"input","input":{"kind":"actuator","atMs":,"leaseId":"","effect":"confirmed"}}',
    '{"kind":"input","input":{"kind":"heartbeat","atMs":',
    '{"kind":"event","event":{"kind":"mode","atMs":,"from":"natural","to":"guidance","code":""}}',
    '{"kind":"event","event":{"kind":"level","sample":,"levelDb":,"why":"predictor","name":"mute"',
    '{"kind":"event","event":{"kind":"seen","what":"slow-wave","sample":,"from":,"to":,',
    '"amplitudeUv":,"cause":"none"}},"spindle-end""eye-movement""arousal-end""movement-end"',
    '{"kind":"event","event":{"kind":"command","lease":{"id":"","seq":,"token":,"issuedAtMs":,',
    '"notAfterMs":,"actuator":"sound","action":"click","maxLevel":,"fallback":"natural",',
    '"consentId":"","reason":""},"level":,"heardAt":,"what":"click"}}',
    '{"kind":"event","event":{"kind":"stage","sample":,"about":,"probabilities":[],"quality":1}}',
    '{"kind":"event","event":{"kind":"decision","decision":{"sample":,"atMs":,"saw":{"stages":[0.],',
    '"stageAgeMs":,"predictor":"sspe","phaseRad":{"$":"NaN"},"frequencyHz":0.,"amplitudeUv":,',
    '"phaseSdRad":0.,"deltaRmsUv":,"muscleRmsUv":,"sinceArousalMs":},"want":{"actuator":"sound",',
    '"level":40,"targetRad":-0.3490658503988659,"heardAt":},"allowed":false,"code":"","rule":"N"}}}',
  ].join(''),
)
