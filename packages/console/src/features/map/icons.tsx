const PATHS = {
  layers: 'M8 2 14.500 5.500 8 9 1.500 5.500zM1.500 8.500 8 12l6.500-3.500M1.500 11.500 8 15l6.500-3.500',
  legend: 'M2 3.500h3M2 8h3M2 12.500h3M8 3.500h6M8 8h6M8 12.500h6',
  circle: 'M8 2.500a5.500 5.500 0 1 0 0 11 5.500 5.500 0 0 0 0-11zM8 8h.010',
  polygon: 'M3 6 8.500 2 14 6.500 11.500 13.500H4.500z',
  buffer: 'M3.500 12.500 12.500 3.500M1.500 10.500l9-9M5.500 14.500l9-9',
  length: 'M1.500 11 11 1.500 14.500 5 5 14.500zM4 8.500 5.500 10M6.500 6 8 7.500M9 3.500 10.500 5',
  area: 'M2 2h12v12H2zM2 10l8-8M6 14l8-8',
  split: 'M8 1.500v13M2 3.500h12v9H2zM4.500 8h-1M12.500 8h-1',
  time: 'M8 1.500a6.500 6.500 0 1 0 0 13 6.500 6.500 0 0 0 0-13zM8 4.500V8l2.500 2',
  bookmarks: 'M4 2h8v12l-4-3-4 3z',
  export: 'M8 2v8M5 7l3 3 3-3M2.500 11v3h11v-3',
  home: 'M2 7.500 8 2.500l6 5M4 6.500V13.500h8V6.500',
  plus: 'M8 3v10M3 8h10',
  minus: 'M3 8h10',
  close: 'M3.500 3.500l9 9M12.500 3.500l-9 9',
  up: 'M8 12V4M4.500 7.500 8 4l3.500 3.500',
  down: 'M8 4v8M4.500 8.500 8 12l3.500-3.500',
  play: 'M4.500 2.500v11l9-5.500z',
  pause: 'M5 3v10M11 3v10',
  back: 'M10 3 5 8l5 5',
  next: 'M6 3l5 5-5 5',
  fold: 'M4 6l4 4 4-4',
  find: 'M7 2.500a4.500 4.500 0 1 0 0 9 4.500 4.500 0 0 0 0-9zM10.500 10.500 14 14',
  share: 'M6.500 9.500l3-3M7 5l1.500-1.500a2.500 2.500 0 0 1 4 4L11 9M9 11l-1.500 1.500a2.500 2.500 0 0 1-4-4L5 7',
  bin: 'M3 4.500h10M6.500 4.500V2.500h3v2M4.500 4.500l.500 9h6l.500-9',
  print: 'M4 6V2h8v4M4 11H2V6h12v5h-2M4 9.500h8V14H4z',
  tilt: 'M8 1.500 14 5v6l-6 3.500L2 11V5zM2 5l6 3.500L14 5M8 8.500v6'
} as const
export type IconName = keyof typeof PATHS

/** A line drawing of 16 pixels beside or instead of a word; the word is said by the control it stands in. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg
      viewBox="0 0 16 16"
      width="16"
      height="16"
      aria-hidden="true"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.4"
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      <path d={PATHS[name]} />
    </svg>
  )
}
