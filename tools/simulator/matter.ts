// What is known of a class of things that go wrong.

/** What a generated picture shows; `pictures/` draws one of each. */
export type Subject =
  | 'litter'
  | 'heap'
  | 'dirt'
  | 'spill'
  | 'greenLitter'
  | 'clutter'
  | 'fullBin'
  | 'bareGreen'
  | 'stickers'
  | 'billboard'
  | 'goods'
  | 'stall'
  | 'materials'
  | 'pothole'
  | 'cover'
  | 'lamp'
  | 'rail'
  | 'tree'
  | 'bikes'
  | 'cable'
  | 'laundry'
  | 'sofa'
  | 'wall'
  | 'fence'
  | 'dust'

/** When something goes wrong: `activityAt` says how much at an hour. */
export type Rhythm = 'day' | 'market' | 'evening' | 'work' | 'always'

/** A class of matters or components: how often and when it comes, how people say it, what it looks like, how it is put right. */
export interface Matter {
  kind: 'matter' | 'component'
  code: string
  /** Relative frequency. */
  weight: number
  rhythm: Rhythm
  subject: Subject
  /** `{place}` is replaced by a spot on the street, `{n}` by a small number. */
  texts: readonly string[]
  /** What the handler writes when it is done. */
  done: readonly string[]
  /** The class it is most often mistaken for. */
  mistakenFor?: string
}
