import { ARCHIVE_COMMAND, ARCHIVE_UNIT } from '../../cassandra-contract/commit-log-archive';
import { COMMAND_DIRECTORY } from '../../cassandra-contract/node-commands';

/**
 * Python functions that hand the manifest of a snapshot over to the archive of the ring.
 *
 * The upload comes later and is repeated, so that no snapshot depends on the bucket. A manifest that cannot even be handed over fails the
 * snapshot: its verification would fail, since its manifest would not be in the archive.
 */
export const MANIFEST_ARCHIVE = `
def read_frozen_manifest():
    """That of the snapshot: nothing changes it while the disk is frozen. None if it cannot be read; the disk has to be thawed in any case."""
    try:
        with open(MANIFEST, 'rb') as file:
            return file.read()
    except OSError:
        return None


def archive_manifest(manifest):
    if manifest is None:
        raise Failed('the manifest could not be read for its archive')
    try:
        kept = subprocess.run(
            ['${COMMAND_DIRECTORY}/${ARCHIVE_COMMAND}', 'manifest'],
            input=manifest,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=60,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Failed('the manifest is not kept for its archive: %s' % error)
    if kept.returncode != 0:
        raise Failed('the manifest is not kept for its archive: ' + kept.stdout.decode(errors='replace').strip()[-300:])
    # Its timer uploads it otherwise.
    subprocess.run(['systemctl', 'start', '--no-block', '${ARCHIVE_UNIT}.service'], stderr=subprocess.DEVNULL)
`;
