#!/bin/bash
# Brings up Cassandra node b of ring staging-cassandra.
# Runs at every boot and is idempotent. It refuses whenever it cannot tell what is right.
set -euo pipefail

readonly ENVIRONMENT='staging'
readonly VERSION='5.0.8'
readonly PACKAGE_ACCESS=yes
readonly RING='staging-cassandra'
readonly ADDRESS='10.10.8.11'
readonly SEEDS='10.10.8.11,10.10.8.12,10.10.8.13'
readonly NODES='10.10.8.11,10.10.8.12,10.10.8.13'
readonly DISK=/dev/disk/by-id/google-cassandra-data
readonly DATA=/var/lib/cassandra
readonly MARKER=$DATA/.cassandra_fs_ownership
readonly METADATA=http://metadata.google.internal/computeMetadata/v1/instance

PHASE=begin
REPORTED=''
# Folder of secrets that are not checked yet.
BESIDE=''

log() {
  echo "cassandra-node: $PHASE: $*"
}


# guest_attribute NAME VALUE: publishes a value, unless it is the one that was published last. cassandra-state sends again what is lost.
guest_attribute() {
  local sent=/run/cassandra-published-$1
  if [[ -e $sent && $(<"$sent") == "$2" ]]; then
    return
  fi
  rm -f "$sent"
  if curl -fsS -m 5 -X PUT -H 'Metadata-Flavor: Google' --data "$2" "$METADATA/guest-attributes/cassandra/$1"; then
    echo "$2" >"$sent"
  fi
}

# publish CODE STATE
publish() {
  printf '%s\n%s\n' "$1" "$2" >/run/cassandra-state
  if [[ $1 == ready* ]]; then cp /run/cassandra-state /run/cassandra-ready; fi
  # The sentence last: a reader that waits for it finds its code.
  guest_attribute code "$1"
  guest_attribute state "$2"
}

publish_pending() {
  if [[ -e /run/cassandra-restart-pending ]]; then
    guest_attribute restart-pending "yes: $(tr '\n' ' ' </run/cassandra-restart-pending)"
  else
    guest_attribute restart-pending no
  fi
}

last_error() {
  { grep -hE '^ERROR|Exception|Fatal|Error:' /var/log/cassandra/system.log || echo 'its log has no errors'; } 2>/dev/null | tail -n 1
}

# report CODE SENTENCE: the part of the code before its first hyphen begins the sentence, for people.
report() {
  local code=$1 state
  shift
  state="$(cut -d - -f 1 <<<"$code"): $*"
  if [[ $state != "$REPORTED" ]]; then
    REPORTED=$state
    log "$REPORTED"
    (
      # What cassandra-state saw before this is sent before this.
      flock --timeout 20 9 || log 'cassandra-state does not end'
      publish "$code" "$REPORTED"
    ) 9>/run/cassandra-state-lock
  fi
}

# refuse CODE SENTENCE
refuse() {
  report "$@"
  exit 2
}

# The whole script runs again in two minutes.
run_again() {
  systemd-run --quiet --collect --on-active=120 --unit=cassandra-boot-again     systemctl restart --no-block google-startup-scripts.service 2>/dev/null || log 'is to be run again already'
}

# refuse_for_now CODE SENTENCE: for what others can set right, or what passes, while this machine is up.
refuse_for_now() {
  run_again
  refuse "$@"
}

on_exit() {
  local status=$1
  rm -f /usr/sbin/policy-rc.d
  if [[ -n $BESIDE ]]; then rm -rf "$BESIDE"; fi
  if [[ $status -ne 0 && $status -ne 2 && $REPORTED != failed:* ]]; then
    report failed-script "phase $PHASE ended with status $status"
    # What was not foreseen may pass.
    run_again
  fi
}
trap 'on_exit $?' EXIT

# Prints metadata of the VM, nothing when it has no such key. Fails when the metadata server does not answer.
attribute() {
  local answer status try
  answer=$(mktemp -p /run)
  for try in 1 2 3 4 5; do
    status=$(curl -sS -m 10 -o "$answer" -w '%''{http_code}' -H 'Metadata-Flavor: Google' "$METADATA/attributes/$1") || status=000
    case $status in
      200)
        cat "$answer"
        rm -f "$answer"
        return 0
        ;;
      404)
        rm -f "$answer"
        return 0
        ;;
    esac
    sleep "$((try * 2))"
  done
  rm -f "$answer"
  return 1
}

# An installation that was cut off leaves a package that dpkg knows and that is not installed. One that is held is.
is_installed() {
  # Reads all of it: a reader that stops early would make dpkg fail.
  [[ $(dpkg -s "$1" 2>/dev/null | sed -n 's/^Status: //p') == *' ok installed' ]]
}

# Also where an installation was cut off.
install_packages() {
  dpkg --configure -a &&
    apt-get update --quiet &&
    DEBIAN_FRONTEND=noninteractive apt-get install --quiet --yes --no-install-recommends "$@"
}

need_package() {
  local package=$1
  if ! is_installed "$package"; then
    if [[ $PACKAGE_ACCESS == no ]]; then
      refuse refused-package "package $package is not in the boot image, and packageAccess is off"
    fi
    install_packages "$package" || refuse_for_now waiting-packages "package $package cannot be installed: the package servers do not answer as they should"
  fi
}

# Files, one a line, that changed and that a running Cassandra has read before.
STALE=''
WROTE=no

# write_file PATH MODE: writes standard input when it differs from the file; sets WROTE to yes or no.
# Not at the end of a pipe: a subshell would lose WROTE.
write_file() {
  local target=$1 mode=$2 new
  new=$(mktemp -p /run)
  cat >"$new"
  if cmp -s "$new" "$target"; then
    rm "$new"
    WROTE=no
    return
  fi
  install -D -m "$mode" "$new" "$target.new"
  rm "$new"
  # Takes the place of a link to /dev/null too, as systemctl mask leaves it.
  mv -f "$target.new" "$target"
  WROTE=yes
  log "wrote $target"
}

# The same for a file that a running Cassandra has read before.
write_start_file() {
  write_file "$@"
  if [[ $WROTE == yes ]]; then STALE+="$1"$'\n'; fi
}

marker() {
  cat <<'END_OF_FILE'
version=1
volume_count=1
ownership_token=staging-cassandra/b
END_OF_FILE
}

# --- stopped by an operator ---

heed_operator() {
  if [[ -e /etc/cassandra-stopped ]]; then
    report stopped-by-operator "an operator stopped this node: start the ring with gke-platform cassandra start $ENVIRONMENT"
    exit 0
  fi
}

# --- the operating system ---

tune_os() {
  write_file /etc/sysctl.d/60-cassandra.conf 0644 <<'END_OF_FILE'
# Cassandra maps every table file; it checks this number at its start.
vm.max_map_count = 1048575
# A node that swaps is slower than a node that is down.
vm.swappiness = 1
# Memory of the other socket is better than none.
vm.zone_reclaim_mode = 0
# Idle connections are kept known to the firewall, which forgets them after ten minutes, and dead ones are noticed in 90 seconds.
net.ipv4.tcp_keepalive_time = 60
net.ipv4.tcp_keepalive_probes = 3
net.ipv4.tcp_keepalive_intvl = 10
# Streams between nodes fill windows of 16 MiB.
net.core.rmem_max = 16777216
net.core.wmem_max = 16777216
net.ipv4.tcp_rmem = 4096 87380 16777216
net.ipv4.tcp_wmem = 4096 65536 16777216
END_OF_FILE
  write_file /etc/security/limits.d/60-cassandra.conf 0644 <<'END_OF_FILE'
# For tools that operators run as cassandra, such as sstableverify; the service has its limits in its unit.
cassandra - nofile 1000000
cassandra - memlock unlimited
cassandra - nproc 32768
cassandra - as unlimited
END_OF_FILE
  write_file /etc/udev/rules.d/99-cassandra-read-ahead.rules 0644 <<'END_OF_FILE'
# Reads are of a few KiB at random places: what is read ahead is thrown away. Runs after Google's rule that names the disk.
ACTION=="add|change", SUBSYSTEM=="block", SYMLINK=="disk/by-id/google-cassandra-data", ATTR{queue/read_ahead_kb}="4"
END_OF_FILE
  sysctl --quiet --ignore --system
  swapoff -a
  echo never >/sys/kernel/mm/transparent_hugepage/defrag || log 'transparent huge pages are as the kernel has them'
  need_package chrony
  write_file /etc/chrony/chrony.conf 0644 <<'END_OF_FILE'
# Google's clock, which smears leap seconds, and no other: sources that differ would pull the nodes apart.
server metadata.google.internal iburst prefer minpoll 4 maxpoll 6
# What this machine's own clock is off by, remembered.
driftfile /var/lib/chrony/chrony.drift
# Steps the clock while it is far off at the boot, before Cassandra starts, and never afterwards.
makestep 0.1 3
# The next boot begins with the right time.
rtcsync
END_OF_FILE
  if [[ $WROTE == yes ]]; then
    systemctl restart chrony || log 'chrony does not start'
  fi
  udevadm control --reload 2>/dev/null || log 'there is no udev: the read-ahead of the data disk is set once, now'
}

# Cassandra decides by time stamps which of two writes is the later one.
await_clock() {
  local second state=''
  for ((second = 0; second < 30; second++)); do
    state=$(chronyc -c tracking 2>/dev/null | awk -F , '{ print $NF }') || state=''
    if [[ $state == Normal ]]; then
      return
    fi
    sleep 1
  done
  refuse_for_now waiting-clock "the clock is not synchronised with metadata.google.internal: chronyc reports '$(chrony_state "$state")'"
}

chrony_state() {
  if [[ -n $1 ]]; then echo "$1"; else echo nothing; fi
}

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
readonly REPLACE_DISK=/etc/cassandra-replace-disk
WAY=replace

# disk_number KEY: into NUMBER, in this shell, so that it can refuse. A server that is slow is no reason to call a disk a stranger's.
disk_number() {
  NUMBER=$(attribute "$1") || refuse_for_now waiting-metadata 'the metadata server does not name the attached data disk'
}

may_replace() {
  local allowed='' way=''
  [[ -s $REPLACE_DISK ]] || return 1
  disk_number data-disk-number
  read -r allowed way <"$REPLACE_DISK" || true
  if [[ $way == bootstrap ]]; then WAY=bootstrap; fi
  [[ $allowed == "$NUMBER" ]]
}

