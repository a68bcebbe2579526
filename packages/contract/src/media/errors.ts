/** Everything the `media` module may refuse, with the texts a person sees. */
export const MEDIA_ERRORS = {
  MEDIA_NOT_FOUND: { status: 404, zh: '没有找到该文件', en: 'No such file' },
  MEDIA_NO_PICTURE: { status: 404, zh: '该文件没有缩略图', en: 'This file has no thumbnail' },
  MEDIA_ORIGINAL_FORBIDDEN: { status: 403, zh: '您没有查看原件的权限', en: 'You may not see originals' },
  MEDIA_FILE_REQUIRED: {
    status: 400,
    zh: '请求中需要且只能有一个文件（字段 file）',
    en: 'The request must hold exactly one file (field file)'
  },
  MEDIA_FIELD_INVALID: { status: 400, zh: '字段 {field} 有误：{reason}', en: 'Field {field} is not valid: {reason}' },
  MEDIA_UPLOAD_BROKEN: { status: 400, zh: '上传中断或内容格式有误', en: 'The upload broke off or is malformed' },
  MEDIA_TOO_LARGE: { status: 413, zh: '文件过大，最大 {limitMb} MB', en: 'The file is too large; at most {limitMb} MB' },
  MEDIA_NOT_AN_IMAGE: { status: 422, zh: '文件不是有效的图片', en: 'The file is not a picture that can be decoded' },
  MEDIA_TYPE_NOT_ALLOWED: { status: 422, zh: '不支持的文件类型：{type}', en: 'This type of file is not taken: {type}' },
  MEDIA_PHASE_MISMATCH: { status: 422, zh: '“{phase}”不接受此类文件', en: 'Phase {phase} does not take this kind of file' },
  MEDIA_HASH_MISMATCH: { status: 422, zh: '文件内容与拍摄时的哈希不符', en: 'The bytes do not have the hash taken at capture' },
  MEDIA_TIME_IN_FUTURE: { status: 422, zh: '字段 {field} 的时间晚于当前时间', en: 'Field {field} lies in the future' },
  MEDIA_REFUSED_BY_SCANNER: { status: 422, zh: '文件未通过安全检查', en: 'The file did not pass the malware scan' },
  MEDIA_SCANNER_UNAVAILABLE: {
    status: 503,
    zh: '安全检查暂时不可用，请稍后重试',
    en: 'The malware scanner is not available; try again later'
  },
  MEDIA_STORE_UNAVAILABLE: {
    status: 503,
    zh: '文件存储暂时不可用，请稍后重试',
    en: 'The file store is not available; try again later'
  },
  MEDIA_ALREADY_LINKED: { status: 409, zh: '文件 {id} 已用于其他记录', en: 'File {id} already belongs to another record' },
  MEDIA_OWNER_LIMIT: { status: 422, zh: '图片总大小超过 {limitMb} MB', en: 'The pictures together exceed {limitMb} MB' },
  MEDIA_RANGE_INVALID: { status: 416, zh: '请求的范围无效', en: 'The requested range cannot be served' }
} as const
