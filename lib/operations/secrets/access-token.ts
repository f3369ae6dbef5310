import { spawnSync } from 'node:child_process';
import { OperationsError } from '../operations-error';

const METADATA_TOKEN = '/computeMetadata/v1/instance/service-accounts/default/token';

/**
 * Obtains an access token for Google's APIs: from the environment, as Terraform does, otherwise from gcloud, otherwise from the metadata
 * server of the machine.
 *
 * @throws OperationsError if there are no credentials
 */
export async function accessToken(environment: NodeJS.ProcessEnv): Promise<string> {
  const given = environment.GOOGLE_OAUTH_ACCESS_TOKEN || environment.CLOUDSDK_AUTH_ACCESS_TOKEN;
  if (given) return given;
  const gcloud = spawnSync('gcloud', ['auth', 'print-access-token'], {
    encoding: 'utf8',
    env: environment,
    // On Windows, gcloud is a script.
    shell: process.platform === 'win32',
  });
  if (gcloud.status === 0) return gcloud.stdout.trim();
  const fromMetadata = await readMetadataToken(environment.GCE_METADATA_HOST ?? 'metadata.google.internal');
  if (fromMetadata !== undefined) return fromMetadata;
  const why = gcloud.error ? 'gcloud is not installed' : `gcloud: ${gcloud.stderr.trim().split('\n')[0]}`;
  throw new OperationsError(`no credentials for Google Cloud (${why}): log in with 'gcloud auth login', or set GOOGLE_OAUTH_ACCESS_TOKEN`);
}

async function readMetadataToken(host: string): Promise<string | undefined> {
  try {
    const response = await fetch(`http://${host}${METADATA_TOKEN}`, {
      headers: { 'metadata-flavor': 'Google' },
      signal: AbortSignal.timeout(2_000),
    });
    return response.ok ? ((await response.json()) as { access_token: string }).access_token : undefined;
  } catch {
    return undefined;
  }
}
