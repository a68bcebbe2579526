export {
  BUNDLE_FORMAT,
  BUNDLE_VERSION,
  type BundleCase,
  type BundleDay,
  type BundleEvidence,
  bundleSeal,
  type CaseBundle,
  sealBundle
} from './bundle.ts'
export { canonical } from './canonical.ts'
export { type ChainHead, type ChainStep, genesisHash, nextStep, type Sha256, type StepFacts, stepHash } from './chain.ts'
export {
  type DayFacts,
  type DayLeaf,
  dayRoot,
  genesisRoot,
  inclusionProof,
  leafHash,
  merkleLevels,
  merkleRoot,
  type ProofStep,
  rootOfProof
} from './merkle.ts'
