declare module 'pg-cursor' {
  import type { PostgresCursorConstructor } from 'kysely'

  /** The package has no types of its own; Kysely describes the part that it and we use. */
  const Cursor: PostgresCursorConstructor
  export default Cursor
}