# Whether this very disk was created blank by the deployment, which makes it the only one that may be formatted.
may_format() {
  local attached blank
  disk_number data-disk-number
  attached=$NUMBER
  disk_number blank-data-disk-number
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
  markers=$(find "$DATA" -maxdepth 2 -name "$(basename "$MARKER")" | wc -l)
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

# --- what the data disk remembers ---

readonly JOINED=$DATA/joined
# How a node that is not part of the ring yet becomes it: bootstrap or replace. A start that was cut off goes on in the same way.
readonly JOINING=$DATA/joining
# A seed that begins the ring has this file until it has joined.
readonly BEGINNING=$DATA/beginning

joined_identity() {
  cat <<'END_OF_FILE'
cluster_name=staging-cassandra
datacenter=europe-west1
rack=europe-west1-b
num_tokens=16
END_OF_FILE
}

holds_data() {
  [[ -n $(find "$DATA/data/system" -name '*-Data.db' -print -quit 2>/dev/null) ]]
}

# Prints the value of a key in a file of KEY=VALUE lines.
saying() {
  sed -n "s/^$1=//p" "$2"
}

must_stay() {
  local words=$1 key=$2 before now
  before=$(saying "$key" "$JOINED")
  now=$(joined_identity | sed -n "s/^$key=//p")
  if [[ $before != "$now" ]]; then
    refuse_disk refused-identity "the data disk joined the ring with $words '$before', and the configuration has '$now'"
  fi
}

is_older() {
  [[ $1 != "$2" && $(printf '%s\n' "$1" "$2" | sort -V | sed -n 1p) == "$1" ]]
}

# Cassandra would find these out late, after it has begun to write, or not at all.
check_joined() {
  local before installed format
  if [[ ! -e $JOINED ]]; then
    return
  fi
  must_stay 'cluster name' cluster_name
  must_stay 'data centre' datacenter
  must_stay rack rack
  must_stay 'number of tokens' num_tokens
  before=$(saying cassandra_version "$JOINED")
  installed=$(installed_version)
  if is_older "$installed" "$before"; then
    refuse_disk refused-version "the data disk was last used by Cassandra $before, and $installed is installed: a disk does not go back"
  fi
  format=$(newer_format)
  if [[ -n $format ]]; then
    refuse_disk refused-version "the data disk has files of a Cassandra newer than $installed: $format"
  fi
  if ! holds_data; then
    refuse_disk refused-empty-disk 'the data disk joined the ring and holds no data any more: restore it from a snapshot, or replace the node'
  fi
}

# A table file in a format that 5.0 does not know: it writes up to oa, and up to da where tables are indexed by tries.
newer_format() {
  local files
  files=$(find "$DATA/data/system" -name '*-Data.db' -printf '%f\n' 2>/dev/null) || files=''
  awk -F- '/-big-/ && $1 > "oa" || /-bti-/ && $1 > "da" { print; exit }' <<<"$files"
}

# The node is part of the ring: from now on its disk is the node.
mark_joined() {
  if [[ ! -e $JOINED || $(saying cassandra_version "$JOINED") != "$(installed_version)" ]]; then
    remember_identity
  fi
  rm -f "$REPLACE_DISK"
  if [[ -e $JOINING || -e $BEGINNING ]]; then
    rm -f "$JOINING" "$BEGINNING" "$FIRST_START_OPTIONS"
    # Cassandra reads the seeds again and again: nothing is pending.
    write_file /etc/cassandra/cassandra.yaml 0644 <<<"$(cassandra_yaml)"
    nodetool reloadseeds >/dev/null
  fi
}

remember_identity() {
  local new=$JOINED.new version host_id
  version=$(nodetool version | sed -n 's/^ReleaseVersion: *//p')
  host_id=$(nodetool info | sed -n 's/^ID *: *//p')
  {
    joined_identity
    printf 'cassandra_version=%s\nhost_id=%s\n' "$version" "$host_id"
  } >"$new"
  # Its time is that of the joining.
  if [[ -e $JOINED ]]; then touch -r "$JOINED" "$new"; fi
  sync "$new"
  mv "$new" "$JOINED"
  sync "$DATA"
}

# --- the software ---

installed_version() {
  if is_installed cassandra; then dpkg -s cassandra | sed -n 's/^Version: //p'; fi
}

install_cassandra() {
  local installed
  installed=$(installed_version)
  if [[ -n $installed ]]; then
    if [[ $installed == "$VERSION" ]]; then
      return
    fi
    if [[ ! -e $JOINED || $installed != "$(saying cassandra_version "$JOINED")" ]]; then
      refuse_disk refused-version "Cassandra $installed is in the boot image, and $VERSION is asked for"
    fi
    log "Cassandra $installed is installed and $VERSION is asked for: a boot never changes the version"
    return
  fi
  if [[ $PACKAGE_ACCESS == no ]]; then
    refuse refused-package "package cassandra $VERSION is not in the boot image, and packageAccess is off"
  fi
  install -d /etc/apt/keyrings
  curl -fsSL https://downloads.apache.org/cassandra/KEYS -o /etc/apt/keyrings/apache-cassandra.asc ||
    refuse_for_now waiting-packages 'the keys of the Apache packages cannot be fetched: downloads.apache.org does not answer as it should'
  write_file /etc/apt/sources.list.d/cassandra.list 0644 \
    <<<'deb [signed-by=/etc/apt/keyrings/apache-cassandra.asc] https://debian.cassandra.apache.org 50x main'
  # The package starts Cassandra when it is installed, under a cluster name that would stay on the disk.
  printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
  chmod 0755 /usr/sbin/policy-rc.d
  systemctl mask --quiet --runtime cassandra.service
  install_packages openjdk-17-jre-headless "cassandra=$VERSION" "cassandra-tools=$VERSION" ||
    refuse_for_now waiting-packages "Cassandra $VERSION cannot be installed: the package servers do not answer as they should"
  apt-mark hold cassandra cassandra-tools
  systemctl unmask --quiet --runtime cassandra.service
  rm -f /usr/sbin/policy-rc.d
}

# --- secrets ---

readonly AUTHORITY_SECRET='staging-cassandra-ca'
readonly SUPERUSER_SECRET='staging-cassandra-superuser'
readonly NODE_SECRET='staging-cassandra-b-tls'

place_secret_reader() {
  write_file /usr/local/sbin/cassandra-secret 0755 <<'END_OF_FILE'
#!/bin/bash
# cassandra-secret NAME [VERSION]: prints a version of a secret of this project, the newest one by default.
# cassandra-secret --status NAME FILE: writes it to FILE, and prints the HTTP status, 000 without an answer.
set -euo pipefail
umask 077

read_token() {
  curl -fsS -m 10 -H 'Metadata-Flavor: Google' \
    http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/token |
    sed -n 's/.*"access_token" *: *"\([^"]*\)".*/\1/p'
}

read_secret() {
  local name=$1 target=$2 version=$3 answer status token
  # Without a token the answer would be a no.
  token=$(read_token) || token=''
  if [[ -z $token ]]; then
    echo 000
    return
  fi
  answer=$(mktemp -p /run)
  status=$(curl -sS -m 20 -o "$answer" -w '%''{http_code}' --config - \
    "https://secretmanager.googleapis.com/v1/projects/parking-staging/secrets/$name/versions/$version:access" \
    <<<"header = \"Authorization: Bearer $token\"") || status=000
  if [[ $status == 200 ]]; then
    tr -d '\n' <"$answer" | sed -n 's/.*"data" *: *"\([^"]*\)".*/\1/p' | base64 --decode >"$target"
  fi
  rm -f "$answer"
  echo "$status"
}

if [[ $1 == --status ]]; then
  read_secret "$2" "$3" latest
  exit
fi
value=$(mktemp -p /run)
trap 'rm -f "$value"' EXIT
version=latest
if [[ $# -gt 1 ]]; then version=$2; fi
status=$(read_secret "$1" "$value" "$version")
if [[ $status != 200 ]]; then
  echo "secret $1 cannot be read (HTTP $status)" >&2
  exit 1
fi
cat "$value"
END_OF_FILE
}

# Prints a secret. Retries while Google does not answer; status 1 when access is refused, 3 without an answer.
fetch_secret() {
  local name=$1 answer status='' attempt
  answer=$(mktemp -p /run)
  for attempt in 1 2 3 4 5; do
    status=$(/usr/local/sbin/cassandra-secret --status "$name" "$answer" || true)
    case $status in
      200)
        cat "$answer"
        rm -f "$answer"
        return 0
        ;;
      000 | 408 | 429 | 5??) sleep $((attempt * 2)) ;;
      *) break ;;
    esac
  done
  rm -f "$answer"
  echo "secret $name cannot be read (HTTP $status)" >&2
  case $status in 000 | 408 | 429 | 5??) return 3 ;; *) return 1 ;; esac
}

# refuse_secret STATUS SENTENCE: a no of Secret Manager's is certain, its silence is not.
refuse_secret() {
  if [[ $1 -eq 3 ]]; then
    refuse_for_now waiting-secret "$2: Secret Manager does not answer"
  fi
  refuse_for_now refused-secret "$2: run gke-platform cassandra init-secrets $ENVIRONMENT"
}

# fetch_beside NAME FILE: into a folder where nothing reads it before it is checked. An unreachable Secret Manager is no reason to stay
# down with keys that are still good.
fetch_beside() {
  local name=$1 live=$2 target said status=0
  target=$BESIDE/$(basename "$live")
  said=$(mktemp -p /run)
  fetch_secret "$name" >"$target" 2>"$said" || status=$?
  if [[ $status -eq 3 && -s $live ]]; then
    log "$(cat "$said"): going on with the one fetched before"
    cp "$live" "$target"
  elif [[ $status -ne 0 ]]; then
    rm -f "$target"
    refuse_secret "$status" "$(cat "$said")"
  fi
  rm -f "$said"
}

# place_secret FILE: moves a checked file to where Cassandra reads it. Sets TLS_CHANGED when the file changed.
place_secret() {
  local target=$1
  write_file "$target" 0640 <"$BESIDE/$(basename "$target")"
  if [[ $WROTE == yes ]]; then TLS_CHANGED=yes; fi
  chown root:cassandra "$target"
}

# secret_fault AUTHORITY KEY: prints why they are not to be used; nothing when they are.
secret_fault() (
  refuse_for_now() {
    echo "$2"
    exit 0
  }
  check_certificate "$1" "$2"
  if [[ -e $JOINED ]]; then
    check_running_ring "$1" "$2"
  fi
)

# Why the present version of a secret is not used; empty while it is.
KEEPS_SECRETS=''
# Whether all that keeps the key waiting is that the other nodes may not trust its authority yet.
AWAITS_TRUST=no

# A node that has joined starts with the keys it has, as long as they are good, and takes the next good version within two minutes.
keep_secrets() {
  if [[ ! -e $JOINED || ! -s /etc/cassandra/tls/ca.pem || ! -s /etc/cassandra/tls/node.pem || -n $(secret_fault /etc/cassandra/tls/ca.pem /etc/cassandra/tls/node.pem) ]]; then
    refuse_for_now refused-secret "$1"
  fi
  KEEPS_SECRETS=$1
  trust_authority
  log "$KEEPS_SECRETS: goes on with the keys fetched before"
}

# The authority goes ahead of the key while it vouches for the live key, too: otherwise a key that it signed would be refused for ever.
trust_authority() {
  local authority key
  authority=$BESIDE/$(basename /etc/cassandra/tls/ca.pem)
  key=$BESIDE/$(basename /etc/cassandra/tls/node.pem)
  if ! openssl verify -no_check_time -CAfile "$authority" /etc/cassandra/tls/node.pem >/dev/null 2>&1; then return; fi
  place_secret /etc/cassandra/tls/ca.pem
  if [[ -z $(secret_fault "$authority" "$key") ]]; then
    AWAITS_TRUST=yes
    KEEPS_SECRETS+=': this node trusts that authority from now on, and takes the key when the script runs again, once the other nodes trust it too'
  fi
}

report_ready() {
  if [[ -n $KEEPS_SECRETS ]]; then
    if [[ $AWAITS_TRUST == no ]]; then run_again; fi
    report ready-old-secret "Cassandra takes clients at $ADDRESS with the keys fetched before, since $KEEPS_SECRETS"
  else
    report ready "Cassandra takes clients at $ADDRESS"
  fi
}

fetch_secrets() {
  local authority key fault
  TLS_CHANGED=no
  place_secret_reader
  need_package openssl
  install -d -m 0750 -o root -g cassandra /etc/cassandra/tls
  BESIDE=$(mktemp -d -p /run)
  # The last good ones stay where they are when a check refuses.
  fetch_beside "$AUTHORITY_SECRET" /etc/cassandra/tls/ca.pem
  fetch_beside "$NODE_SECRET" /etc/cassandra/tls/node.pem
  authority=$BESIDE/$(basename /etc/cassandra/tls/ca.pem)
  key=$BESIDE/$(basename /etc/cassandra/tls/node.pem)
  fault=$(secret_fault "$authority" "$key")
  if [[ -n $fault ]]; then
    keep_secrets "$fault"
  else
    place_secret /etc/cassandra/tls/ca.pem
    place_secret /etc/cassandra/tls/node.pem
  fi
  rm -rf "$BESIDE"
  BESIDE=''
  if [[ ! -e $JOINED ]]; then
    check_superuser_secret
  fi
}

# The first start needs the password, and is not begun without it.
check_superuser_secret() {
  local said status=0
  said=$(mktemp -p /run)
  fetch_secret "$SUPERUSER_SECRET" >/dev/null 2>"$said" || status=$?
  if [[ $status -ne 0 ]]; then
    refuse_secret "$status" "$(cat "$said")"
  fi
  rm -f "$said"
}

# The other nodes still have the authority that this one had, and keys that it signed: until all have the next one, both have to be known.
check_running_ring() {
  local authority=$1 key=$2
  if [[ ! -s /etc/cassandra/tls/ca.pem || ! -s /etc/cassandra/tls/node.pem ]]; then
    return
  fi
  if ! openssl verify -CAfile /etc/cassandra/tls/ca.pem "$key" >/dev/null 2>&1; then
    refuse_for_now refused-secret "the certificate in secret $NODE_SECRET is not signed by an authority that the running ring knows"
  fi
  if ! openssl verify -no_check_time -CAfile "$authority" /etc/cassandra/tls/node.pem >/dev/null 2>&1; then
    refuse_for_now refused-secret "the authority of the running ring is not in secret $AUTHORITY_SECRET any more, and certificates it signed are in use"
  fi
}

# check_certificate AUTHORITY KEY
check_certificate() {
  local authority=$1 pem=$2 key certificate
  if ! openssl x509 -in "$pem" -noout 2>/dev/null; then
    refuse_for_now refused-secret "secret $NODE_SECRET holds no certificate in PEM: run gke-platform cassandra renew-secrets $ENVIRONMENT"
  fi
  if ! openssl x509 -in "$pem" -noout -checkend 0 >/dev/null; then
    refuse_for_now refused-secret "the certificate in secret $NODE_SECRET is past its end: run gke-platform cassandra renew-secrets $ENVIRONMENT"
  fi
  # With one more authority in the file than the one that signed, which is what a renewal looks like, this still holds.
  if ! openssl verify -CAfile "$authority" "$pem" >/dev/null 2>&1; then
    refuse_for_now refused-secret "the certificate in secret $NODE_SECRET is not signed by the authority in secret $AUTHORITY_SECRET"
  fi
  if [[ $(openssl x509 -in "$pem" -noout -checkip "$ADDRESS") != *'does match'* ]]; then
    refuse_for_now refused-secret "the certificate in secret $NODE_SECRET is not for $ADDRESS: run gke-platform cassandra renew-secrets $ENVIRONMENT"
  fi
  key=$(openssl pkey -in "$pem" -pubout 2>/dev/null) || key=none
  certificate=$(openssl x509 -in "$pem" -noout -pubkey)
  if [[ $key != "$certificate" ]]; then
    refuse_for_now refused-secret "the private key in secret $NODE_SECRET is not the one of its certificate"
  fi
}

