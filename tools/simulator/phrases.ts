import type { OperationKey } from '@chengyun/contract/cases'

/** What the simulated staff write, by operation. An operation that is not here is done without words. */
export const PHRASES: Partial<Record<OperationKey, readonly string[]>> = {
  accept: ['情况属实，予以受理。', '已受理。', '照片清楚，位置准确，受理。'],
  sendVerify: ['请到现场核实是否属实。', '描述不够清楚，请核实位置和现状。', '市民来电反映，请核实。'],
  submitVerify: ['现场属实，已拍照。', '经核实问题存在。'],
  register: ['符合立案条件，立案。', '按标准立案。'],
  notRegister: ['经现场核实问题不存在，不予立案。', '核实无此情况，已告知反映人。'],
  merge: ['与已有案件为同一问题，并案处理。', '重复上报，并入前案。'],
  dispatch: ['请按时限处置。', '按职责分工派遣。'],
  returnToAcceptor: ['责任单位不明确，退回重新核定类别。', '经核对不属本区域权属，退回受理。'],
  returnToDispatcher: ['该处不在我单位管养范围，请改派。', '权属核对后不属我单位，退回。'],
  assign: ['请尽快到场处理。', '请按要求处置并上传处置后照片。'],
  handlerReturn: ['现场需专用设备，本班组无法处理，退回。', '人员在处理另一件，请改派他人。'],
  deptReject: ['照片角度与处置前不一致，请重拍。', '边角未清理干净，请补做。'],
  deptConfirm: ['处置到位，确认。', '已核对照片，同意反馈。', '处置完成。'],
  rework: ['处置照片不能证明问题解决，返工。', '只处理了一部分，请继续处置。'],
  forward: ['反馈齐全，转核查。', '照片符合要求，批转。'],
  sendCheck: ['请现场核查处置情况。', '请按原位置核查并拍照。'],
  submitCheck: ['现场已整改到位。', '核查通过，现场整洁。'],
  checkFailRework: ['核查未通过，退回返工。', '现场仍有残留，请返工。'],
  close: ['核查通过，结案。', '符合结案条件，予以结案。'],
  applyExtend: ['涉及材料采购，预计需延长时限。', '需协调产权单位，申请延期。', '连续降雨影响施工，申请延期。'],
  endorse: ['情况属实，同意上报。', '本单位同意申请。'],
  approveExtend: ['情况属实。', '按规定办理。'],
  applySuspend: ['纳入整街改造计划统一实施，申请挂账。', '需等待产权单位批复，申请缓办。'],
  approveSuspend: ['同意按计划办理。', '已核实理由。'],
  resume: ['挂账原因消除，恢复处置。', '条件已具备，请继续处置。'],
  supervise: ['已超时限，请查明原因，尽快处置并反馈。', '重点路段，请加快处置，处置后报告。'],
  replySupervise: ['已安排专人处理，今日内完成。', '已到场处置，稍后反馈照片。'],
  urge: ['时限将至，请抓紧处置。', '请尽快处理并反馈。'],
  applyForceClose: ['产权单位已注销，客观上无法处置，申请强制结案。', '现场已列入拆迁范围，无法继续处置。'],
  approveForceClose: ['情况属实，同意。'],
  reopen: ['回访不满意，问题复发，重新立案。'],
  visit: ['已电话回访。', '反映人对处理结果作出评价。']
}

/** Said when the answer is the unusual one. */
export const NOT_EXISTS: readonly string[] = ['到现场未发现所述问题。', '现场已无此情况，周边巡查未见。']
export const CHECK_FAILED: readonly string[] = ['现场仍有残留，未达到要求。', '问题仍然存在，处置不彻底。']
export const DECLINED: readonly string[] = ['理由不充分，请按原时限办理。', '请先行处置，暂不同意。']
export const CORRECTED: readonly string[] = ['按现场照片更正类别后立案。', '类别有误，已更正并立案。']

/** Said when an alarm is judged. */
export const ALARM_TRUE: readonly string[] = ['现场已确认，正在处置。', '电话核实属实。', '数据与现场一致，属实。']
export const ALARM_FALSE: readonly string[] = ['经核实为传感器受潮误报。', '现场检修引起，非真实险情。', '到场复测正常，误报。']
