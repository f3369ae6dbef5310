/**
 * Shell functions that read metadata of the VM and install packages. The script defines `METADATA`, `PACKAGE_ACCESS`, and the functions
 * `refuse` and `refuse_for_now`.
 */
export const METADATA_AND_PACKAGES = `# Prints metadata of the VM, nothing when it has no such key. Fails when the metadata server does not answer.
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
`;