# --- the first start ---

readonly FIRST_START_OPTIONS=/run/cassandra-first-start
readonly SUPERUSER='operator'
readonly DATACENTER='europe-west1'
# How many nodes hold the roles and permissions.
readonly AUTH_REPLICAS=3
# Of this node when it begins the ring; empty when it is no seed.
readonly INITIAL_TOKENS='-9223372036854775808,-8070450532247928832,-6917529027641081856,-5764607523034234880,-4611686018427387904,-3458764513820540928,-2305843009213693952,-1152921504606846976,0,1152921504606846976,2305843009213693952,3458764513820540928,4611686018427387904,5764607523034234880,6917529027641081856,8070450532247928832'

place_clients() {
  write_file /usr/local/sbin/cassandra-cql 0700 <<'END_OF_FILE'
#!/usr/bin/python3
"""Runs CQL statements as the ring's superuser, over TLS.

cassandra-cql [--host ADDRESS] [--consistency LEVEL] [--default-role | --password-version NUMBER] [STATEMENT...]

Without statements it reads them from standard input, one a line. Rows are printed as lines, columns divided by tabs.
:superuser in a statement stands for the name of the superuser, :superuser_password for the newest version of its password in
Secret Manager, as a CQL string.

  --host ADDRESS       asks another node (default: this one)
  --consistency LEVEL  such as QUORUM or ALL (default: LOCAL_QUORUM)
  --default-role       logs in as Cassandra's own cassandra, which exists until the ring's superuser does
  --password-version   logs in with this version of the password (default: the newest)

Exit codes: 0 all done; 1 a statement failed; 3 the login was refused; 4 no connection.
"""
import argparse
import re
import socket
import ssl
import struct
import subprocess
import sys
import time
import uuid
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from ipaddress import ip_address

SUPERUSER = 'operator'
ADDRESS = '10.10.8.11'
AUTHORITY = '/etc/cassandra/tls/ca.pem'
SECRET = ['/usr/local/sbin/cassandra-secret', 'staging-cassandra-superuser']

ERROR, STARTUP, READY, AUTHENTICATE, QUERY, RESULT, AUTH_RESPONSE, AUTH_SUCCESS = 0, 1, 2, 3, 7, 8, 15, 16
LEVELS = ['ANY', 'ONE', 'TWO', 'THREE', 'QUORUM', 'ALL', 'LOCAL_QUORUM', 'EACH_QUORUM', 'SERIAL', 'LOCAL_SERIAL', 'LOCAL_ONE']


class Refused(Exception):
    def __init__(self, code, message):
        super().__init__(message)
        self.code = code


class Reader:
    """Takes values from the front of a message."""

    def __init__(self, data):
        self.data = data

    def take(self, length):
        taken, self.data = self.data[:length], self.data[length:]
        return taken

    def number(self, form):
        return struct.unpack(form, self.take(struct.calcsize(form)))[0]

    def string(self):
        return self.take(self.number('>H')).decode()

    def value(self):
        length = self.number('>i')
        return None if length < 0 else self.take(length)

    def type(self):
        kind = self.number('>H')
        if kind == 0x00:
            return kind, self.string()
        if kind in (0x20, 0x22):
            return kind, [self.type()]
        if kind == 0x21:
            return kind, [self.type(), self.type()]
        if kind == 0x30:
            self.string(), self.string()
            return kind, [(self.string(), self.type())[1] for _ in range(self.number('>H'))]
        if kind == 0x31:
            return kind, [self.type() for _ in range(self.number('>H'))]
        return kind, None


NUMBERS = {0x02: '>q', 0x05: '>q', 0x07: '>d', 0x08: '>f', 0x09: '>i', 0x13: '>h', 0x14: '>b'}


def text(kind, value):
    """A value as CQL would print it."""
    kind, parts = kind
    if value is None:
        return 'null'
    if kind in (0x01, 0x0D):
        return value.decode()
    if kind in NUMBERS:
        return str(struct.unpack(NUMBERS[kind], value)[0])
    if kind == 0x04:
        return 'true' if value != b'\0' else 'false'
    if kind in (0x0C, 0x0F):
        return str(uuid.UUID(bytes=value))
    if kind == 0x0B:
        moment = datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(milliseconds=struct.unpack('>q', value)[0])
        return moment.isoformat(timespec='milliseconds')
    if kind == 0x06:
        return str(Decimal(int.from_bytes(value[4:], 'big', signed=True)).scaleb(-struct.unpack('>i', value[:4])[0]))
    if kind == 0x11:
        return str(date(1970, 1, 1) + timedelta(days=struct.unpack('>I', value)[0] - 2**31))
    if kind == 0x0E:
        return str(int.from_bytes(value, 'big', signed=True))
    if kind == 0x10:
        return str(ip_address(value))
    reader = Reader(value)
    if kind in (0x20, 0x22):
        items = [text(parts[0], reader.value()) for _ in range(reader.number('>i'))]
        return ('[%s]' if kind == 0x20 else '{%s}') % ', '.join(items)
    if kind == 0x21:
        pairs = [': '.join([text(parts[0], reader.value()), text(parts[1], reader.value())]) for _ in range(reader.number('>i'))]
        return '{%s}' % ', '.join(pairs)
    if kind in (0x30, 0x31):
        return '(%s)' % ', '.join(text(part, reader.value() if reader.data else None) for part in parts)
    return '0x' + value.hex()


class Connection:
    def __init__(self, host, user, password):
        context = ssl.create_default_context(cafile=AUTHORITY)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        plain = socket.create_connection((host, 9042), timeout=10)
        # Only this node answers on loopback, and its certificate is for its address.
        self.socket = context.wrap_socket(plain, server_hostname=ADDRESS if host == '127.0.0.1' else host)
        self.socket.settimeout(120)
        version = struct.pack('>H', 1) + b''.join(struct.pack('>H', len(part)) + part for part in (b'CQL_VERSION', b'3.0.0'))
        opcode, _ = self.ask(STARTUP, version)
        if opcode == AUTHENTICATE:
            login = b'\0' + user.encode() + b'\0' + password.encode()
            self.ask(AUTH_RESPONSE, struct.pack('>i', len(login)) + login)

    def ask(self, opcode, body):
        self.socket.sendall(struct.pack('>BBhBi', 4, 0, 0, opcode, len(body)) + body)
        _, flags, _, opcode, length = struct.unpack('>BBhBi', self.receive(9))
        answer = Reader(self.receive(length))
        if flags & 0x02:
            answer.take(16)
        if flags & 0x08:
            for _ in range(answer.number('>H')):
                print('cassandra-cql: ' + answer.string(), file=sys.stderr)
        if opcode == ERROR:
            raise Refused(answer.number('>i'), answer.string())
        return opcode, answer

    def receive(self, length):
        data = b''
        while len(data) < length:
            part = self.socket.recv(length - len(data))
            if not part:
                raise OSError('the node closed the connection')
            data += part
        return data

    def rows(self, statement, level):
        """Yields the rows of a statement, as lists of texts."""
        query = statement.encode()
        page = None
        while True:
            body = struct.pack('>i', len(query)) + query + struct.pack('>HBi', level, 0x04 | (0x08 if page else 0), 1000)
            if page:
                body += struct.pack('>i', len(page)) + page
            _, answer = self.ask(QUERY, body)
            result = answer.number('>i')
            if result == 5:
                self.await_schema()
            if result != 2:
                return
            flags, count = answer.number('>i'), answer.number('>i')
            page = answer.value() if flags & 0x02 else None
            if flags & 0x01:
                answer.string(), answer.string()
            types = []
            for _ in range(count):
                if not flags & 0x01:
                    answer.string(), answer.string()
                answer.string()
                types.append(answer.type())
            for _ in range(answer.number('>i')):
                yield [text(kind, answer.value()) for kind in types]
            if page is None:
                return

    def await_schema(self):
        """A change of tables is there when all nodes that are up know it."""
        local = LEVELS.index('ONE')
        for _ in range(60):
            versions = [row[0] for table in ('local', 'peers') for row in self.rows('SELECT schema_version FROM system.' + table, local)]
            if len(set(versions)) == 1:
                return
            time.sleep(0.5)
        print('cassandra-cql: the nodes do not agree on the schema yet', file=sys.stderr)


def password(version='latest'):
    text = subprocess.run([*SECRET, version], stdout=subprocess.PIPE, check=True, text=True).stdout.rstrip('\n')
    if not text:
        # An empty secret must never become the password.
        print('version %s of secret %s is empty' % (version, SECRET[1]), file=sys.stderr)
        raise subprocess.CalledProcessError(1, SECRET)
    return text


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--host', default=ADDRESS)
    parser.add_argument('--consistency', default='LOCAL_QUORUM', choices=LEVELS)
    parser.add_argument('--default-role', action='store_true')
    parser.add_argument('--password-version', default='latest')
    parser.add_argument('statement', nargs='*')
    arguments = parser.parse_args()
    level = LEVELS.index(arguments.consistency)
    try:
        if arguments.default_role:
            connection = Connection(arguments.host, 'cassandra', 'cassandra')
        else:
            connection = Connection(arguments.host, SUPERUSER, password(arguments.password_version))
    except Refused as error:
        print(error, file=sys.stderr)
        return 3
    except subprocess.CalledProcessError:
        return 4
    except OSError as error:
        print('no connection to %s: %s' % (arguments.host, error), file=sys.stderr)
        return 4
    for statement in arguments.statement or sys.stdin:
        statement = statement.strip().rstrip(';')
        if not statement:
            continue
        try:
            statement = re.sub(r':superuser\b', SUPERUSER, statement)
            if ':superuser_password' in statement:
                statement = statement.replace(':superuser_password', "'%s'" % password().replace("'", "''"))
            for row in connection.rows(statement, level):
                print('\t'.join(column.replace('\\', '\\\\').replace('\t', '\\t').replace('\n', '\\n') for column in row), flush=True)
        except (Refused, OSError) as error:
            print(error, file=sys.stderr)
            return 1
        except subprocess.CalledProcessError:
            return 1
    return 0


sys.exit(main())
END_OF_FILE
  write_file /usr/local/sbin/cassandra-rendezvous 0700 <<'END_OF_FILE'
#!/usr/bin/python3
"""Finds out whether this node, whose disk is empty, may begin the ring with the other seeds or has to join it.

cassandra-rendezvous ADDRESS SECONDS SEED,SEED...

Prints begin when all other seeds have empty disks or hold no rows, join when one holds rows; a node that is no seed only ever joins. Exit
code 1, naming the seeds that are silent, when that could not be found out.
"""
import socket
import ssl
import subprocess
import sys
import threading
import time

AUTHORITY, KEY, CQL = '/etc/cassandra/tls/ca.pem', '/etc/cassandra/tls/node.pem', '/usr/local/sbin/cassandra-cql'
PORT = 7000
EMPTY = b'empty\n'
heard = set()


def receive(connection):
    connection.settimeout(3)
    data = b''
    while len(data) < len(EMPTY):
        part = connection.recv(len(EMPTY) - len(data))
        if not part:
            break
        data += part
    return data


def answer(server):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(KEY)
    context.load_verify_locations(AUTHORITY)
    context.verify_mode = ssl.CERT_REQUIRED
    while True:
        plain, (address, _) = server.accept()
        try:
            plain.settimeout(3)
            with context.wrap_socket(plain, server_side=True) as connection:
                connection.sendall(EMPTY)
                if receive(connection) == EMPTY:
                    heard.add(address)
        except OSError:
            plain.close()


def reports_empty(seed, address):
    """True when both sides reported an empty disk. False when the port answers otherwise, None when it does not answer."""
    context = ssl.create_default_context(cafile=AUTHORITY)
    context.load_cert_chain(KEY)
    try:
        plain = socket.create_connection((seed, PORT), timeout=3, source_address=(address, 0))
    except OSError:
        return None
    with plain:
        plain.settimeout(3)
        try:
            with context.wrap_socket(plain, server_hostname=seed) as connection:
                connection.sendall(EMPTY)
                return receive(connection) == EMPTY
        except OSError:
            return False


def keyspaces(seed, *role):
    query = 'SELECT keyspace_name FROM system_schema.keyspaces'
    result = subprocess.run([CQL, *role, '--host', seed, query], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return result.stdout.split() if result.returncode == 0 else None


def holds_rows(seed):
    """True, False, or None when the seed does not answer. A ring that has its superuser has begun, rows or none."""
    if keyspaces(seed) is not None:
        return True
    names = keyspaces(seed, '--default-role')
    return None if names is None else any(name.split('_')[0] != 'system' for name in names)


def main():
    address, seconds, seeds = sys.argv[1:]
    silent = [seed for seed in seeds.split(',') if seed != address]
    may_begin = address in seeds.split(',')
    if may_begin:
        try:
            server = socket.create_server((address, PORT))
        except OSError as error:
            print('%s itself: %s' % (address, error))
            return 1
        threading.Thread(target=answer, args=(server,), daemon=True).start()
    end = time.monotonic() + float(seconds)
    while silent:
        for seed in silent:
            empty = True if seed in heard else reports_empty(seed, address)
            if empty:
                if may_begin:
                    heard.add(seed)
                continue
            # A seed whose port does not answer runs no Cassandra either.
            rows = None if empty is None else holds_rows(seed)
            if rows:
                print('join')
                return 0
            if may_begin and rows is False:
                heard.add(seed)
        silent = [seed for seed in silent if seed not in heard]
        if silent and time.monotonic() > end:
            print(', '.join(silent))
            return 1
        if silent:
            time.sleep(1)
    print('begin')
    return 0


sys.exit(main())
END_OF_FILE
}

# Everything that logs in goes through here.
cql() {
  /usr/local/sbin/cassandra-cql "$@"
}

rendezvous() {
  /usr/local/sbin/cassandra-rendezvous "$ADDRESS" 240 "$SEEDS"
}

remember_joining() {
  echo "$1" >"$JOINING.new"
  sync "$JOINING.new"
  mv "$JOINING.new" "$JOINING"
  log "this node becomes part of the ring by $1"
}

# Only a node without any data asks. A seed does not copy its data from others: without this it would be an empty node that looks healthy.
choose_start() {
  local answer
  place_clients
  if [[ -e $JOINED || -e $JOINING ]] || holds_data || systemctl --quiet is-active cassandra; then
    return
  fi
  if may_replace; then
    remember_joining "$WAY"
    return
  fi
  report starting-seeds 'asks the seeds whether the ring has begun'
  answer=$(rendezvous) || refuse_for_now waiting-seeds "the disk is empty, and whether the ring has begun cannot be found out: no answer from $answer"
  if [[ $answer == join ]]; then
    rm -f "$BEGINNING"
    remember_joining bootstrap
  else
    : >"$BEGINNING"
    sync "$BEGINNING"
    log 'this node begins the ring with the other seeds'
  fi
}

# Each node's address and state, as a seed that answers knows them.
members() {
  local seed
  for seed in $(tr , ' ' <<<"$SEEDS"); do
    if [[ $seed != "$ADDRESS" ]] &&
      cql --host "$seed" --consistency ONE 'SELECT address, status_with_port FROM system_views.gossip_info' 2>/dev/null; then
      return
    fi
  done
  return 1
}

# Node that has to finish before this one may join: a node that is moving data, or a new node whose name sorts first. A replacement
# waits for moving nodes alone.
before_me() {
  local nodes=$NODES
  if [[ $(<"$JOINING") == replace ]]; then nodes=$ADDRESS; fi
  awk -v me="$ADDRESS" -v nodes="$nodes" '
    $1 != me && $2 ~ /^(BOOT|LEAVING|MOVING)/ { busy = $1 }
    { state[$1] = $2 }
    END {
      if (busy == "") {
        count = split(nodes, node, ",")
        for (i = 1; i <= count && node[i] != me; i++) if (state[node[i]] !~ /^NORMAL/) { busy = node[i]; break }
      }
      print busy
    }' <<<"$1"
}

# Cassandra lets one node join at a time, and ends where there are two.
await_turn() {
  local attempt known first
  if [[ -e $JOINED || ! -e $JOINING ]] || systemctl --quiet is-active cassandra; then
    return
  fi
  for ((attempt = 1; attempt <= TURN_ATTEMPTS; attempt++)); do
    if ! known=$(members); then
      report starting-turn 'waits for a seed that answers'
    else
      first=$(before_me "$known")
      if [[ -z $first ]]; then
        return
      fi
      report starting-turn "waits until $first is done: one node joins at a time"
    fi
    sleep 5
  done
  run_again
  exit 0
}

# The seeds in the order of the ring, without this node while it has to copy its data from them.
seeds() {
  if [[ -e $JOINING ]]; then
    tr , '\n' <<<"$SEEDS" | grep -vxF "$ADDRESS" | paste -sd , -
  else
    echo "$SEEDS"
  fi
}

# Options of one start, which are in no file that the next start reads.
first_start_options() {
  mkdir -p "$(dirname "$FIRST_START_OPTIONS")"
  if [[ -e $JOINING && $(<"$JOINING") == replace ]]; then
    echo "JVM_EXTRA_OPTS=-Dcassandra.replace_address_first_boot=$ADDRESS" >"$FIRST_START_OPTIONS"
  else
    : >"$FIRST_START_OPTIONS"
  fi
}

up_nodes() {
  nodetool status 2>/dev/null | awk '$1 == "UN" { print $2 }' | sort -V
}

# Seeds that are not among the members, up or down, that this node knows.
missing_seeds() {
  local members
  members=$(nodetool status 2>/dev/null | awk '$1 ~ /^[UD]N$/ { print $2 }') || members=''
  tr , '\n' <<<"$SEEDS" | grep -vxF "$members" | paste -sd ' ' - || true
}

token_clash() {
  { grep -ho 'Nodes .* have the same token .*' /var/log/cassandra/system.log || echo 'its log names no clash of tokens'; } 2>/dev/null | tail -n 1
}

# For about a quarter of an hour.
SECURE_ATTEMPTS=120
TURN_ATTEMPTS=120
readonly AUTH_REPLICATION="SELECT replication FROM system_schema.keyspaces WHERE keyspace_name = 'system_auth'"
readonly DEFAULT_ROLE="SELECT can_login, is_superuser FROM system_auth.roles WHERE role = 'cassandra'"

# Copies of roles and permissions in this data centre, 0 while they are not placed by data centre.
copies_here() {
  local copies
  copies=$(grep NetworkTopologyStrategy <<<"$1" | sed -n "s/.*[{ ]$DATACENTER: \([0-9]*\)[,}].*/\1/p") || copies=''
  echo "$((copies))"
}

# Tries what a client would try. While too few nodes answer this login is refused too, so it proves nothing alone.
refuses_default_login() {
  local status=0
  cql --default-role </dev/null 2>/dev/null || status=$?
  [[ $status -eq 3 ]]
}

is_secure() {
  local answer
  answer=$(cql "$AUTH_REPLICATION" "$DEFAULT_ROLE" 2>/dev/null) || return 1
  [[ $(copies_here "$answer") -ge $AUTH_REPLICAS && $answer != *true* ]] && refuses_default_login
}

# What other data centres have stays as it is.
place_roles() {
  local placed others
  placed=$(cql "$AUTH_REPLICATION") || return 1
  if [[ $(copies_here "$placed") -ge $AUTH_REPLICAS ]]; then
    return
  fi
  others=$(grep NetworkTopologyStrategy <<<"$placed" | tr -d '{} ' | tr , '\n' | grep -v "^class:\|^$DATACENTER:" |
    sed "s/\(.*\):\(.*\)/, '\1': \2/" | tr -d '\n' || true)
  cql "ALTER KEYSPACE system_auth WITH replication = {'class': 'NetworkTopologyStrategy', '$DATACENTER': $AUTH_REPLICAS$others}"
}

# Each step is right whatever the step before it was when the machine stopped.
make_secure() {
  local disable='ALTER ROLE IF EXISTS cassandra WITH LOGIN = false AND SUPERUSER = false'
  if ! cql "$disable" 2>/dev/null; then
    cql --default-role "CREATE ROLE IF NOT EXISTS $SUPERUSER WITH PASSWORD = :superuser_password AND LOGIN = true AND SUPERUSER = true" ||
      return 1
    log "made the superuser $SUPERUSER"
    cql "$disable" || return 1
  fi
  place_roles
}

copy_roles() {
  nodetool repair --full system_auth >/dev/null 2>&1
}

# One node does it, the first of those that are up. The others see when it is done; should it go away, the next one is first.
secure_ring() {
  local attempt up missing=''
  if [[ -e $JOINED ]]; then
    return
  fi
  for ((attempt = 1; attempt <= SECURE_ATTEMPTS; attempt++)); do
    up=$(up_nodes) || up=''
    missing=''
    if [[ ! -e $JOINING ]]; then missing=$(missing_seeds); fi
    if [[ -e $JOINING ]] && is_secure; then
      # Its roles were copied to it when it joined.
      return
    elif [[ $(wc -w <<<"$up") -lt $AUTH_REPLICAS ]]; then
      report starting-peers "waits until $AUTH_REPLICAS nodes are up, to make the superuser; clients are not let in before"
    elif [[ -n $missing ]]; then
      report starting-peers "waits until every seed is a member of the ring, and $missing is not"
    elif [[ $(sed -n 1p <<<"$up") == "$ADDRESS" ]]; then
      if make_secure && copy_roles && is_secure; then
        log "$SUPERUSER is the superuser, cassandra is switched off, $AUTH_REPLICAS nodes hold the roles"
        return
      fi
      # Roles that are not on all their replicas yet may look as if they were not there.
      if ((attempt > 3)); then copy_roles || log 'the roles are not copied yet'; fi
    elif is_secure; then
      # In a larger ring the first node does not copy for all.
      if [[ $(wc -w <<<"$up") -gt $AUTH_REPLICAS ]]; then copy_roles || log 'the roles of this node were not compared with the others'; fi
      return
    fi
    sleep 3
  done
  if [[ -n $missing ]]; then
    refuse_for_now failed-seeds "not every seed is a member of the ring, $missing is not, and clients are not let in: $(token_clash)"
  fi
  if [[ $(wc -w <<<"$up") -lt $AUTH_REPLICAS ]]; then
    refuse_for_now waiting-peers "the ring is not secured, and clients are not let in: $(wc -w <<<"$up") of $AUTH_REPLICAS nodes are up"
  fi
  refuse_for_now waiting-roles "clients are not let in: the superuser $SUPERUSER cannot log in with the password in secret $SUPERUSER_SECRET, the roles cannot be copied, or cassandra can still log in"
}


# --- the configuration ---

jvm_options() {
  cat <<'END_OF_FILE'
# Cassandra's own choices.
-ea
-da:net.openhft...
-XX:+UseThreadPriorities
-XX:+UseTLAB
-XX:+ResizeTLAB
-XX:+UseNUMA
-XX:+PerfDisableSharedMem
-Xss256k
-Djava.net.preferIPv4Stack=true

# A JVM out of memory answers slowly and wrongly; one that ends is started again by systemd, and others have its data.
-XX:+ExitOnOutOfMemoryError

# The package would dump the whole heap where it ran, which is the data disk; what was the matter is in gc.log and in the metrics.
-XX:-HeapDumpOnOutOfMemoryError
END_OF_FILE
  heap_options
}
# MiB, when the ring has its own; empty otherwise.
readonly HEAP_MIB=''

# Cassandra's own default: the larger of a quarter of the memory, at most 8 GiB, and half of it, at most 1 GiB.
heap_mib() {
  local memory quarter half
  if [[ -n $HEAP_MIB ]]; then
    echo "$HEAP_MIB"
    return
  fi
  memory=$(awk '/^MemTotal:/ { print int($2 / 1024) }' /proc/meminfo)
  quarter=$((memory / 4 < 8192 ? memory / 4 : 8192))
  half=$((memory / 2 < 1024 ? memory / 2 : 1024))
  echo "$((quarter > half ? quarter : half))"
}

heap_options() {
  local heap
  heap=$(heap_mib)
  echo "# For $(awk '/^MemTotal:/ { print int($2 / 1024) }' /proc/meminfo) MiB of memory: as much at once as it may ever be, so that it never stops to grow."
  printf -- '-Xms%dM\n-Xmx%dM\n' "$heap" "$heap"
  if ((heap >= 4096)); then
    echo '# Takes the memory before the node joins, not while it serves.'
    echo '-XX:+AlwaysPreTouch'
  fi
}

cassandra_yaml() {
  sed "s/^\( *- seeds: \).*/\1\"$(seeds)\"/" <<'END_OF_FILE'
# Written on the disk at the first start; a disk of another cluster is refused.
cluster_name: staging-cassandra

# Written on the disk at the first start; few enough that one lost node does not concern every other.
num_tokens: 16

# Places the tokens of a joining node where they even out the ring, instead of at random.
allocate_tokens_for_local_replication_factor: 3

# No default: it is written on the disk at the first start.
partitioner: org.apache.cassandra.dht.Murmur3Partitioner

# Takes data centre and rack from a file instead of the place the VM runs in.
endpoint_snitch: GossipingPropertyFileSnitch

# One node of each rack, so that a lost zone leaves seeds.
seed_provider:
  - class_name: org.apache.cassandra.locator.SimpleSeedProvider
    parameters:
      - seeds: "10.10.8.11,10.10.8.12,10.10.8.13"

# The static address of the node; the default is loopback.
listen_address: 10.10.8.11

# Clients come to the same static address; the default is loopback.
rpc_address: 10.10.8.11

# On the data disk.
data_file_directories:
  - /var/lib/cassandra/data

# On the same disk as the data: a snapshot of one without the other is no backup.
commitlog_directory: /var/lib/cassandra/commitlog

# On the data disk.
hints_directory: /var/lib/cassandra/hints

# On the data disk.
saved_caches_directory: /var/lib/cassandra/saved_caches

# On the data disk.
cdc_raw_directory: /var/lib/cassandra/cdc_raw

# No default: acknowledged writes reach the disk within the period below.
commitlog_sync: periodic

# Goes with commitlog_sync.
commitlog_sync_period: 10000ms

# Copies of dropped and truncated tables are deleted after a week; by default they stay for ever and fill the disk.
auto_snapshot_ttl: 7d

# The default accepts every client.
authenticator: PasswordAuthenticator

# The default allows everything.
authorizer: CassandraAuthorizer

# Said aloud, since it decides who can log in when: LOCAL_QUORUM asks two of three racks, and no other region.
auth_read_consistency_level: LOCAL_QUORUM

# Only holders of a key that the ring signed, each from its own address, talk to nodes; by default all may, in clear.
server_encryption_options:
  internode_encryption: all
  optional: false
  ssl_context_factory:
    class_name: org.apache.cassandra.security.PEMBasedSslContextFactory
  keystore: /etc/cassandra/tls/node.pem
  truststore: /etc/cassandra/tls/ca.pem
  accepted_protocols:
    - TLSv1.3
    - TLSv1.2
  require_client_auth: true
  require_endpoint_verification: true

# Passwords and rows travel encrypted; clients check the node by the ring authority and show a password, no certificate.
client_encryption_options:
  enabled: true
  optional: false
  ssl_context_factory:
    class_name: org.apache.cassandra.security.PEMBasedSslContextFactory
  keystore: /etc/cassandra/tls/node.pem
  truststore: /etc/cassandra/tls/ca.pem
  accepted_protocols:
    - TLSv1.3
    - TLSv1.2
  require_client_auth: false

# Off by default; who logged in and who changed roles or tables is asked after every incident.
audit_logging_options:
  enabled: true
  logger:
    - class_name: FileAuditLogger
  included_categories: "AUTH,DCL,DDL"

# A node with a bad disk stops, instead of serving what it can still read.
disk_failure_policy: die

# A node that cannot write its commit log stops, instead of taking writes it may lose.
commit_failure_policy: die

# Refuses a disk that is missing, blank, of another node, or older than the deletions that the others remember.
startup_checks:
  check_filesystem_ownership:
    enabled: true
    ownership_token: staging-cassandra/b
  check_data_resurrection:
    enabled: true
    heartbeat_file: /var/lib/cassandra/cassandra-heartbeat
    excluded_keyspaces: system_distributed

# A read of a truncated file fails instead of spinning for ever (Cassandra 5.0.8).
compressed_read_ahead_buffer_size: 0KiB
END_OF_FILE
  initial_token
}

# Only while the ring begins: a node that joins, or has joined, keeps the tokens that the ring and its disk know.
initial_token() {
  if [[ -e $BEGINNING && ! -e $JOINED && ! -e $JOINING ]]; then
    printf '\n# Seeds that begin a ring at the same moment must not choose the same tokens.\ninitial_token: %s\n' "$INITIAL_TOKENS"
  fi
}

render_configuration() {
  write_start_file /etc/cassandra/cassandra.yaml 0644 <<<"$(cassandra_yaml)"
  first_start_options
  write_start_file /etc/cassandra/cassandra-rackdc.properties 0644 <<'END_OF_FILE'
# Fixed names, so that a disk that comes back in another zone is still the node it was.
dc=europe-west1
rack=europe-west1-b
END_OF_FILE
  write_file /etc/cassandra/logback.xml 0644 <<'END_OF_FILE'
<!-- The package's pattern, which the Ops Agent reads. Without debug.log, which would be most of the volume. -->
<configuration scan="true" scanPeriod="60 seconds">
  <appender name="SYSTEM" class="ch.qos.logback.core.rolling.RollingFileAppender">
    <file>/var/log/cassandra/system.log</file>
    <rollingPolicy class="ch.qos.logback.core.rolling.SizeAndTimeBasedRollingPolicy">
      <fileNamePattern>/var/log/cassandra/system.log.%d{yyyy-MM-dd}.%i.zip</fileNamePattern>
      <maxFileSize>50MB</maxFileSize>
      <maxHistory>14</maxHistory>
      <!-- The boot disk has 20 GB. -->
      <totalSizeCap>2GB</totalSizeCap>
    </rollingPolicy>
    <encoder>
      <pattern>%-5level [%thread] %date{ISO8601} %F:%L - %msg%n</pattern>
    </encoder>
  </appender>

  <!-- Apart from the rest, so that who may read it can be decided apart. -->
  <appender name="AUDIT" class="ch.qos.logback.core.rolling.RollingFileAppender">
    <file>/var/log/cassandra/audit.log</file>
    <rollingPolicy class="ch.qos.logback.core.rolling.SizeAndTimeBasedRollingPolicy">
      <fileNamePattern>/var/log/cassandra/audit.log.%d{yyyy-MM-dd}.%i.zip</fileNamePattern>
      <maxFileSize>50MB</maxFileSize>
      <maxHistory>30</maxHistory>
      <totalSizeCap>2GB</totalSizeCap>
    </rollingPolicy>
    <encoder>
      <pattern>%-5level [%thread] %date{ISO8601} %F:%L - %msg%n</pattern>
    </encoder>
  </appender>

  <!-- Warnings in the journal and on the serial console, for a VM without SSH. -->
  <appender name="STDOUT" class="ch.qos.logback.core.ConsoleAppender">
    <filter class="ch.qos.logback.classic.filter.ThresholdFilter">
      <level>WARN</level>
    </filter>
    <encoder>
      <pattern>%-5level %F:%L - %msg%n</pattern>
    </encoder>
  </appender>

  <root level="INFO">
    <appender-ref ref="SYSTEM"/>
    <appender-ref ref="STDOUT"/>
  </root>
  <logger name="org.apache.cassandra.audit" additivity="false" level="INFO">
    <appender-ref ref="AUDIT"/>
  </logger>
</configuration>
END_OF_FILE
  write_start_file /etc/systemd/system/cassandra.service 0644 <<'END_OF_FILE'
[Unit]
# It has no section that would start it at boot.
Description=Apache Cassandra, started by the startup script once the data disk is checked
# Its address has to be there.
After=network-online.target
Wants=network-online.target
# Never on the boot disk.
RequiresMountsFor=/var/lib/cassandra
ConditionPathIsMountPoint=/var/lib/cassandra
# After ten failures within six hours the node stays down until an operator starts it.
StartLimitIntervalSec=21600
StartLimitBurst=10

[Service]
# Options of the first start alone, such as those that replace a lost node.
EnvironmentFile=-/run/cassandra-first-start
# Not root: nothing that is wrong with Cassandra is wrong with the machine.
User=cassandra
Group=cassandra
# Refused since it was down for too long: another start would be refused for the same reason.
ExecCondition=/usr/bin/test ! -e /run/cassandra-resurrection-refused
ExecStopPost=+-/usr/local/sbin/cassandra-ended
# The published state does not stay ready.
ExecStopPost=+-/usr/local/sbin/cassandra-state
# A start reads all files: nothing is pending any more.
ExecStartPre=+/bin/rm -f /run/cassandra-restart-pending
# A manifest is that of one snapshot: a restored disk has it, and later snapshots must not.
ExecStartPre=+-/bin/rm -f /var/lib/cassandra/snapshot-manifest.json
# In the foreground, so that systemd sees it end.
ExecStart=/usr/sbin/cassandra -f
# A drain would wait for the end of a snapshot.
ExecStop=+-/usr/sbin/fsfreeze --unfreeze /var/lib/cassandra
# Hands over what it holds in memory; without it a start replays the commit log, which takes longer.
ExecStop=/usr/bin/nodetool drain
# A drain writes what is in memory to a disk that may be busy.
TimeoutStopSec=300
# Exit code of a JVM that was asked to stop.
SuccessExitStatus=143
# Some reasons to end pass, such as another node that is joining at the same time; a minute lets the others notice.
Restart=on-failure
RestartSec=60
END_OF_FILE
  write_start_file /etc/systemd/system/cassandra.service.d/limits.conf 0644 <<'END_OF_FILE'
[Service]
# A node has thousands of table files and connections open; 5.0 warns below 100,000.
LimitNOFILE=1000000
# The heap is locked in memory, so that nothing of it is swapped.
LimitMEMLOCK=infinity
# A thread counts as a process.
LimitNPROC=32768
# Files are mapped, whatever their size.
LimitAS=infinity
END_OF_FILE
  # The ring has no archive of commit logs.
  rm -f /etc/cassandra-archive.json /etc/systemd/system/cassandra.service.d/archive.conf /etc/cassandra/commitlog_archiving.properties
  write_start_file /etc/cassandra/jvm-server.options 0644 <<<"$(jvm_options)"
  # The snitch would believe this file about nodes it has not heard of yet.
  rm -f /etc/cassandra/cassandra-topology.properties
}

# --- rows that come back ---

# Each run of this script tries one start.
prepare_resurrection_check() {
  write_file /usr/local/sbin/cassandra-ended 0755 <<'END_OF_FILE'
#!/bin/bash
# Remembers that the check against rows that come back refused the start that ended just now: no other error names the heartbeat file.
begun=$(date --date="$(systemctl show --property=ExecMainStartTimestamp --value cassandra.service)" '+%F %T') || exit 0
error=$(awk -v begun="$begun" -v file=/var/lib/cassandra/cassandra-heartbeat \
  '$1 == "ERROR" && $3 " " $4 >= begun && index($0, file)' /var/log/cassandra/system.log 2>/dev/null | tail -n 1)
if [[ -n $error ]]; then
  echo "$error" >/run/cassandra-resurrection-refused
fi
END_OF_FILE
  rm -f /run/cassandra-resurrection-refused
}

heartbeat_days() {
  echo $((($(date +%s) - $(stat -c %Y /var/lib/cassandra/cassandra-heartbeat 2>/dev/null || date +%s)) / 86400))
}

refuse_resurrection() {
  if [[ -e /run/cassandra-resurrection-refused ]]; then
    # systemd waits to start it once more, and would not.
    systemctl stop cassandra || true
    refuse refused-resurrection "this node was down for $(heartbeat_days) days, longer than deleted rows are remembered, and would bring them back: run gke-platform cassandra replace --lost-disk, or after the whole ring was stopped or restored gke-platform cassandra release $ENVIRONMENT"
  fi
}

# --- clients ---

close_to_clients() {
  if [[ -e $JOINED ]]; then
    return
  fi
  need_package nftables
  # Replaced in one transaction. Connections that are open are closed too.
  nft --file - <<END_OF_RULES || refuse_for_now failed-firewall 'the port of clients cannot be closed: nft does not accept the rules'
table inet cassandra_clients
delete table inet cassandra_clients
table inet cassandra_clients {
  chain input {
    type filter hook input priority filter; policy accept;
    tcp dport != 9042 accept
    iifname "lo" accept
    ip saddr { $NODES } accept
    tcp dport 9042 drop
  }
}
END_OF_RULES
}

is_closed_to_clients() {
  nft list table inet cassandra_clients >/dev/null 2>&1
}

open_to_clients() {
  if is_closed_to_clients; then
    nft delete table inet cassandra_clients
    log 'clients are let in'
  fi
}

# --- start, wait ---

readonly PENDING=/run/cassandra-restart-pending

start_cassandra() {
  # Stopped since this script began.
  heed_operator
  # Another VM may have known the user by another number.
  if [[ $(stat -c %U "$DATA") != cassandra ]]; then
    chown -R cassandra:cassandra "$DATA"
  fi
  systemctl daemon-reload
  if systemctl --quiet is-active cassandra; then
    leave_running
  else
    systemctl start cassandra
  fi
  publish_pending
}

# Cassandra is restarted by people, one node at a time.
leave_running() {
  if [[ $TLS_CHANGED == yes ]]; then
    nodetool reloadssl || log 'Cassandra takes the new keys within ten minutes'
  fi
  if [[ -n $STALE ]]; then
    printf '%s' "$STALE" >>"$PENDING"
    sort -u -o "$PENDING" "$PENDING"
    log "changed, and in effect when Cassandra is restarted: $(tr '\n' ' ' <"$PENDING")"
  fi
}

takes_clients() {
  (exec 3<>"/dev/tcp/$ADDRESS/9042") 2>/dev/null
}

# Waits on when Cassandra ended: systemd starts it again after a minute, and some of its reasons pass.
await_clients() {
  local second
  for ((second = 0; second < 900; second++)); do
    if takes_clients; then
      return
    fi
    refuse_resurrection
    case $(systemctl is-active cassandra || true) in
      active | reloading) ;;
      activating) report failed-cassandra "Cassandra ended: $(last_error)" ;;
      *)
        journalctl --unit cassandra --lines 20 --no-pager
        report failed-cassandra "Cassandra ended: $(last_error)"
        exit 1
        ;;
    esac
    sleep 1
  done
  run_again
  report starting-join 'Cassandra is up and takes no clients yet: a joining node first copies its data'
  exit 0
}

