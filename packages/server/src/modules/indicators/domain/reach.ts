/** The part of the city a question is about: rows of one dimension, null for all of them. */
export interface Reach {
  kind: 'city' | 'district' | 'street' | 'unit'
  /** Districts, or null for every one and what lies in none. */
  districts: readonly string[] | null
  /** Streets (kind `street`) or units (kind `unit`). */
  keys: readonly string[] | null
}
