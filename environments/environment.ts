import type { EnvironmentStackProps } from '../stacks/environment-stack';

/** Environment: the id of its stack and its values. */
export interface Environment extends EnvironmentStackProps {
  /** Stack id, as in `cdktf deploy staging`; part of every name in Google Cloud. */
  readonly name: string;
}