# --- upkeep ---

arrange_upkeep() {
  write_file /usr/local/sbin/cassandra-metrics 0755 <<'END_OF_FILE'
#!/usr/bin/python3
"""Writes to Cloud Monitoring whether Cassandra takes clients and clients are let in, how full its disk is, how far the clock is off, how old the last repair is,
how long its certificate is valid, and until when its commit logs are archived.

cassandra-metrics [--print]

  --print  shows what it would write
"""
import json
import os
import socket
import ssl
import subprocess
import sys
import time
from datetime import datetime, timezone
from urllib.request import Request, urlopen

PROJECT = 'parking-staging'
LABELS = {'cluster': 'staging-cassandra', 'node': 'b'}
ADDRESS = '10.10.8.11'
REPAIRS = True
ARCHIVES, ARCHIVE_STATE = False, '/var/lib/cassandra/archive/state.json'
DATA, LAST_REPAIR, JOINED = '/var/lib/cassandra', '/var/lib/cassandra/last-repair', '/var/lib/cassandra/joined'
CERTIFICATE, CLIENT_FIREWALL = '/etc/cassandra/tls/node.pem', 'cassandra_clients'
TYPE = 'custom.googleapis.com/cassandra/'
METADATA = 'http://metadata.google.internal/computeMetadata/v1/'
MONITORING = 'https://monitoring.googleapis.com/v3/projects/' + PROJECT + '/timeSeries'
# Seconds that the metric of the clock's offset has while the clock is not synchronised.
UNKNOWN_TIME = 86400.0


def takes_clients():
    try:
        socket.create_connection((ADDRESS, 9042), timeout=5).close()
        return 1
    except OSError:
        return 0


def lets_clients_in():
    """0 until the ring is secured: the table of nftables closes the port to clients. It is there from before Cassandra starts. None if
    nft does not answer; a node without nft has no such table."""
    try:
        command = ['nft', 'list', 'table', 'inet', CLIENT_FIREWALL]
        table = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=10)
        return {0: 0, 1: 1}.get(table.returncode)
    except FileNotFoundError:
        return 1
    except (OSError, subprocess.TimeoutExpired):
        return None


