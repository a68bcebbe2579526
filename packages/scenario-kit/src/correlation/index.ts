export { type Burst, bursts, type Complaint, type Source, type Surveillance } from './burst.ts'
export { discoveries, tail } from './chance.ts'
export { type Explanation, explain, type Shortfall } from './explain.ts'
export { type Following, following, LEAST_PAIRS, median } from './follow.ts'
