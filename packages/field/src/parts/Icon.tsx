const PATHS = {
  back: <path d="m15 5-7 7 7 7" />,
  close: <path d="m6 6 12 12M18 6 6 18" />,
  next: <path d="m9 5 7 7-7 7" />,
  tasks: <path d="M9 6h11M9 12h11M9 18h11M3.5 6l1 1 2-2M3.500 12l1 1 2-2M3.500 18l1 1 2-2" />,
  camera: (
    <>
      <path d="M4 8h3.500l1.500-2.500h6L16.500 8H20a1 1 0 0 1 1 1v9.500a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V9a1 1 0 0 1 1-1Z" />
      <circle cx="12" cy="13.500" r="3.500" />
    </>
  ),
  shift: (
    <>
      <circle cx="12" cy="12" r="8.500" />
      <path d="M12 7v5.500l3.500 2" />
    </>
  ),
  sync: <path d="M5 9a7.500 7.500 0 0 1 13-2l2 2M19 15a7.500 7.500 0 0 1-13 2l-2-2M20 4v5h-5M4 20v-5h5" />,
  part: <path d="M12 3v7M8 10h8v4a4 4 0 0 1-8 0v-4ZM12 18v3M9 3h6" />,
  person: (
    <>
      <circle cx="12" cy="8" r="4" />
      <path d="M4.500 20.500a7.500 7.500 0 0 1 15 0" />
    </>
  ),
  place: (
    <>
      <path d="M12 21.500s7-6.200 7-11.500a7 7 0 0 0-14 0c0 5.300 7 11.500 7 11.500Z" />
      <circle cx="12" cy="10" r="2.500" />
    </>
  ),
  go: <path d="m20.500 3.500-7 17-3-7-7-3 17-7Z" />,
  aim: (
    <>
      <circle cx="12" cy="12" r="5" />
      <path d="M12 2v4M12 18v4M2 12h4M18 12h4" />
    </>
  ),
  check: <path d="m4.500 12.500 5 5 10-11" />,
  cross: <path d="m6 6 12 12M18 6 6 18" />,
  unknown: <path d="M8.500 9a3.500 3.500 0 1 1 5 3.200c-1 .6-1.500 1.200-1.500 2.300M12 18.500v.01" />,
  search: (
    <>
      <circle cx="10.500" cy="10.500" r="6.500" />
      <path d="m15.500 15.500 5 5" />
    </>
  ),
  scan: <path d="M4 8V5a1 1 0 0 1 1-1h3M16 4h3a1 1 0 0 1 1 1v3M20 16v3a1 1 0 0 1-1 1h-3M8 20H5a1 1 0 0 1-1-1v-3M4 12h16" />,
  sound: (
    <>
      <rect x="9" y="3" width="6" height="11" rx="3" />
      <path d="M5 11.500a7 7 0 0 0 14 0M12 18.500V22" />
    </>
  ),
  video: <path d="M4 7h10a1 1 0 0 1 1 1v8a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V8a1 1 0 0 1 1-1ZM15 11l6-3.500v9L15 13" />,
  plus: <path d="M12 5v14M5 12h14" />,
  minus: <path d="M5 12h14" />,
  trash: <path d="M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13" />,
  pause: <path d="M8 5v14M16 5v14" />,
  more: <path d="M5 12h.01M12 12h.01M19 12h.01" strokeWidth="4" />,
  warning: <path d="M12 4 2.500 20h19L12 4ZM12 10v5M12 17.500v.01" />,
  noLine: (
    <path d="M3 3l18 18M6 12.500a8.500 8.500 0 0 1 4-2.300M2.500 9a13 13 0 0 1 4.500-2.800M18 12.500a8 8 0 0 0-2-1.500M21.500 9A13.500 13.500 0 0 0 11 5.500M9 16a4.500 4.500 0 0 1 6 0M12 19.500v.01" />
  ),
  done: (
    <>
      <circle cx="12" cy="12" r="9" />
      <path d="m8 12.500 3 3 5.500-6.500" />
    </>
  )
} as const

/** The names of the signs. */
export type IconName = keyof typeof PATHS

/** A sign beside a word; alone it needs a label on its button. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg className="f-icon" viewBox="0 0 24 24" aria-hidden="true">
      {PATHS[name]}
    </svg>
  )
}
