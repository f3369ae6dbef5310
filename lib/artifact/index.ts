export { type Artifact, type ArtifactStack, readArtifact } from './artifact';
export { type VerifyArtifactOptions, verifyArtifact } from './artifact-verifier';
export { removeCheckedArtifact, writeCheckedArtifact } from './checked-artifact';
export {
  type CommentTarget,
  type PostCommentOptions,
  type PostedComment,
  postComment,
  type WithdrawPlansOptions,
  withdrawPlans,
} from './comment';
export { createConfigurationPlan } from './configuration-plan';
export { packArtifact } from './pack';
