import { KEYS_HOST, KEYS_PATH, PACKAGE_HOST, PACKAGE_LIST, PACKAGE_SUITE } from '../../cassandra-contract/package-source';
import { CASSANDRA_SERVICE } from '../../cassandra-contract/units';

/** Phase that installs Cassandra on a new VM, unless the image contains it. Never changes an installed version. */
export const SOFTWARE = String.raw`
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
  curl -fsSL https://${KEYS_HOST}${KEYS_PATH} -o /etc/apt/keyrings/apache-cassandra.asc ||
    refuse_for_now waiting-packages 'the keys of the Apache packages cannot be fetched: ${KEYS_HOST} does not answer as it should'
  write_file ${PACKAGE_LIST} 0644 \
    <<<'deb [signed-by=/etc/apt/keyrings/apache-cassandra.asc] https://${PACKAGE_HOST} ${PACKAGE_SUITE} main'
  # The package starts Cassandra when it is installed, under a cluster name that would stay on the disk.
  printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
  chmod 0755 /usr/sbin/policy-rc.d
  systemctl mask --quiet --runtime ${CASSANDRA_SERVICE}
  install_packages openjdk-17-jre-headless "cassandra=$VERSION" "cassandra-tools=$VERSION" ||
    refuse_for_now waiting-packages "Cassandra $VERSION cannot be installed: the package servers do not answer as they should"
  apt-mark hold cassandra cassandra-tools
  systemctl unmask --quiet --runtime ${CASSANDRA_SERVICE}
  rm -f /usr/sbin/policy-rc.d
}
`;
