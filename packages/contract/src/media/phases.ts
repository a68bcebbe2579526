/** What a file is by its content, never by its name. */
export const MEDIA_KINDS = ['image', 'audio', 'video', 'document'] as const
export type MediaKind = (typeof MEDIA_KINDS)[number]

/** When and why a file was taken in the life of a case, and what kind of file it may be. */
export const MEDIA_PHASES = {
  near: { zh: '近景', en: 'Near view', kinds: ['image'] },
  far: { zh: '远景', en: 'Far view', kinds: ['image'] },
  reference: { zh: '参照', en: 'Reference view', kinds: ['image'] },
  before: { zh: '处置前', en: 'Before handling', kinds: ['image'] },
  after: { zh: '处置后', en: 'After handling', kinds: ['image'] },
  verify: { zh: '核实', en: 'Verification', kinds: ['image'] },
  check: { zh: '核查', en: 'Check', kinds: ['image'] },
  audio: { zh: '录音', en: 'Sound', kinds: ['audio'] },
  video: { zh: '视频', en: 'Video', kinds: ['video'] },
  attachment: { zh: '附件', en: 'Attachment', kinds: MEDIA_KINDS }
} as const satisfies Record<string, { zh: string; en: string; kinds: readonly MediaKind[] }>

export type MediaPhase = keyof typeof MEDIA_PHASES
export const MEDIA_PHASE_KEYS = Object.keys(MEDIA_PHASES) as MediaPhase[]

/** May a file of this kind stand for this phase? */
export const phaseTakes = (phase: MediaPhase, kind: MediaKind): boolean =>
  (MEDIA_PHASES[phase].kinds as readonly MediaKind[]).includes(kind)

/**
 * What does not fit together about a file. Kept as facts beside it and shown to whoever judges the case: a wrong clock or a
 * missing fix is no reason to refuse evidence.
 */
export const MEDIA_DOUBTS = {
  placeFar: { zh: '照片自带位置与上报位置相距较远', en: 'The place inside the file is far from the place reported' },
  timeFar: { zh: '照片自带时间与上报的拍摄时间不符', en: 'The time inside the file differs from the time reported' },
  takenInFuture: { zh: '照片自带时间晚于上传时间', en: 'The time inside the file is later than its upload' },
  notHashedAtCapture: { zh: '拍摄时未计算哈希', en: 'No hash was taken at capture' }
} as const
export type MediaDoubt = keyof typeof MEDIA_DOUBTS
export const MEDIA_DOUBT_KEYS = Object.keys(MEDIA_DOUBTS) as MediaDoubt[]