def disk_used():
    """In percent, as df counts: what only root may fill is not counted."""
    disk = os.statvfs(DATA)
    used = disk.f_blocks - disk.f_bfree
    return 100 * used / ((used + disk.f_bavail) or 1)


def clock_offset():
    try:
        fields = subprocess.run(['chronyc', '-c', 'tracking'], stdout=subprocess.PIPE, text=True, timeout=10).stdout.strip().split(',')
        return abs(float(fields[4])) if fields[-1] == 'Normal' else UNKNOWN_TIME
    except (OSError, ValueError, IndexError, subprocess.TimeoutExpired):
        return UNKNOWN_TIME


def repair_age():
    """Since the node joined, as long as nothing was repaired; None before that."""
    try:
        with open(LAST_REPAIR) as file:
            return int(time.time()) - int(file.read())
    except (OSError, ValueError):
        return int(time.time() - os.path.getmtime(JOINED)) if os.path.exists(JOINED) else None


def certificate_left():
    """In seconds, less than 0 once it has ended; None without a certificate. It never outlives the authority that signed it."""
    try:
        command = ['openssl', 'x509', '-in', CERTIFICATE, '-noout', '-enddate']
        answer = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, timeout=10).stdout
        return int(ssl.cert_time_to_seconds(answer.strip().split('=', 1)[1]) - time.time())
    except (OSError, ValueError, IndexError, subprocess.TimeoutExpired):
        return None


