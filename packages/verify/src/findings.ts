/** Everything the verifier can find, with what it means. `{x}` is filled from the finding. */
export const FINDINGS = {
  FORMAT: { zh: '文件结构不符合案卷包格式：{what}', en: 'not a case bundle of version 1: {what}' },
  SEAL: {
    zh: '封签不符：案卷包在导出后被改动或损坏',
    en: 'the seal does not fit: the bundle was changed or damaged after export'
  },
  STEP_SEQ: {
    zh: '第 {n} 条办理记录的序号是 {seq}：有记录缺失、重复或顺序被调换',
    en: 'step number {n} says seq {seq}: a step is missing, doubled or out of order'
  },
  STEP_LINK: { zh: '第 {n} 条办理记录没有接在前一条之后', en: 'step {n} does not follow from the one before it' },
  STEP_HASH: { zh: '第 {n} 条办理记录的内容与其哈希不符', en: 'step {n} does not have the hash it claims' },
  STEP_STATUS: {
    zh: '第 {n} 条办理记录的起始状态不是前一条的结果',
    en: 'step {n} does not start from the status the one before it led to'
  },
  STEP_TIME: { zh: '第 {n} 条办理记录的时间早于前一条', en: 'step {n} is earlier than the one before it' },
  TAIL: {
    zh: '办理记录的末尾与案件快照不符：末尾被截断或改动',
    en: 'the last step is not the one the case snapshot names: the tail was cut or changed'
  },
  STATUS: { zh: '案件快照的状态不是最后一步的结果', en: 'the status in the snapshot is not where the last step led' },
  FACTS: { zh: '案件快照的字段“{field}”与办理记录不符', en: 'snapshot field "{field}" differs from what the steps say' },
  EVIDENCE_MISSING: { zh: '办理记录提到的证据 {id} 不在案卷包中', en: 'evidence {id}, named by a step, is not in the bundle' },
  EVIDENCE_UNKNOWN: { zh: '证据 {id} 没有任何办理记录提到', en: 'no step names evidence {id}' },
  EVIDENCE_CLAIM: {
    zh: '证据 {id} 的哈希与办理记录不符',
    en: 'evidence {id} has another hash than the step that attached it says'
  },
  EVIDENCE_FILE: { zh: '证据 {id} 的文件 {file} 不存在或无法读取', en: 'file {file} of evidence {id} is missing or unreadable' },
  EVIDENCE_BYTES: { zh: '证据 {id} 的文件内容与其哈希不符', en: 'the file of evidence {id} does not have the hash it claims' },
  DAY_ORDER: { zh: '{day} 的日根不在应有的位置', en: 'the root of {day} is out of order' },
  DAY_ROOT: { zh: '{day} 的日根与其内容不符', en: 'the root of {day} does not fit its content' },
  DAY_LINK: { zh: '{day} 的日根没有接在前一天之后', en: 'the root of {day} does not follow from the day before it' },
  DAY_PROOF_MISSING: {
    zh: '案件在 {day} 有办理记录，但没有给出当日的存在证明',
    en: 'the case moved on {day}, but the proof for that day is missing'
  },
  DAY_PROOF: { zh: '{day} 的存在证明不成立', en: 'the proof for {day} does not hold' },
  DAY_UNPUBLISHED: { zh: '{day} 的日根与已公布的不同', en: 'the root of {day} is not the published one' },
  DAY_ABSENT: {
    zh: '案卷包缺少 {day} 的日根，而该日的根已公布',
    en: 'the bundle lacks the root of {day}, although one was published'
  }
} as const

/** Key of {@link FINDINGS}. */
export type FindingCode = keyof typeof FINDINGS

/** One thing that is wrong with a bundle. */
export interface Finding {
  code: FindingCode
  details: Readonly<Record<string, string | number>>
}

/** A finding in words. */
export function describe(finding: Finding, lang: 'zh' | 'en'): string {
  return FINDINGS[finding.code][lang].replaceAll(/\{(\w+)\}/g, (_, key: string) => String(finding.details[key] ?? ''))
}
