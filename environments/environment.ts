import type { EnvironmentStackProps } from '../stacks/environment-stack';

/** An environment: the id of its stack, and everything in which it differs from the others. */
export interface Environment extends EnvironmentStackProps {
  /** Stack id, as in `cdktf deploy staging`; part of every name in Google Cloud. */
  readonly name: string;
}