def archive_lag():
    """Since the time until which all writes are in the archive; since the node joined, as long as nothing was archived; None before that."""
    try:
        with open(ARCHIVE_STATE) as file:
            return int(time.time() - json.load(file)['until'] / 1000)
    except (OSError, ValueError, KeyError, TypeError):
        return int(time.time() - os.path.getmtime(JOINED)) if os.path.exists(JOINED) else None


def values():
    yield 'up', 'int64Value', str(takes_clients())
    let_in = lets_clients_in()
    if let_in is not None:
        yield 'clients_let_in', 'int64Value', str(let_in)
    if os.path.ismount(DATA):
        yield 'disk_used_percent', 'doubleValue', disk_used()
    yield 'clock_offset_seconds', 'doubleValue', clock_offset()
    age = repair_age() if REPAIRS else None
    if age is not None:
        yield 'repair_age_seconds', 'int64Value', str(age)
    lag = archive_lag() if ARCHIVES else None
    if lag is not None:
        yield 'archive_lag_seconds', 'int64Value', str(lag)
    left = certificate_left()
    if left is not None:
        yield 'certificate_seconds_left', 'int64Value', str(left)


def read(path):
    with urlopen(Request(METADATA + path, headers={'Metadata-Flavor': 'Google'}), timeout=10) as answer:
        return answer.read().decode()


def series():
    zone = read('instance/zone').split('/')[-1]
    resource = {'type': 'gce_instance', 'labels': {'project_id': PROJECT, 'instance_id': read('instance/id'), 'zone': zone}}
    now = datetime.now(timezone.utc).strftime('%Y-%m-%dT%H:%M:%SZ')
    return [
        {
            'metric': {'type': TYPE + name, 'labels': LABELS},
            'resource': resource,
            'metricKind': 'GAUGE',
            'valueType': kind.replace('Value', '').upper(),
            'points': [{'interval': {'endTime': now}, 'value': {kind: value}}],
        }
        for name, kind, value in values()
    ]


def main():
    body = json.dumps({'timeSeries': series()})
    if sys.argv[1:] == ['--print']:
        print(body)
        return
    token = json.loads(read('instance/service-accounts/default/token'))['access_token']
    headers = {'Authorization': 'Bearer ' + token, 'Content-Type': 'application/json'}
    urlopen(Request(MONITORING, data=body.encode(), headers=headers), timeout=20).close()


try:
    main()
except OSError as error:
    sys.exit('cassandra-metrics: %s' % error)
END_OF_FILE
  write_file /etc/systemd/system/cassandra-metrics.service 0644 <<'END_OF_FILE'
[Unit]
Description=What only the node knows of itself, for Cloud Monitoring

[Service]
Type=oneshot
ExecStart=/usr/local/sbin/cassandra-metrics
TimeoutStartSec=60
END_OF_FILE
  write_file /etc/systemd/system/cassandra-metrics.timer 0644 <<'END_OF_FILE'
[Unit]
Description=What only the node knows of itself, for Cloud Monitoring

[Timer]
OnCalendar=*:0/5
RandomizedDelaySec=30

[Install]
WantedBy=timers.target
END_OF_FILE
  write_file /usr/local/sbin/cassandra-state 0755 <<'END_OF_FILE'
#!/bin/bash
# Publishes whether Cassandra takes clients, was stopped or ended, when that has changed. Run by a timer, and by systemd whenever Cassandra
# has ended. While the startup script runs, that one publishes.
set -euo pipefail

readonly METADATA=http://metadata.google.internal/computeMetadata/v1/instance

# guest_attribute NAME VALUE: publishes a value, unless it is the one that was published last. cassandra-state sends again what is lost.
guest_attribute() {
  local sent=/run/cassandra-published-$1
  if [[ -e $sent && $(<"$sent") == "$2" ]]; then
    return
  fi
  rm -f "$sent"
  if curl -fsS -m 5 -X PUT -H 'Metadata-Flavor: Google' --data "$2" "$METADATA/guest-attributes/cassandra/$1"; then
    echo "$2" >"$sent"
  fi
}

# publish CODE STATE
publish() {
  printf '%s\n%s\n' "$1" "$2" >/run/cassandra-state
  if [[ $1 == ready* ]]; then cp /run/cassandra-state /run/cassandra-ready; fi
  # The sentence last: a reader that waits for it finds its code.
  guest_attribute code "$1"
  guest_attribute state "$2"
}

publish_pending() {
  if [[ -e /run/cassandra-restart-pending ]]; then
    guest_attribute restart-pending "yes: $(tr '\n' ' ' </run/cassandra-restart-pending)"
  else
    guest_attribute restart-pending no
  fi
}

last_error() {
  { grep -hE '^ERROR|Exception|Fatal|Error:' /var/log/cassandra/system.log || echo 'its log has no errors'; } 2>/dev/null | tail -n 1
}

unit() {
  systemctl show --property="$2" --value "$1"
}

heartbeat_days() {
  echo $((($(date +%s) - $(stat -c %Y /var/lib/cassandra/cassandra-heartbeat 2>/dev/null || date +%s)) / 86400))
}

# Into CODE and STATE.
observe() {
  if [[ -e /run/cassandra-resurrection-refused ]]; then
    CODE=refused-resurrection
    STATE="refused: this node was down for $(heartbeat_days) days, longer than deleted rows are remembered, and would bring them back: run gke-platform cassandra replace --lost-disk, or after the whole ring was stopped or restored gke-platform cassandra release staging"
  elif [[ -n $(ss -Hltn 'sport = :9042') ]]; then
    CODE=ready
    STATE='ready: Cassandra takes clients at 10.10.8.11'
    if [[ -e /run/cassandra-ready ]]; then
      { read -r CODE && read -r STATE; } </run/cassandra-ready
    fi
  elif [[ $(unit cassandra.service Result) != success ]]; then
    CODE=failed-cassandra
    STATE="failed: Cassandra ended: $(last_error)"
  else
    CODE=stopped
    STATE='stopped: Cassandra was stopped'
    if [[ $(unit cassandra.service ActiveState) == active ]]; then
      STATE='stopped: Cassandra runs and takes no clients'
    fi
  fi
}

exec 9>/run/cassandra-state-lock
flock --nonblock 9 || exit 0
if [[ $(unit google-startup-scripts.service ActiveState) == activating || ! -e /run/cassandra-state ]]; then
  exit 0
fi
{ read -r CODE && read -r STATE; } </run/cassandra-state
case $CODE in
  # Other states are the startup script's, and so is a node that is not part of the ring yet.
  ready* | stopped | failed-cassandra | refused-resurrection)
    if [[ -e /var/lib/cassandra/joined ]]; then observe; fi
    ;;
esac
if [[ $STATE != "$(tail -n 1 /run/cassandra-state)" ]]; then
  # At the level of a notice.
  echo "<5>$STATE"
fi
publish "$CODE" "$STATE"
publish_pending
END_OF_FILE
  write_file /etc/systemd/system/cassandra-state.service 0644 <<'END_OF_FILE'
[Unit]
Description=State of Cassandra as a guest attribute

[Service]
Type=oneshot
ExecStart=/usr/local/sbin/cassandra-state
TimeoutStartSec=60
# No two lines in the journal every half a minute.
LogLevelMax=notice
END_OF_FILE
  write_file /etc/systemd/system/cassandra-state.timer 0644 <<'END_OF_FILE'
[Unit]
Description=State of Cassandra as a guest attribute

[Timer]
OnBootSec=30
OnUnitInactiveSec=30
AccuracySec=5

[Install]
WantedBy=timers.target
END_OF_FILE
  write_file /usr/local/sbin/cassandra-snapshot 0700 <<'END_OF_FILE'
#!/usr/bin/python3
"""Guest scripts of snapshots of the data disk.

cassandra-snapshot prepare | finish

  prepare  writes a canary, flushes all tables, writes the manifest, and freezes the data disk for at most 30 s
  finish   thaws the data disk; fails if it was thawed before: the snapshot is not that of the manifest then

Exit codes: 0 done; 1 failed, and nothing is frozen: no snapshot is to be taken.
"""
IDENTITY = {
    'cluster': 'staging-cassandra',
    'datacenter': 'europe-west1',
    'rack': 'europe-west1-b',
    'node': 'b',
}
DATA, JOINED, MANIFEST = '/var/lib/cassandra', '/var/lib/cassandra/joined', '/var/lib/cassandra/snapshot-manifest.json'
FROZEN, WATCHDOG = '/run/cassandra-snapshot-frozen', 'cassandra-thaw.timer'
CQL_CLIENT = '/usr/local/sbin/cassandra-cql'
# Nodes of the ring, and whether this one is the first of them.
NODES, IS_FIRST = 3, True
FREEZE_SECONDS, PREPARE_SECONDS = 30, 240

