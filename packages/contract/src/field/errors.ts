/** Everything the `field` module may refuse, with the texts a person sees. */
export const FIELD_ERRORS = {
  FIELD_INPUT_INVALID: {
    status: 422,
    zh: '操作内容有误：{field}（{reason}）',
    en: 'The operation is not valid: {field} ({reason})'
  },
  FIELD_PLACE_TOO_FAR: {
    status: 422,
    zh: '手动修正的位置距定位点 {distanceM} 米，最多 {limitM} 米',
    en: 'The corrected place is {distanceM} m from the GPS fix; at most {limitM} m'
  },
  FIELD_TIME_TOO_OLD: {
    status: 422,
    zh: '采集时间早于 {days} 天，不能再上传',
    en: 'Captured more than {days} days ago; it can no longer be sent'
  },
  FIELD_POST_LOST: { status: 403, zh: '您已不再担任此项工作的岗位', en: 'You no longer hold a post for this work' },
  FIELD_VERSION_REQUIRED: {
    status: 422,
    zh: '操作缺少所依据的案件版本',
    en: 'The operation does not say which version of the case it was based on'
  },
  FIELD_KEY_REUSED: {
    status: 422,
    zh: '该操作编号已用于另一项操作',
    en: 'This key was used for another operation'
  },
  FIELD_NOT_ON_SHIFT: { status: 422, zh: '您当前没有在岗签到', en: 'You are not clocked in' },
  FIELD_NO_SUCH_EVIDENCE: { status: 404, zh: '尚未收到该照片', en: 'No such photo has arrived yet' },
  FIELD_UPLOAD_METADATA: {
    status: 400,
    zh: '上传信息有误：{field}（{reason}）',
    en: 'The metadata of the upload is not valid: {field} ({reason})'
  },
  FIELD_UPLOAD_UNKNOWN: { status: 404, zh: '没有找到该上传', en: 'No such upload' },
  FIELD_PROPOSAL_NOT_FOUND: { status: 404, zh: '没有找到该部件更正', en: 'No such proposal' },
  FIELD_PROPOSAL_SHAPE: {
    status: 422,
    zh: '{code} 在台账中是线或面，移位请在台账中改绘，本条可不予采纳',
    en: '{code} is a line or an area in the register: redraw it there; this correction can be declined'
  },
  FIELD_PROPOSAL_DECIDED: { status: 409, zh: '该部件更正已由 {by} 处理', en: 'This proposal was already decided by {by}' }
} as const
