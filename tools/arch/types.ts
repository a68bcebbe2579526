/** One breach: which rule, where, and a sentence that says what is wrong. */
export interface Fault {
  rule: string
  file: string
  message: string
  warning?: boolean
}

/** A rule that this program checks itself (the others stand in .dependency-cruiser.cjs). */
export interface Rule {
  name: string
  why: string
}

/** An import that really happens, as the cruiser resolved it. */
export interface Import {
  from: string
  to: string
}
