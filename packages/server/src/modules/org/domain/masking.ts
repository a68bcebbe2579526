// How personal data is shown to those who need not know it (个人信息保护法; GB/T 35273-2020 去标识化).

const COMPOUND_SURNAMES = new Set([
  '欧阳',
  '司马',
  '上官',
  '诸葛',
  '东方',
  '皇甫',
  '尉迟',
  '公孙',
  '慕容',
  '司徒',
  '令狐',
  '夏侯'
])

/** `13812341234` → `138****1234`; shorter numbers keep their last two digits. */
export function maskPhone(phone: string): string {
  if (phone.length >= 11) return `${phone.slice(0, phone.length - 8)}****${phone.slice(-4)}`
  return `${'*'.repeat(Math.max(phone.length - 2, 0))}${phone.slice(-2)}`
}

/** `张三` → `张*`, `欧阳娜娜` → `欧阳*`. */
export function maskName(name: string): string {
  const surname = COMPOUND_SURNAMES.has(name.slice(0, 2)) ? name.slice(0, 2) : name.slice(0, 1)
  return surname === '' ? '' : `${surname}*`
}