import hashlib
import json
import os
import re

# Of Cassandra, and of the platform.
SYSTEM_KEYSPACES = ('system', 'system_schema', 'system_auth', 'system_distributed', 'system_traces', 'system_views', 'system_virtual_schema', 'gke_platform')

# Columns of system_schema that all releases of 5.0 have.
SCHEMA_COLUMNS = {
    'keyspaces': 'keyspace_name, durable_writes, replication',
    'tables': 'keyspace_name, table_name, id, flags, default_time_to_live, gc_grace_seconds',
    'columns': 'keyspace_name, table_name, column_name, clustering_order, kind, position, type',
    'dropped_columns': 'keyspace_name, table_name, column_name, type',
    'types': 'keyspace_name, type_name, field_names, field_types',
    'indexes': 'keyspace_name, table_name, index_name, kind, options',
    'views': 'keyspace_name, view_name, base_table_name, id, where_clause',
    'functions': 'keyspace_name, function_name, argument_types, body, language, return_type',
    'aggregates': 'keyspace_name, aggregate_name, argument_types, state_func, state_type, final_func',
}


def read_text(path):
    try:
        with open(path, encoding='utf-8', errors='replace') as file:
            return file.read()
    except FileNotFoundError:
        return None
    except OSError as error:
        return 'unreadable: %s' % error.strerror


def list_names(folder):
    try:
        return sorted(os.listdir(folder))
    except FileNotFoundError:
        return []


def list_folders(folder):
    return [name for name in list_names(folder) if os.path.isdir(folder + '/' + name)]


def list_tables(data):
    """Yields the folders of tables: table as KEYSPACE.TABLE, its id, the path, and the folders in it that have SSTables."""
    root = data + '/data'
    for keyspace in list_folders(root):
        for folder in list_folders(root + '/' + keyspace):
            table, _, number = folder.rpartition('-')
            if re.fullmatch('[0-9a-f]{32}', number):
                path = '%s/%s/%s' % (root, keyspace, folder)
                # Those of secondary indexes begin with a dot.
                yield keyspace + '.' + table, number, path, [''] + [name + '/' for name in list_folders(path) if name.startswith('.')]


def list_sstables(folder):
    """SSTables of a folder with their components, without those that Cassandra removes at its start: the old ones of a committed transaction,
    and the new ones of another."""
    found, removed = {}, set()
    for name in list_names(folder):
        match = re.fullmatch(r'([a-z]{2}-[^-]+-(?:big|bti))-(.+)', name)
        if match and not name.endswith('.tmp'):
            found.setdefault(match.group(1), set()).add(match.group(2))
        elif '_txn_' in name and name.endswith('.log'):
            records = read_text(folder + '/' + name) or ''
            kind = 'remove' if re.search(r'^commit:\[[^\]]*\]\[\d+\]$', records, re.I | re.M) else 'add'
            removed.update(re.findall(r'^%s:\[(?:[^\],]*/)?([a-z]{2}-[^-/]+-(?:big|bti))-' % kind, records, re.I | re.M))
    return {sstable: components for sstable, components in found.items() if sstable not in removed}


def list_commit_logs(data):
    return [name for name in list_names(data + '/commitlog') if re.fullmatch(r'CommitLog-\d+-\d+\.log', name)]


def size_of(path):
    try:
        return os.path.getsize(path)
    except OSError:
        return 0


def list_disk(data):
    """SSTables and commit logs, as a manifest has them."""
    sstables = [
        {
            'table': table,
            'id': number,
            'name': place + name,
            'bytes': size_of('%s/%s%s-Data.db' % (path, place, name)),
            'digest': (read_text('%s/%s%s-Digest.crc32' % (path, place, name)) or '').strip()[:20],
        }
        for table, number, path, places in list_tables(data)
        for place in places
        for name in sorted(list_sstables(path + '/' + place))
    ]
    return {'sstables': sstables, 'commitLogs': [{'name': name} for name in list_commit_logs(data)]}


def digest_schema(connection):
    """Digest of the schema of the user keyspaces."""
    schema = []
    for table, columns in sorted(SCHEMA_COLUMNS.items()):
        rows = connection.rows('SELECT %s FROM system_schema.%s' % (columns, table), 1)
        schema.append([table, sorted(row for row in rows if row[0] not in SYSTEM_KEYSPACES)])
    return hashlib.sha256(json.dumps(schema).encode()).hexdigest()

import hashlib
import struct
import time

LEVEL_ONE, LEVEL_ALL = 1, 5
PAGE_ROWS = 500
# Unavailable, overloaded, write and read time-out.
PASSING_ERRORS = (0x1000, 0x1001, 0x1100, 0x1200)


def load_client(path):
    """Loads the CQL client without running its command."""
    with open(path) as file:
        source = file.read()
    client = {'__name__': 'cql_client'}
    exec(compile(source.rsplit('\nsys.exit(main())', 1)[0], path, 'exec'), client)
    return client


