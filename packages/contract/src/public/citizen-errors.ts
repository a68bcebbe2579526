/** What the citizen app and its reviewers can be refused: HTTP status and both texts. */
export const CITIZEN_ERRORS = {
  PUBLIC_SIGN_IN: { status: 401, zh: '请先用手机号验证', en: 'Please prove your phone number first' },
  PUBLIC_SIGN_IN_AGAIN: {
    status: 401,
    zh: '登录已过期，请重新验证手机号',
    en: 'Your session has ended; prove your phone number again'
  },
  PUBLIC_CODES_OFF: {
    status: 503,
    zh: '本平台暂未开通短信验证，可匿名上报',
    en: 'Codes cannot be sent here; report without a contact'
  },
  PUBLIC_CODE_TOO_SOON: { status: 429, zh: '验证码已发送，请一分钟后再试', en: 'A code was just sent; try again in a minute' },
  PUBLIC_CODE_NOT_SENT: { status: 502, zh: '验证码发送失败，请稍后再试', en: 'The code could not be sent; try again later' },
  PUBLIC_CODE_WRONG: { status: 422, zh: '验证码不正确或已过期', en: 'The code is wrong or too old' },
  PUBLIC_CAPTCHA_REQUIRED: { status: 403, zh: '操作较频繁，请先完成图形验证', en: 'Please answer the captcha first' },
  PUBLIC_CAPTCHA_WRONG: { status: 403, zh: '图形验证码不正确或已过期', en: 'The captcha was answered wrongly or is too old' },
  PUBLIC_CONSENT_OUTDATED: {
    status: 422,
    zh: '隐私说明已更新为 {version} 版，请阅读后重新同意',
    en: 'The privacy text is now version {version}; please read it and agree again'
  },
  PUBLIC_NOTHING_SAID: { status: 422, zh: '请至少拍一张照片或写一句话', en: 'Take a photo or write a sentence' },
  PUBLIC_EVIDENCE_UNKNOWN: { status: 422, zh: '附件已失效，请重新上传', en: 'A file is not known any more; upload it again' },
  PUBLIC_FILE_LENGTH: { status: 411, zh: '上传时须说明文件大小', en: 'An upload must say its length' },
  PUBLIC_FILE_TOO_LARGE: { status: 413, zh: '文件过大，最多 {limitMb} MB', en: 'The file is too large; at most {limitMb} MB' },
  PUBLIC_FILE_KIND: { status: 415, zh: '只能上传照片、视频或录音', en: 'Only photos, videos and sound can be uploaded' },
  PUBLIC_REPORT_NOT_FOUND: {
    status: 404,
    zh: '没有找到该诉求，请核对编号和查询码',
    en: 'There is no such report; check its number and tracking code'
  },
  PUBLIC_NOT_YOURS: { status: 403, zh: '只有上报人可以这样做', en: 'Only whoever reported it may do this' },
  PUBLIC_NOT_OPEN: { status: 409, zh: '该问题已办结，请新提交诉求', en: 'This report is closed; file a new one' },
  PUBLIC_NOT_CLOSED: { status: 409, zh: '尚未办结，暂不能评价或申请重办', en: 'It is not done yet' },
  PUBLIC_RATED: { status: 409, zh: '您已评价过', en: 'You rated it already' },
  PUBLIC_REOPEN_ASKED: { status: 409, zh: '已有重办申请在审核中', en: 'Your request is being looked at already' },
  PUBLIC_COMPONENT_UNKNOWN: {
    status: 404,
    zh: '没有找到标牌上的这个编码，请直接拍照上报',
    en: 'The code on the plate is not known; please report with a photo'
  },
  PUBLIC_AREA_UNKNOWN: { status: 422, zh: '没有这个区或街道', en: 'There is no such district or street' },
  PUBLIC_BOX: { status: 422, zh: '地图范围有误或过大', en: 'The window of the map is wrong or too large' },
  PUBLIC_PHOTO_NOT_FOUND: { status: 404, zh: '没有这张照片，或尚未公开', en: 'There is no such photo, or it is not public' },
  PUBLIC_REVIEW_NOT_FOUND: { status: 404, zh: '没有这项待审内容', en: 'There is nothing like this to review' },
  PUBLIC_REVIEW_DECIDED: { status: 409, zh: '已由他人审核', en: 'Somebody decided on it already' }
} as const
export type CitizenErrorCode = keyof typeof CITIZEN_ERRORS
