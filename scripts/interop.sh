# An independent client of Exchange Web Services, in an environment of its own. Sourced by build.sh.
# shellcheck shell=bash

readonly EXCHANGELIB_VERSION=5.6.0

# $EXCHANGELIB: a Python that has it.
ensure_exchangelib() {
  local folder="$CACHE/exchangelib-$EXCHANGELIB_VERSION"
  need python3 python3 python3-venv
  # Debian has the part that makes environments in a package of its own.
  python3 -c 'import ensurepip, venv' 2>/dev/null || packages python3-venv
  # The last step leaves a note, so a folder without it was not finished.
  if [[ ! -e $folder/finished ]]; then
    step "exchangelib $EXCHANGELIB_VERSION" install_exchangelib "$folder"
  fi
  export EXCHANGELIB="$folder/bin/python"
}

install_exchangelib() {
  rm -rf "$1"
  python3 -m venv "$1"
  "$1/bin/pip" install --quiet --disable-pip-version-check "exchangelib==$EXCHANGELIB_VERSION"
  touch "$1/finished"
}
