/** `field.attended`: somebody clocked in or out. */
export interface FieldAttended {
  userId: string
  shiftId: string
  action: 'in' | 'out'
  outsideGrid: boolean
  dutyGridCodes: string[]
  districtCode: string | null
}

/** `field.proposed`: a correction of a component waits for a decision. */
export interface FieldProposed {
  id: string
  kind: string
}

/** `field.proposalDecided`: somebody decided on a correction of a component; accepted, the register has changed. Its proposer hears of it. */
export interface FieldProposalDecided {
  id: string
  status: 'accepted' | 'declined'
  proposerId: string
}

export interface FieldEvents {
  'field.attended': FieldAttended
  'field.proposed': FieldProposed
  'field.proposalDecided': FieldProposalDecided
}
