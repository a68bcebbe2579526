import { useState } from 'react'

const KEY = 'chengyun.alarm.sound'
const TONE_HZ = 660
const TONE_S = 0.35

/** Whether grave alarms are heard on this machine; silent unless somebody turned it on. */
export function useSound(): [boolean, (on: boolean) => void] {
  const [on, setOn] = useState(() => localStorage.getItem(KEY) === 'on')
  return [
    on,
    (next) => {
      localStorage.setItem(KEY, next ? 'on' : 'off')
      setOn(next)
      // A click is what lets the browser make sound at all; it is heard once so that the person knows it.
      if (next) ring()
    }
  ]
}

let context: AudioContext | null = null

/** One short tone. */
export function ring(): void {
  context ??= new AudioContext()
  const tone = context.createOscillator()
  const gain = context.createGain()
  tone.frequency.value = TONE_HZ
  gain.gain.setValueAtTime(0.15, context.currentTime)
  gain.gain.exponentialRampToValueAtTime(0.001, context.currentTime + TONE_S)
  tone.connect(gain).connect(context.destination)
  tone.start()
  tone.stop(context.currentTime + TONE_S)
}
