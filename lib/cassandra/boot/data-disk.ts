import { BLANK_DISK_KEY, DATA_DISK_KEY } from '../../cassandra-contract/metadata-keys';
import { REBUILD_DIRECTORY, REPLACE_DISK_FILE } from '../../cassandra-contract/node-paths';
import type { CassandraConfiguration } from '../cassandra-configuration';

/** Phase that finds, checks and mounts the data disk. Formats only the disk that this deployment created blank. */
export function dataDiskPhase({ joins }: Pick<CassandraConfiguration, 'joins'>): string {
  if (joins === undefined) return DATA_DISK;
  // The marker of a rebuild is for scripts that do not know it.
  return DATA_DISK.replace(FIND_MARKERS, () => `${FIND_MARKERS} -not -path '${REBUILD_DIRECTORY}/*'`);
}

const FIND_MARKERS = 'find "$DATA" -maxdepth 2 -name "$(basename "$MARKER")"';

const DATA_DISK = `
# --- the data disk ---

await_disk() {
  local second
  for ((second = 0; second < 30; second++)); do
    if [[ -b $DISK ]]; then
      return
    fi
    sleep 1
  done
  refuse_for_now waiting-disk "the data disk is not attached: there is no $DISK"
}

# An operator's permission, for the disk of one number: it takes the place of the node's lost one. With the word bootstrap, the ring does
# not know the node any more.
readonly REPLACE_DISK=${REPLACE_DISK_FILE}
WAY=replace

# disk_number KEY: into NUMBER, in this shell, so that it can refuse. A server that is slow is no reason to call a disk a stranger's.
disk_number() {
  NUMBER=$(attribute "$1") || refuse_for_now waiting-metadata 'the metadata server does not name the attached data disk'
}

may_replace() {
  local allowed='' way=''
  [[ -s $REPLACE_DISK ]] || return 1
  disk_number ${DATA_DISK_KEY}
  read -r allowed way <"$REPLACE_DISK" || true
  if [[ $way == bootstrap ]]; then WAY=bootstrap; fi
  [[ $allowed == "$NUMBER" ]]
}

# Whether this very disk was created blank by the deployment, which makes it the only one that may be formatted.
may_format() {
  local attached blank
  disk_number ${DATA_DISK_KEY}
  attached=$NUMBER
  disk_number ${BLANK_DISK_KEY}
  blank=$NUMBER
  [[ -n $attached && $attached == "$blank" ]] || may_replace
}

# No file system, no partition table, and nothing but zeros where either would begin.
is_blank() {
  local signatures
  signatures=$(wipefs --noheadings --output TYPE "$DISK") || refuse refused-damaged-disk "the data disk cannot be read"
  [[ -z $signatures ]] && cmp --silent --bytes=1048576 "$DISK" /dev/zero
}

format_blank_disk() {
  may_format || refuse refused-blank-disk "the data disk is blank and was not created blank by this deployment: restore it, or replace the node"
  need_package xfsprogs
  log "formatting the blank data disk"
  mkfs.xfs -q "$DISK"
}

# Only the root of a disk that was formatted just now holds nothing: a boot that was cut off before the marker was written.
write_first_marker() {
  local content
  rm -f "$MARKER.new"
  content=$(find "$DATA" -mindepth 1 -maxdepth 1 ! -name lost+found -print -quit)
  if [[ -z $content ]] && may_format; then
    marker >"$MARKER.new"
    sync "$MARKER.new"
    mv "$MARKER.new" "$MARKER"
    sync "$DATA"
  fi
}

# Unmounts what is not this node's disk, so that nothing can be written to it.
refuse_disk() {
  umount "$DATA" || log 'the data disk stays mounted: it is in use'
  refuse "$@"
}

check_marker() {
  local markers token
  if [[ ! -e $MARKER ]]; then
    write_first_marker
  fi
  markers=$(${FIND_MARKERS} | wc -l)
  if [[ $markers -ne 1 ]]; then
    refuse_disk refused-foreign-disk "the data disk has $markers ownership markers instead of 1"
  fi
  if ! marker | cmp -s - "$MARKER"; then
    token=$(sed -n 's/^ownership_token=//p' "$MARKER")
    case $token in
      '') refuse_disk refused-foreign-disk 'the ownership marker of the data disk is empty' ;;
      "$RING"/*) refuse_disk refused-foreign-disk "the data disk belongs to another node: its marker is $token" ;;
      *) refuse_disk refused-foreign-disk "the data disk belongs to another ring: its marker is $token" ;;
    esac
  fi
}

# The kernel replays the journal of a file system that was not unmounted; one that it cannot mend is for people.
mount_file_system() {
  local type
  type=$(blkid -p -s TYPE -o value "$DISK") || type=''
  case $type in
    xfs | ext4) ;;
    '') refuse refused-foreign-disk 'the data disk holds something that is no file system: nothing is formatted but a blank disk' ;;
    *) refuse refused-foreign-disk "the data disk must be xfs or ext4, it is $type" ;;
  esac
  if ! mount -o noatime "$DISK" "$DATA"; then
    refuse refused-damaged-disk "the $type file system of the data disk is damaged and cannot be mounted: restore the disk from a snapshot, or repair a copy of it"
  fi
}

mount_data_disk() {
  await_disk
  blockdev --setra 8 "$DISK"
  if mountpoint -q "$DATA"; then
    if [[ $(findmnt --noheadings --output SOURCE "$DATA") != "$(readlink -f "$DISK")" ]]; then
      refuse refused-foreign-disk "something other than the data disk is mounted at $DATA"
    fi
  else
    if is_blank; then
      format_blank_disk
    fi
    mkdir -p "$DATA"
    mount_file_system
  fi
  if [[ ! -w $DATA ]] || findmnt --noheadings --options ro "$DATA" >/dev/null; then
    refuse_disk refused-damaged-disk "the data disk is read-only"
  fi
  check_marker
  grow_file_system
}

# A disk that was made larger gets a larger file system.
grow_file_system() {
  case $(findmnt --noheadings --output FSTYPE "$DATA") in
    xfs)
      need_package xfsprogs
      xfs_growfs "$DATA" >/dev/null
      ;;
    ext4) resize2fs "$DISK" ;;
  esac
}
`;