def read_pages(connection, statement, level):
    """Yields pages of a result: number of columns, number of rows, bytes of the rows."""
    query = statement.encode()
    state, size, attempts = None, PAGE_ROWS, 0
    while True:
        body = struct.pack('>i', len(query)) + query + struct.pack('>HBi', level, 0x04 | (0x08 if state else 0), size)
        if state:
            body += struct.pack('>i', len(state)) + state
        try:
            _, answer = connection.ask(7, body)
        except Exception as error:
            attempts += 1
            if getattr(error, 'code', None) not in PASSING_ERRORS or attempts > 4:
                raise
            # Rows may be large.
            size = max(1, size // 4)
            time.sleep(attempts)
            continue
        attempts = 0
        if answer.number('>i') != 2:
            raise ValueError('the answer to %s has no rows' % statement)
        flags, columns = answer.number('>i'), answer.number('>i')
        state = answer.value() if flags & 0x02 else None
        if flags & 0x01:
            answer.string(), answer.string()
        for _ in range(columns):
            if not flags & 0x01:
                answer.string(), answer.string()
            answer.string()
            answer.type()
        rows = answer.number('>i')
        yield columns, rows, answer.data
        if state is None:
            return


def quote_name(name):
    return '"%s"' % name.replace('"', '""')


def list_columns(connection, keyspace, table):
    """Columns as name, kind and position, sorted by name."""
    statement = "SELECT column_name, kind, position FROM system_schema.columns WHERE keyspace_name = '%s' AND table_name = '%s'"
    return sorted(connection.rows(statement % (keyspace, table), LEVEL_ONE))


def select_rows(keyspace, table, columns, parts):
    """Statement that reads the first of equal parts of the token ring."""
    names = ', '.join(quote_name(name) for name, _, _ in columns)
    statement = 'SELECT %s FROM %s.%s' % (names, quote_name(keyspace), quote_name(table))
    if parts == 1:
        return statement
    keys = sorted((int(position), name) for name, kind, position in columns if kind == 'partition_key')
    return '%s WHERE token(%s) <= %d' % (statement, ', '.join(quote_name(name) for _, name in keys), 2**64 // parts - 2**63)


def read_table(connection, keyspace, table, level, parts=1, end=None):
    """Reads a table in full, or its rows in the first of equal parts of the token ring. Returns their number, and their hash.

    Raises TimeoutError if it is not done at the end, a time of the monotonic clock.
    """
    columns = list_columns(connection, keyspace, table)
    if not columns:
        raise ValueError('there is no table %s.%s' % (keyspace, table))
    statement = select_rows(keyspace, table, columns, parts)
    count, total = 0, 0
    for width, rows, data in read_pages(connection, statement, level):
        if end is not None and time.monotonic() > end:
            raise TimeoutError('%s.%s was not read in time' % (keyspace, table))
        offset = 0
        for _ in range(rows):
            begin = offset
            for _ in range(width):
                offset += 4 + max(0, struct.unpack_from('>i', data, offset)[0])
            total += int.from_bytes(hashlib.sha256(data[begin:offset]).digest(), 'big')
        if offset != len(data):
            raise ValueError('the rows of %s.%s are incomplete' % (keyspace, table))
        count += rows
    return count, '%064x' % (total % 2**256)

import uuid

LEVEL_QUORUM = 4
# The first node creates the table meanwhile.
CANARY_SECONDS = 20


def has_canary_table(connection):
    query = "SELECT table_name FROM system_schema.tables WHERE keyspace_name = 'gke_platform' AND table_name = 'canary'"
    return bool(list(connection.rows(query, LEVEL_ONE)))


def create_canary_table(connection):
    replication = "{'class': 'NetworkTopologyStrategy', '%s': %d}" % (IDENTITY['datacenter'], NODES)
    list(connection.rows('CREATE KEYSPACE IF NOT EXISTS gke_platform WITH replication = ' + replication, LEVEL_QUORUM))
    list(connection.rows('CREATE TABLE IF NOT EXISTS gke_platform.canary (host uuid PRIMARY KEY, id uuid, at timestamp)', LEVEL_QUORUM))


def write_canary(connection, host):
    """Writes a canary that this node has, too. Returns it; None if it cannot have one."""
    end = time.monotonic() + CANARY_SECONDS
    while not has_canary_table(connection):
        if IS_FIRST:
            create_canary_table(connection)
        elif time.monotonic() > end:
            say('there is no table of canaries: the first node of the ring creates it at its first snapshot')
            return None
        else:
            time.sleep(0.5)
    query = "SELECT replication FROM system_schema.keyspaces WHERE keyspace_name = 'gke_platform'"
    [[replication]] = connection.rows(query, LEVEL_ONE)
    if count_replicas(replication) < NODES:
        say('the keyspace gke_platform must have a replica on each of %d nodes, got %s' % (NODES, replication))
        return None
    milliseconds = int(time.time() * 1000)
    number = str(uuid.uuid4())
    list(connection.rows('INSERT INTO gke_platform.canary (host, id, at) VALUES (%s, %s, %d)' % (host, number, milliseconds), LEVEL_QUORUM))
    for _ in range(20):
        if [[number]] == list(connection.rows('SELECT id FROM gke_platform.canary WHERE host = ' + host, LEVEL_ONE)):
            return {'id': number, 'at': milliseconds}
        time.sleep(0.5)
    say('the canary is not on this node yet')
    return None


def count_replicas(replication):
    copies = re.search(r'[{ ]%s: (\d+)[,}]' % re.escape(IDENTITY['datacenter']), replication)
    return int(copies.group(1)) if copies else 0

import fcntl
import signal
import subprocess
import sys
from datetime import datetime, timezone

FLUSH_SECONDS = 120
# For the rows of all tables, and for the metadata of their SSTables.
ROWS_SECONDS = 40
# A compaction may change the SSTables between their listing and the freeze.
ATTEMPTS = 5
# Of the token ring, from small to large: the rows of the largest that can be read in time are in the manifest.
PARTS = (4096, 64, 1)


class Failed(Exception):
    pass


def say(text):
    print('cassandra-snapshot: ' + text, file=sys.stderr, flush=True)


def run(*words, seconds=60):
    """Runs a command that has to succeed. Returns its output."""
    try:
        done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=seconds)
    except subprocess.TimeoutExpired:
        raise Failed('%s did not end within %d s' % (' '.join(words[:2]), seconds))
    if done.returncode != 0:
        lines = (done.stderr or done.stdout).strip().split('\n')
        raise Failed('%s ended with %d: %s' % (' '.join(words[:2]), done.returncode, lines[-1][:300]))
    return done.stdout


def remove(path):
    if os.path.exists(path):
        os.unlink(path)


def thaw():
    """Thaws the data disk. Returns whether it was frozen."""
    return subprocess.run(['fsfreeze', '--unfreeze', DATA], stderr=subprocess.DEVNULL).returncode == 0


def clean_up():
    """Nothing remains of a snapshot: a later one without a guest flush must not have this manifest."""
    remove(MANIFEST + '.new')
    remove(MANIFEST)
    subprocess.run(['systemctl', 'stop', WATCHDOG], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    remove(FROZEN)


# --- the manifest ---


def connect():
    client = load_client(CQL_CLIENT)
    return client['Connection'](client['ADDRESS'], client['SUPERUSER'], client['password']())


def with_connection(work, end):
    """Other nodes may be frozen, and the roles cannot be read meanwhile: that passes."""
    while True:
        try:
            return work(connect())
        except Failed:
            raise
        except Exception as error:
            if time.monotonic() > end:
                raise Failed('the content of the tables cannot be read: %s' % error)
            time.sleep(1)


def describe_node(connection):
    query = 'SELECT host_id, tokens, release_version FROM system.local'
    [[host, tokens, version]] = connection.rows(query, LEVEL_ONE)
    return {'hostId': host, 'tokens': sorted(re.findall(r'-?\d+', tokens)), 'cassandraVersion': version}


def read_rows(connection):
    """Rows of user tables. Only where the data centre has as many replicas as nodes: a read at ONE is local then, and the node has all rows."""
    end = time.monotonic() + ROWS_SECONDS
    places = [row[0] for table in ('local', 'peers_v2') for row in connection.rows('SELECT data_center FROM system.' + table, LEVEL_ONE)]
    nodes = places.count(IDENTITY['datacenter'])
    keyspaces = connection.rows('SELECT keyspace_name, replication FROM system_schema.keyspaces', LEVEL_ONE)
    replicas = {keyspace: count_replicas(replication) for keyspace, replication in keyspaces}
    tables = [row for row in connection.rows('SELECT keyspace_name, table_name FROM system_schema.tables', LEVEL_ONE)]
    own = sorted((keyspace, table) for keyspace, table in tables if keyspace not in SYSTEM_KEYSPACES and replicas[keyspace] >= nodes)
    found = []
    for index, (keyspace, table) in enumerate(own):
        # What a table does not need is left to the others.
        begin = time.monotonic()
        limit = begin + max(0, end - begin) / (len(own) - index)
        best = None
        for parts in PARTS:
            try:
                rows, digest = read_table(connection, keyspace, table, LEVEL_ONE, parts, limit)
            except TimeoutError:
                # The rest of its pages is of no use.
                connection = connect()
                break
            best = {'keyspace': keyspace, 'table': table, 'parts': parts, 'rows': rows, 'hash': digest}
        if best:
            found.append(best)
    return found


def read_metadata(listed):
    """Newest write in the SSTables of the user tables, in microseconds, and tables none of whose cells expire."""
    tables = {
        '%s/data/%s/%s-%s/%s-Data.db' % (DATA, *each['table'].split('.', 1), each['id'], each['name']): each['table']
        for each in listed['sstables']
        if each['table'].split('.')[0] not in SYSTEM_KEYSPACES
    }
    paths = sorted(tables)
    end = time.monotonic() + ROWS_SECONDS
    newest, lasting = None, set()
    for begin in range(0, len(paths), 100):
        try:
            about = run('sstablemetadata', *paths[begin : begin + 100], seconds=max(1, end - time.monotonic()))
        except Failed as error:
            say('the metadata of the SSTables is unknown: %s' % error)
            break
        for section in about.split('SSTable: ')[1:]:
            path = section.split('\n', 1)[0].strip() + '-Data.db'
            # Either as the number alone, or with the date before it.
            written = re.search(r'^Maximum timestamp: (?:.*[ (])?(\d{11,})', section, re.M)
            life = re.search(r'^TTL max: (\d+)', section, re.M)
            newest = max(newest or 0, int(written.group(1)) if written else 0)
            if path in tables and life and int(life.group(1)) == 0:
                lasting.add(path)
    expiring = {tables[path] for path in paths if path not in lasting}
    return newest, set(tables.values()) - expiring


def files_of(listed, name):
    """SSTables of a table, or of a keyspace with a dot at its end."""
    return [each for each in listed['sstables'] if each['table'] == name or name.endswith('.') and each['table'].startswith(name)]


def write_manifest(manifest):
    with open(MANIFEST + '.new', 'w') as file:
        json.dump(manifest, file, separators=(',', ':'))
        file.flush()
        os.fsync(file.fileno())
    os.chmod(MANIFEST + '.new', 0o600)
    os.rename(MANIFEST + '.new', MANIFEST)


def describe():
    """What takes time, before the freeze. Returns it with the files that it describes."""
    files = list_disk(DATA)

    def read(connection):
        return {**describe_node(connection), 'schemaDigest': digest_schema(connection), 'rows': read_rows(connection)}

    content = with_connection(read, time.monotonic() + PREPARE_SECONDS / 2)
    content['newestWrite'], lasting = read_metadata(files)
    content['rows'] = [row for row in content['rows'] if row['rows'] == 0 or name_of(row) in lasting]
    return files, content


def try_canary():
    """A snapshot without a canary is better than none: its verification reports it."""

    def write(connection):
        return write_canary(connection, describe_node(connection)['hostId'])

    try:
        return with_connection(write, time.monotonic() + PREPARE_SECONDS / 6)
    except Failed as error:
        say('no canary: %s' % error)
        return None


def name_of(row):
    return row['keyspace'] + '.' + row['table']


def freeze(files, content, canary):
    """Writes the manifest and freezes. Returns whether the manifest lists what is frozen."""
    listed = list_disk(DATA)
    rows = [row for row in content['rows'] if files_of(files, name_of(row)) == files_of(listed, name_of(row))]
    now = datetime.now(timezone.utc).strftime('%Y-%m-%dT%H:%M:%SZ')
    write_manifest({'formatVersion': 1, **IDENTITY, **content, 'takenAt': now, **listed, 'rows': rows, 'canary': canary})
    run('sync', '--file-system', DATA)
    # Before the freeze: it thaws even if this program ends now.
    run('systemctl', 'restart', WATCHDOG)
    with open(FROZEN, 'w'):
        pass
    run('fsfreeze', '--freeze', DATA)
    if list_disk(DATA) == listed:
        say('frozen: %d SSTables, %d commit logs, rows of %d tables' % (len(listed['sstables']), len(listed['commitLogs']), len(rows)))
        return True
    thaw()
    return False


def is_frozen_for_another():
    """A record that outlives the watchdog is of a machine that was cut off."""
    return os.path.exists(FROZEN) and time.time() - os.path.getmtime(FROZEN) < FREEZE_SECONDS + 10


def prepare():
    lock = open(FROZEN + '.lock', 'w')
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Failed('another snapshot of the data disk is being prepared')
    if is_frozen_for_another():
        raise Failed('another snapshot of the data disk is being taken')
    if not os.path.exists(JOINED):
        raise Failed('the node has not joined the ring yet')
    try:
        canary = try_canary()
        run('nodetool', 'flush', seconds=FLUSH_SECONDS)
        files, content = describe()
        for _ in range(ATTEMPTS):
            # A change of the schema writes SSTables of it.
            if files_of(list_disk(DATA), 'system_schema.') != files_of(files, 'system_schema.'):
                files, content = describe()
            if freeze(files, content, canary):
                signal.alarm(0)
                return
        raise Failed('the SSTables changed at each of %d attempts' % ATTEMPTS)
    except BaseException:
        thaw()
        clean_up()
        raise


def finish():
    was_frozen = thaw()
    clean_up()
    if not was_frozen:
        raise Failed('the data disk was not frozen any more, the snapshot may have been taken later')


def end(number, _):
    raise Failed('it took more than %d s' % PREPARE_SECONDS if number == signal.SIGALRM else 'it was ended by signal %d' % number)


def main():
    commands = {'prepare': prepare, 'finish': finish}
    if len(sys.argv) != 2 or sys.argv[1] not in commands:
        sys.exit(__doc__)
    for number in (signal.SIGALRM, signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, end)
    if sys.argv[1] == 'prepare':
        signal.alarm(PREPARE_SECONDS)
    try:
        commands[sys.argv[1]]()
    except Failed as error:
        sys.exit('cassandra-snapshot: ' + str(error))


main()
END_OF_FILE
  write_file /etc/google/snapshots/pre.sh 0755 <<'END_OF_FILE'
#!/bin/bash
exec /usr/local/sbin/cassandra-snapshot prepare
END_OF_FILE
  write_file /etc/google/snapshots/post.sh 0755 <<'END_OF_FILE'
#!/bin/bash
exec /usr/local/sbin/cassandra-snapshot finish
END_OF_FILE
  write_file /etc/systemd/system/cassandra-thaw.service 0644 <<'END_OF_FILE'
[Unit]
Description=Thaws the data disk when the guest script after a snapshot does not

[Service]
Type=oneshot
ExecStart=-/usr/sbin/fsfreeze --unfreeze /var/lib/cassandra
ExecStart=-/bin/rm -f /var/lib/cassandra/snapshot-manifest.json /run/cassandra-snapshot-frozen
END_OF_FILE
  write_file /etc/systemd/system/cassandra-thaw.timer 0644 <<'END_OF_FILE'
[Unit]
Description=Limit of the time for which the data disk is frozen

[Timer]
OnActiveSec=30
AccuracySec=1
RemainAfterElapse=no
END_OF_FILE
  write_file /usr/local/sbin/cassandra-repair 0755 <<'END_OF_FILE'
#!/bin/bash
# Compares the rows this node is first for with their other copies, and evens out what differs.
set -euo pipefail
nodetool repair --full -pr
date +%s >/var/lib/cassandra/last-repair.new
mv /var/lib/cassandra/last-repair.new /var/lib/cassandra/last-repair
END_OF_FILE
  write_file /etc/systemd/system/cassandra-repair.service 0644 <<'END_OF_FILE'
[Unit]
Description=Repair of the rows this Cassandra node is first for
Requisite=cassandra.service
After=cassandra.service

[Service]
Type=oneshot
User=cassandra
Group=cassandra
ExecStart=/usr/local/sbin/cassandra-repair
# Another node may be down: until that is over, every hour.
Restart=on-failure
RestartSec=3600
END_OF_FILE
  write_file /etc/systemd/system/cassandra-repair.timer 0644 <<'END_OF_FILE'
[Unit]
Description=Repair, at this node's time: one node after the other, each well within the 10 days of gc_grace

[Timer]
OnCalendar=Mon *-*-* 00:00:00 UTC
# A time that passed while the machine was off is made up for.
Persistent=true

[Install]
WantedBy=timers.target
END_OF_FILE
  # The ring has no archive of commit logs.
  systemctl disable --quiet --now cassandra-archive.timer 2>/dev/null || true
  systemctl daemon-reload
  systemctl enable --quiet --now cassandra-state.timer cassandra-metrics.timer cassandra-repair.timer || log 'the timers do not start'
  enable_guest_scripts
  install_ops_agent || log 'the Ops Agent is missing: logs and metrics of Cassandra are not collected'
  write_file /etc/google-cloud-ops-agent/config.yaml 0644 <<'END_OF_FILE'
# Besides what the agent has without a configuration: memory, disks, syslog.
metrics:
  receivers:
    cassandra:
      type: cassandra
      # JMX listens on loopback only, so nothing is opened for it.
      endpoint: localhost:7199
      collection_interval: 60s
  service:
    pipelines:
      cassandra:
        receivers: [cassandra]
logging:
  receivers:
    cassandra_system:
      type: cassandra_system
    cassandra_gc:
      type: cassandra_gc
    # Logins and changes of roles and tables, apart from the rest.
    cassandra_audit:
      type: files
      include_paths: [/var/log/cassandra/audit.log]
  service:
    pipelines:
      cassandra:
        receivers: [cassandra_system, cassandra_gc, cassandra_audit]
END_OF_FILE
  if [[ $WROTE == yes ]] && has_ops_agent; then
    systemctl restart google-cloud-ops-agent || log 'the Ops Agent does not start'
  fi
}

# Other sections of the guest agent's configuration are the image's.
guest_agent_configuration() {
  if [[ -e $1 ]]; then
    awk '/^[[:space:]]*\[/ { own = tolower($1) ~ /^\[snapshots\]/ } !own' "$1"
  fi
  printf '[Snapshots]\nenabled = true\ntimeout_in_seconds = 300\n'
}

enable_guest_scripts() {
  local file=/etc/default/instance_configs.cfg
  write_file "$file" 0644 <<<"$(guest_agent_configuration "$file")"
  if [[ $WROTE == yes ]]; then
    systemctl try-restart google-guest-agent || log 'the guest agent does not start: snapshots with a guest flush fail'
  fi
}

has_ops_agent() {
  is_installed google-cloud-ops-agent
}

# Google's Debian images have the key of Google's packages.
install_ops_agent() {
  local key=/usr/share/keyrings/cloud.google.gpg
  if has_ops_agent; then
    return
  fi
  [[ $PACKAGE_ACCESS == yes && -e $key ]] || return 1
  write_file /etc/apt/sources.list.d/google-cloud-ops-agent.list 0644 \
    <<<"deb [signed-by=$key] https://packages.cloud.google.com/apt google-cloud-ops-agent-bookworm-all main"
  install_packages google-cloud-ops-agent
}

phase() {
  PHASE=$1
  log begins
  "$1"
}

phase heed_operator
phase tune_os
phase mount_data_disk
phase install_cassandra
phase check_joined
phase fetch_secrets
phase await_clock
phase choose_start
phase await_turn
phase render_configuration
phase prepare_resurrection_check
phase close_to_clients
phase start_cassandra
phase arrange_upkeep
phase await_clients
phase secure_ring
phase open_to_clients
phase mark_joined
report_ready
