/** Everything `org` can refuse: HTTP status and both texts; `{name}` is filled from the details of the error. */
export const ORG_ERRORS = {
  ORG_SIGN_IN_FAILED: { status: 401, zh: '用户名或密码不正确。', en: 'User name or password is wrong.' },
  ORG_TOTP_REQUIRED: { status: 401, zh: '请输入动态验证码。', en: 'Enter the code of your authenticator.' },
  ORG_TOTP_WRONG: { status: 401, zh: '动态验证码不正确或已使用。', en: 'The code is wrong or was used already.' },
  ORG_ACCOUNT_LOCKED: {
    status: 423,
    zh: '登录失败次数过多，账号已锁定至 {until}。',
    en: 'Too many failures: the account is locked until {until}.'
  },
  ORG_ADDRESS_LOCKED: {
    status: 429,
    zh: '该地址登录失败次数过多，请于 {until} 后再试。',
    en: 'Too many failures from this address: try again after {until}.'
  },
  ORG_SIGN_IN_BUSY: { status: 429, zh: '登录请求过多，请稍后再试。', en: 'Too many sign-ins at once; try again shortly.' },
  ORG_FORBIDDEN: {
    status: 403,
    zh: '您没有执行此操作的权限（{permission}）。',
    en: 'You are not permitted to do this ({permission}).'
  },
  ORG_PASSWORD_PENDING: { status: 403, zh: '请先修改密码。', en: 'Change your password first.' },
  ORG_TOTP_PENDING: { status: 403, zh: '请先绑定动态验证码。', en: 'Enrol a second factor first.' },
  ORG_PASSWORD_WEAK: {
    status: 422,
    zh: '密码至少 8 位，且须包含大写字母、小写字母、数字、符号中的三类。',
    en: 'A password has at least 8 characters of at least three of four kinds.'
  },
  ORG_PASSWORD_CONTAINS_NAME: { status: 422, zh: '密码不得包含用户名。', en: 'A password must not contain the user name.' },
  ORG_PASSWORD_REUSED: {
    status: 422,
    zh: '新密码不得与最近 {count} 次使用的密码相同。',
    en: 'The new password equals one of the last {count}.'
  },
  ORG_PASSWORD_WRONG: { status: 422, zh: '当前密码不正确。', en: 'The current password is wrong.' },
  ORG_TOTP_NOT_STARTED: { status: 409, zh: '请先生成绑定二维码。', en: 'Start the enrolment first.' },
  ORG_TOTP_ENROLLED: { status: 409, zh: '已绑定动态验证码，请先解除。', en: 'A second factor is enrolled; remove it first.' },
  ORG_OIDC_OFF: { status: 404, zh: '未启用统一身份认证。', en: 'Single sign-on is not configured.' },
  ORG_OIDC_FAILED: { status: 401, zh: '统一身份认证失败：{reason}。', en: 'Single sign-on failed: {reason}.' },
  ORG_OIDC_UNKNOWN_USER: {
    status: 403,
    zh: '统一身份认证账号 {username} 未在本平台登记。',
    en: 'The account {username} is not known here.'
  },
  ORG_UNIT_NOT_FOUND: { status: 404, zh: '没有这个单位。', en: 'No such unit.' },
  ORG_UNIT_KEY_TAKEN: { status: 409, zh: '单位标识 {key} 已被使用。', en: 'The unit key {key} is taken.' },
  ORG_UNIT_PARENT: { status: 422, zh: '{kind} 不能直属于 {parentKind}。', en: 'A {kind} cannot hang under a {parentKind}.' },
  ORG_UNIT_CYCLE: { status: 422, zh: '不能把单位移动到它自己的下级。', en: 'A unit cannot be moved below itself.' },
  ORG_UNIT_IN_USE: {
    status: 409,
    zh: '单位仍有 {units} 个启用的下级单位、{posts} 个在任岗位，不能停用。',
    en: 'The unit still has {units} active units below it and {posts} current posts.'
  },
  ORG_UNIT_INACTIVE: { status: 409, zh: '单位已停用。', en: 'The unit is not active.' },
  ORG_USER_NOT_FOUND: { status: 404, zh: '没有这个用户。', en: 'No such user.' },
  ORG_USERNAME_TAKEN: { status: 409, zh: '用户名 {username} 已被使用。', en: 'The user name {username} is taken.' },
  ORG_USER_DISABLED: { status: 409, zh: '用户已停用。', en: 'The user is disabled.' },
  ORG_SELF_CHANGE: { status: 409, zh: '不能更改自己的账号状态或岗位。', en: 'You cannot change your own status or posts.' },
  ORG_POST_NOT_FOUND: { status: 404, zh: '没有这个岗位。', en: 'No such post.' },
  ORG_POST_DUPLICATE: {
    status: 409,
    zh: '该用户在该单位已有同一角色的岗位。',
    en: 'The person already holds this role in this unit.'
  },
  ORG_COLLECTOR_NO_POST: {
    status: 409,
    zh: '该用户届时没有采集员岗位，请先在组织用户中设岗。',
    en: 'The person holds no post as a collector then; give one among the users first.'
  },
  ORG_DUTY_GRID_HELD: {
    status: 409,
    zh: '该采集员届时已负责责任网格 {code}。',
    en: 'The collector has duty grid {code} already at that time.'
  },
  ORG_POST_UNIT_KIND: { status: 422, zh: '{role} 不能设在 {kind}。', en: 'A {role} cannot sit in a {kind}.' },
  ORG_DUTY_SEPARATION: {
    status: 409,
    zh: '违反三权分立：{first} 与 {second} 不能由同一人担任。',
    en: 'Separation of powers: {first} and {second} cannot be one person.'
  },
  ORG_MATRIX_SEPARATION: {
    status: 409,
    zh: '违反三权分立：{role} 不得拥有 {permission}。',
    en: 'Separation of powers: {role} may not hold {permission}.'
  },
  ORG_LAST_ADMIN: { status: 409, zh: '这是最后一名{role}，不能移除。', en: 'This is the last {role} and cannot be removed.' },
  ORG_SHIFT_NOT_FOUND: { status: 404, zh: '没有这个班次。', en: 'No such shift.' },
  ORG_SHIFT_TIME: {
    status: 422,
    zh: '班次的结束时间须晚于开始时间，且不超过 24 小时。',
    en: 'A shift ends after it starts and lasts at most 24 hours.'
  },
  ORG_SHIFT_OVERLAP: { status: 409, zh: '该用户在此时段已有班次。', en: 'The person already has a shift at that time.' },
  ORG_SHIFT_NO_POST: { status: 422, zh: '该用户在该单位没有此角色的岗位。', en: 'The person holds no such post in this unit.' },
  ORG_CHANGE_NOT_FOUND: { status: 404, zh: '没有这条变更记录。', en: 'No such change.' },
  ORG_CHANGE_CONFLICT: {
    status: 409,
    zh: '此后该对象又有变更，不能直接撤销。',
    en: 'The object was changed since; this change cannot be undone.'
  },
  ORG_CHANGE_UNDONE: { status: 409, zh: '该变更已被撤销。', en: 'This change was undone already.' },
  ORG_STALE: { status: 409, zh: '数据已被他人更改，请刷新后重试。', en: 'Somebody changed it meanwhile; reload and try again.' },
  ORG_TOKEN_NOT_FOUND: { status: 404, zh: '没有这个访问令牌。', en: 'No such access token.' },
  ORG_REASON_REQUIRED: { status: 422, zh: '查看个人信息须填写事由。', en: 'A reason is required to see personal data.' },
  ORG_DELEGATION: {
    status: 422,
    zh: '只能授出自己拥有的权限，期限不超过 {days} 天。',
    en: 'Only permissions you hold can be delegated, for at most {days} days.'
  },
  ORG_DELEGATION_NOT_FOUND: { status: 404, zh: '没有这条授权。', en: 'No such delegation.' },
  ORG_CURSOR: { status: 400, zh: '翻页位置无效。', en: 'The page position is not valid.' },
  ORG_PERIOD: {
    status: 422,
    zh: '开始时间不能早于现在，截止时间须晚于开始时间。',
    en: 'The start must not lie in the past, nor the end before the start.'
  }
} as const
export type OrgErrorCode = keyof typeof ORG_ERRORS
